import { SimpleGrid } from '@mantine/core';
import type { JsonSchema } from '../../components/json-schema.ts';
import { SchemaField } from '../../components/schema-field.tsx';
import type { Path } from './draft.ts';
import { usePlace } from './form-context.ts';

/** The members of an object as fields, in the order of the schema, or those that are named. */
export function SchemaFields({
  schema,
  path,
  names = schema.names,
}: {
  readonly schema: JsonSchema;
  readonly path: Path;
  readonly names?: readonly string[];
}) {
  const { at, set, errorAt } = usePlace();
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" verticalSpacing="sm" style={{ alignItems: 'end' }}>
      {names.map((name) => (
        <SchemaField
          key={name}
          schema={schema.at(name)}
          label={name}
          value={at([...path, name])}
          onChange={(value) => set([...path, name], value)}
          error={errorAt([...path, name])}
        />
      ))}
    </SimpleGrid>
  );
}
