import { Autocomplete, Text } from '@mantine/core';
import { Described } from '../../components/described.tsx';
import { JOB_SCHEMA, usePlace } from './form-context.ts';

/** A field that names a version in the registry. What was given with the job itself is left alone: it is edited as text. */
export function ReferenceField({
  name,
  label,
  known,
  inline,
}: {
  readonly name: 'prompt' | 'dataset' | 'suite';
  readonly label: string;
  readonly known: readonly string[];
  /** Says what is there when it is no reference. */
  readonly inline: string;
}) {
  const { at, set, errorAt } = usePlace();
  const value = at([name]);
  if (value !== undefined && typeof value !== 'string')
    return (
      <div>
        <Text size="sm" fw={500}>
          {label}
        </Text>
        <Text size="sm" c="dimmed">
          {inline}
        </Text>
        {errorAt([name]) && (
          <Text size="xs" c="red" role="alert">
            {errorAt([name])}
          </Text>
        )}
      </div>
    );
  return (
    <Autocomplete
      label={label}
      size="xs"
      description={<Described text={JOB_SCHEMA.at(name).node.description} />}
      placeholder="name@version"
      data={[...known]}
      value={value ?? ''}
      onChange={(next) => set([name], next === '' ? undefined : next)}
      error={errorAt([name])}
    />
  );
}
