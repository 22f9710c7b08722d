import { Stack, TextInput } from '@mantine/core';
import { Described } from '../../components/described.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Section } from '../../components/section.tsx';
import { useReferences } from '../../data/new-job.ts';
import { Fold } from './fold.tsx';
import { JOB_SCHEMA, usePlace } from './form-context.ts';
import { ObjectivesField } from './objectives-field.tsx';
import { OptimizerField } from './optimizer-field.tsx';
import { PromptField } from './prompt-field.tsx';
import { ReferenceField } from './reference-field.tsx';
import { SchemaFields } from './schema-fields.tsx';

const MODEL_FIELDS = ['provider', 'model', 'maxOutputTokens', 'temperature', 'baseUrl', 'apiKeyRef'];

/** The fields of a job that people set. What is not here is set in the text, and stays as it is. */
export function JobForm() {
  const { at, set, errorAt } = usePlace();
  const references = useReferences();
  const { prompts = [], datasets = [], suites = [] } = references.data ?? {};
  const name = at(['name']);
  const models = JOB_SCHEMA.at('models');
  return (
    <Stack gap="xl">
      {references.isError && <ProblemAlert error={references.error} onRetry={references.refetch} />}
      <Section title="What is optimized">
        <PromptField known={prompts} />
        <ReferenceField
          name="dataset"
          label="Dataset"
          known={datasets}
          inline="Rows that came with the job: edit them as text."
        />
        <ReferenceField
          name="suite"
          label="Suite"
          known={suites}
          inline="Evaluators that came with the job: edit them as text."
        />
        <TextInput
          label="Name of the job"
          size="xs"
          description={<Described text={JOB_SCHEMA.at('name').node.description} />}
          value={typeof name === 'string' ? name : ''}
          onChange={(event) => set(['name'], event.currentTarget.value || undefined)}
          error={errorAt(['name'])}
        />
      </Section>
      <Section title="Objectives">
        <ObjectivesField />
      </Section>
      <Section title="Models">
        <SchemaFields schema={models.at('task')} path={['models', 'task']} names={MODEL_FIELDS} />
        <Fold title="Another model for reflection">
          <SchemaFields schema={models.at('reflection')} path={['models', 'reflection']} names={MODEL_FIELDS} />
        </Fold>
        <Fold title="A judge, for suites that are graded by a model">
          <SchemaFields schema={models.at('judge')} path={['models', 'judge']} names={MODEL_FIELDS} />
        </Fold>
      </Section>
      <Section title="Budget">
        <SchemaFields schema={JOB_SCHEMA.at('budget')} path={['budget']} />
      </Section>
      <Section title="Search">
        <OptimizerField />
        <Fold title="Seed, concurrency, ablation, reuse, force">
          <SchemaFields
            schema={JOB_SCHEMA}
            path={[]}
            names={['seed', 'concurrency', 'ablation', 'reuse', 'force', 'strict']}
          />
        </Fold>
      </Section>
    </Stack>
  );
}
