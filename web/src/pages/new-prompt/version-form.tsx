import { Button, Group, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import type { PromptVersion } from '../../../../src/client/index.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useCreatePromptVersion } from '../../data/prompts.ts';
import { contentOf, type Draft, draftOf, EMPTY } from './draft.ts';
import { MessagesEditor } from './messages-editor.tsx';

const MONOSPACE = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } };

export function VersionForm({ edited }: { readonly edited: PromptVersion | null }) {
  const [name, setName] = useState(edited?.name ?? '');
  const [draft, setDraft] = useState<Draft>(() => (edited ? draftOf(edited.content) : EMPTY));
  const [notes, setNotes] = useState({ author: '', message: '', reason: '' });
  const [problem, setProblem] = useState<unknown>(null);
  const create = useCreatePromptVersion();
  const navigate = useNavigate();
  const note = (key: keyof typeof notes, label: string, description: string) => (
    <TextInput
      label={label}
      description={description}
      value={notes[key]}
      onChange={({ currentTarget }) => setNotes({ ...notes, [key]: currentTarget.value })}
    />
  );
  const text = (key: 'protected' | 'outputSchema' | 'tools', label: string, description: string) => (
    <Textarea
      size="xs"
      label={label}
      description={description}
      autosize
      minRows={2}
      maxRows={16}
      spellCheck={false}
      styles={MONOSPACE}
      value={draft[key]}
      onChange={({ currentTarget }) => setDraft({ ...draft, [key]: currentTarget.value })}
    />
  );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    try {
      const said = Object.fromEntries(Object.entries(notes).filter(([, value]) => value.trim() !== ''));
      const body = { ...contentOf(draft, edited?.content ?? null), ...said, ...(edited && { parent: edited.ref }) };
      const made = await create.mutateAsync({ name: name.trim(), body });
      await navigate(`/prompts/${made.name}/versions/${made.version}`);
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md" maw={860}>
        {!edited && (
          <TextInput
            label="Name"
            description="Letters, digits, _, . and -. Versions of it are name@1, name@2, …"
            required
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
        )}
        <Stack gap="xs">
          <Title order={2}>{draft.steps === null ? 'Messages' : 'Steps of the chain'}</Title>
          <Text size="sm" c="dimmed">
            {'{{name}}'} is filled from the row: {'{{input}}'} is its whole input, fields of an object have their own
            names.
          </Text>
          {draft.steps === null ? (
            <MessagesEditor messages={draft.messages} onChange={(messages) => setDraft({ ...draft, messages })} />
          ) : (
            <Textarea
              size="sm"
              aria-label="Steps as JSON"
              autosize
              minRows={8}
              maxRows={40}
              spellCheck={false}
              styles={MONOSPACE}
              value={draft.steps}
              onChange={({ currentTarget }) => setDraft({ ...draft, steps: currentTarget.value })}
            />
          )}
        </Stack>
        {text('protected', 'Protected clauses', 'One a line: every edit must keep them word for word.')}
        {draft.steps === null && text('outputSchema', 'Output schema', 'JSON Schema of the answer; empty: none.')}
        {draft.steps === null &&
          text('tools', 'Tools', 'A JSON list of function tools, as the provider spells them; empty: none.')}
        <Title order={2}>About this version</Title>
        {note('message', 'What changed', 'As a commit message.')}
        {note('reason', 'Why', 'A bug, a requirement, a failure, a report, an experiment, …')}
        {note('author', 'Author', 'Whoever wrote it.')}
        {problem !== null && (
          <ProblemAlert error={problem} {...(problem instanceof SyntaxError && { title: 'Not JSON' })} />
        )}
        <Group>
          <Button type="submit" size="sm" loading={create.isPending} disabled={name.trim() === ''}>
            Add the version
          </Button>
          <Text size="xs" c="dimmed">
            Versions never change. The same content again is the version that has it.
          </Text>
        </Group>
      </Stack>
    </form>
  );
}
