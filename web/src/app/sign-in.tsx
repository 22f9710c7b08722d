import { Button, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ProblemAlert } from '../components/problem-alert.tsx';
import { clientWith } from '../data/client.tsx';
import { useSession } from '../data/session.ts';

/** Shown in the place of every page as soon as the service asks for a key. The key stays in this tab. */
export function SignIn() {
  const { signIn } = useSession();
  const [key, setKey] = useState('');
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    const apiKey = key.trim();
    try {
      await clientWith(apiKey).jobs.list({ limit: 1 });
      signIn(apiKey);
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit}>
      <Stack maw={420} mx="auto" mt="12vh" gap="sm">
        <title>Sign in · Paretune</title>
        <Title order={1}>Sign in</Title>
        <Text size="sm" c="dimmed">
          This service asks for an API key. It is kept in this browser tab only and forgotten when the tab is closed.
        </Text>
        <PasswordInput
          label="API key"
          placeholder="pt_…"
          autoComplete="off"
          spellCheck={false}
          required
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        {problem !== null && <ProblemAlert error={problem} />}
        <Button type="submit" size="sm" loading={busy} disabled={key.trim() === ''}>
          Sign in
        </Button>
        <Text size="xs" c="dimmed">
          An administrator creates keys where the service runs: paretune keys create --role viewer
        </Text>
      </Stack>
    </form>
  );
}
