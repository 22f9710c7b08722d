import { Button, Card, Checkbox, Group, Stack, Text } from '@mantine/core';
import { Described } from '../../components/described.tsx';
import { JsonSchema } from '../../components/json-schema.ts';
import { SchemaField } from '../../components/schema-field.tsx';
import { jobJsonSchema } from '../../data/new-job.ts';
import { JOB_SCHEMA, usePlace } from './form-context.ts';
import { SchemaFields } from './schema-fields.tsx';

const OBJECTIVE = new JsonSchema({ $ref: '#/$defs/Objective' }, jobJsonSchema.$defs);

/** What is optimized and what is forbidden. */
export function ObjectivesField() {
  const { at, set, errorAt } = usePlace();
  const objectives = at(['objectives']);
  const list = Array.isArray(objectives) ? objectives : [];
  return (
    <Stack gap="xs">
      <Text size="xs" c="dimmed">
        <Described text={JOB_SCHEMA.at('objectives').node.description} />
      </Text>
      {list.map((_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an objective is its place
        <Card key={index} withBorder padding="sm">
          <Stack gap="sm">
            <SchemaFields
              schema={OBJECTIVE}
              path={['objectives', index]}
              names={['metric', 'goal', 'limit', 'notWorseThanBaseline']}
            />
            <SchemaField
              schema={OBJECTIVE.at('perCohort')}
              label="perCohort"
              value={at(['objectives', index, 'perCohort'])}
              onChange={(value) => set(['objectives', index, 'perCohort'], value)}
              error={errorAt(['objectives', index, 'perCohort'])}
            />
            <Group justify="space-between">
              <Checkbox
                size="xs"
                label="headline: names the winner"
                checked={at(['objectives', index, 'headline']) === true}
                onChange={(event) =>
                  set(['objectives', index, 'headline'], event.currentTarget.checked ? true : undefined)
                }
              />
              <Button variant="default" onClick={() => set(['objectives', index], undefined)}>
                Remove objective {index + 1}
              </Button>
            </Group>
          </Stack>
        </Card>
      ))}
      <Button
        variant="default"
        style={{ alignSelf: 'flex-start' }}
        onClick={() => set(['objectives', list.length], { goal: 'maximize' })}
      >
        Add an objective
      </Button>
    </Stack>
  );
}
