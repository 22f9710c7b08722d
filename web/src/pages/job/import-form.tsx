import { Alert, Button, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ApiProblem, type Job } from '../../../../src/client/index.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Section } from '../../components/section.tsx';
import { VersionLink } from '../../components/version-link.tsx';
import { useImport } from '../../data/job-details.ts';
import { resolvedOf } from '../../data/resolved.ts';

/** Makes a draft version of the prompt in the registry. Nothing is put into production by it. */
export function ImportForm({ job, candidateId }: { readonly job: Job; readonly candidateId: string }) {
  const imported = useImport(job.id);
  const [prompt, setPrompt] = useState(resolvedOf(job)?.promptRef?.split('@')[0] ?? '');
  const [message, setMessage] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    imported.mutate({
      candidate: candidateId,
      ...(prompt.trim() !== '' && { prompt: prompt.trim() }),
      ...(message.trim() !== '' && { message: message.trim() }),
    });
  };
  const { error } = imported;
  const fields = error instanceof ApiProblem ? error.errors : [];
  const problemOf = (path: string) => fields.find((field) => field.path === path)?.message;
  return (
    <Section title="Import as a draft">
      <Text size="sm" c="dimmed">
        Adds {candidateId} to the registry as a draft version that remembers this job. Nothing else uses it until you
        say so.
      </Text>
      <form onSubmit={submit}>
        <Stack gap="xs">
          <TextInput
            label="Name of the prompt"
            required
            value={prompt}
            onChange={(event) => setPrompt(event.currentTarget.value)}
            error={problemOf('prompt')}
          />
          <Textarea
            label="Message"
            description="What the next reader of the history should know"
            autosize
            minRows={2}
            value={message}
            onChange={(event) => setMessage(event.currentTarget.value)}
            error={problemOf('message')}
          />
          {imported.isError && fields.length === 0 && <ProblemAlert error={error} />}
          <Button
            type="submit"
            loading={imported.isPending}
            disabled={prompt.trim() === ''}
            style={{ alignSelf: 'flex-start' }}
          >
            Import {candidateId}
          </Button>
        </Stack>
      </form>
      {imported.data && (
        <Alert color="green" role="status" title="Imported">
          <Stack gap="xs" align="flex-start">
            <Text size="sm">
              {candidateId} is <VersionLink of="prompts" reference={imported.data.ref} />, a draft.
            </Text>
            <CopyButton text={imported.data.ref} label="Copy the reference" />
          </Stack>
        </Alert>
      )}
    </Section>
  );
}
