import { Button, Group, NativeSelect, Stack, Textarea } from '@mantine/core';
import type { Draft } from './draft.ts';

const ROLES = ['system', 'developer', 'user', 'assistant'];

export function MessagesEditor({
  messages,
  onChange,
}: {
  readonly messages: Draft['messages'];
  readonly onChange: (messages: Draft['messages']) => void;
}) {
  const set = (at: number, change: Partial<Draft['messages'][number]>) =>
    onChange(messages.map((message, index) => (index === at ? { ...message, ...change } : message)));
  return (
    <Stack gap="sm">
      {messages.map(({ role, content }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a message is known by its place
        <Stack key={at} gap={4}>
          <Group justify="space-between" align="flex-end">
            <NativeSelect
              size="xs"
              label={`Role of message ${at + 1}`}
              data={ROLES.includes(role) ? ROLES : [...ROLES, role]}
              value={role}
              onChange={({ currentTarget }) => set(at, { role: currentTarget.value })}
            />
            {messages.length > 1 && (
              <Button
                variant="subtle"
                color="red"
                size="compact-xs"
                onClick={() => onChange(messages.filter((_, index) => index !== at))}
              >
                Remove message {at + 1}
              </Button>
            )}
          </Group>
          <Textarea
            size="sm"
            aria-label={`Text of message ${at + 1}`}
            autosize
            minRows={3}
            maxRows={24}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            value={content}
            onChange={({ currentTarget }) => set(at, { content: currentTarget.value })}
          />
        </Stack>
      ))}
      <Group>
        <Button variant="default" onClick={() => onChange([...messages, { role: 'user', content: '' }])}>
          Add a message
        </Button>
      </Group>
    </Stack>
  );
}
