import { NativeSelect, SimpleGrid, Stack } from '@mantine/core';
import { Described } from '../../components/described.tsx';
import { JsonSchema } from '../../components/json-schema.ts';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useOptimizers } from '../../data/new-job.ts';
import { Fold } from './fold.tsx';
import { usePlace } from './form-context.ts';
import { SchemaFields } from './schema-fields.tsx';

const DEFAULT_TYPE = 'gepa';

/** The search strategy, its preset, and the options of that preset. */
export function OptimizerField() {
  const { at, set, errorAt } = usePlace();
  const optimizers = useOptimizers();
  if (optimizers.isError) return <ProblemAlert error={optimizers.error} onRetry={optimizers.refetch} />;
  if (!optimizers.data) return <Loading what="the optimizers" height={60} />;
  const type = at(['optimizer', 'type']) ?? DEFAULT_TYPE;
  const chosen = optimizers.data.items.find((each) => each.type === type);
  const presets = chosen ? new JsonSchema(chosen.options).forms : [];
  const nameOf = (form: JsonSchema) => String(form.at('preset').node.const ?? '');
  const preset = at(['optimizer', 'options', 'preset']);
  const form = presets.find((each) => nameOf(each) === preset) ?? presets[0];
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, sm: 2 }} style={{ alignItems: 'end' }}>
        <NativeSelect
          label="Optimizer"
          size="xs"
          data={optimizers.data.items.map((each) => ({ value: each.type, label: each.title }))}
          value={String(type)}
          onChange={(event) => set(['optimizer'], { type: event.currentTarget.value })}
          error={errorAt(['optimizer', 'type'])}
        />
        {presets.length > 1 && (
          <NativeSelect
            label="Preset"
            size="xs"
            description={<Described text={form?.at('preset').node.description} />}
            data={presets.map(nameOf)}
            value={form ? nameOf(form) : ''}
            // Options of one preset mean nothing to another.
            onChange={(event) => set(['optimizer'], { type, options: { preset: event.currentTarget.value } })}
          />
        )}
      </SimpleGrid>
      {form && (
        <Fold title="Options of the optimizer">
          <SchemaFields
            schema={form}
            path={['optimizer', 'options']}
            names={form.names.filter((name) => name !== 'preset')}
          />
        </Fold>
      )}
    </Stack>
  );
}
