import { Button, Group, NativeSelect, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { usePlace } from './form-context.ts';
import { ReferenceField } from './reference-field.tsx';

const ROLES = ['system', 'developer', 'user', 'assistant'];
const FIRST = {
  messages: [
    { role: 'system', content: '' },
    { role: 'user', content: '{{input}}' },
  ],
};

/** The baseline: a version of the registry, or messages that are written here. */
export function PromptField({ known }: { readonly known: readonly string[] }) {
  const { at, set, errorAt } = usePlace();
  const prompt = at(['prompt']);
  const messages = at(['prompt', 'messages']);
  const kind = prompt === undefined || typeof prompt === 'string' ? 'reference' : 'messages';
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        aria-label="Where the prompt comes from"
        style={{ alignSelf: 'flex-start' }}
        data={[
          { value: 'reference', label: 'From the registry' },
          { value: 'messages', label: 'Written here' },
        ]}
        value={kind}
        onChange={(next) => set(['prompt'], next === 'messages' ? FIRST : undefined)}
      />
      {Array.isArray(messages) ? (
        <>
          {messages.map((_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a message is its place
            <Group key={index} gap="xs" align="flex-start" wrap="nowrap">
              <NativeSelect
                size="xs"
                w={110}
                aria-label={`Role of message ${index + 1}`}
                data={ROLES}
                value={String(at(['prompt', 'messages', index, 'role']) ?? 'user')}
                onChange={(event) => set(['prompt', 'messages', index, 'role'], event.currentTarget.value)}
              />
              <Textarea
                size="xs"
                flex={1}
                autosize
                minRows={2}
                maxRows={16}
                aria-label={`Text of message ${index + 1}`}
                value={String(at(['prompt', 'messages', index, 'content']) ?? '')}
                onChange={(event) => set(['prompt', 'messages', index, 'content'], event.currentTarget.value)}
                error={errorAt(['prompt', 'messages', index, 'content'])}
              />
              <Button
                variant="default"
                aria-label={`Remove message ${index + 1}`}
                disabled={messages.length === 1}
                onClick={() => set(['prompt', 'messages', index], undefined)}
              >
                Remove
              </Button>
            </Group>
          ))}
          <Group gap="xs">
            <Button
              variant="default"
              onClick={() => set(['prompt', 'messages', messages.length], { role: 'user', content: '' })}
            >
              Add a message
            </Button>
            <Text size="xs" c="dimmed">
              {'{{name}}'} is a placeholder, filled from the rows. The first system message is what is optimized.
            </Text>
          </Group>
          {errorAt(['prompt']) && (
            <Text size="xs" c="red" role="alert">
              {errorAt(['prompt'])}
            </Text>
          )}
        </>
      ) : (
        <ReferenceField name="prompt" label="Prompt" known={known} inline="A chain of prompts: edit it as text." />
      )}
    </Stack>
  );
}
