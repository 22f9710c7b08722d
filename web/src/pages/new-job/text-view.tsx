import { Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { parse, stringify } from 'yaml';
import { jsonObjectSchema } from '../../../../src/domain/json.ts';
import type { Draft } from './draft.ts';

/** A text, and the draft that was read from it: the text stays as it was typed while nothing else changes the draft. */
export interface Written {
  readonly text: string;
  readonly draft: Draft;
}

/** The whole job as YAML, of which JSON is a part. What cannot be read is said, and the last draft that could is kept. */
export function TextView({
  draft,
  written,
  onChange,
}: {
  readonly draft: Draft;
  readonly written: Written | null;
  readonly onChange: (written: Written) => void;
}) {
  const current = written?.draft === draft ? written.text : Object.keys(draft).length === 0 ? '' : stringify(draft);
  const [broken, setBroken] = useState<{ readonly text: string; readonly why: string } | null>(null);
  const change = (text: string) => {
    const read = readDraft(text);
    if ('why' in read) return setBroken({ text, why: read.why });
    setBroken(null);
    onChange({ text, draft: read.draft });
  };
  return (
    <Stack gap="xs">
      <Textarea
        label="The job as YAML or JSON"
        size="xs"
        autosize
        minRows={24}
        maxRows={60}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={broken?.text ?? current}
        onChange={(event) => change(event.currentTarget.value)}
        error={broken?.why}
      />
      {broken && (
        <Text size="xs" c="dimmed">
          The form and the checks have the last text that could be read. Mend the text before you leave it.
        </Text>
      )}
    </Stack>
  );
}

function readDraft(text: string): { readonly draft: Draft } | { readonly why: string } {
  try {
    const parsed = jsonObjectSchema.safeParse(parse(text) ?? {});
    return parsed.success ? { draft: parsed.data } : { why: 'A job is an object: names with values.' };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}
