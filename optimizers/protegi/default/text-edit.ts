import { z } from 'zod';
import { withChanges } from '../../../src/search/sentences.ts';

export const textEditSchema = z.strictObject({
  operation: z.enum(['add', 'patch', 'delete', 'rewrite']),
  original: z.string().describe('patch, delete: the passage of the instructions, word for word; otherwise empty.'),
  replacement: z.string().describe('add, patch: the new text; rewrite: the complete new text; delete: empty.'),
});
/** One change of a text that a program can make. */
export type TextEdit = z.infer<typeof textEditSchema>;

export type Applied = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** Applies an edit to a text. It is refused, never guessed at, when it does not say where. */
export function applyEdit(text: string, { operation, original, replacement }: TextEdit): Applied {
  if (operation !== 'delete' && replacement.trim() === '')
    return { ok: false, reason: `"${operation}" needs the new text as its replacement` };
  if (operation === 'rewrite') return { ok: true, text: replacement };
  if (operation === 'add')
    return { ok: true, text: withChanges(text, [{ kind: 'added', sentence: replacement.trim() }]) };
  const places = occurrences(text, original);
  const [place, another] = places;
  if (place === undefined)
    return { ok: false, reason: `the passage to ${operation} does not stand in the instructions: ${quoted(original)}` };
  if (another !== undefined)
    return {
      ok: false,
      reason: `the passage to ${operation} stands there ${places.length} times: ${quoted(original)}`,
    };
  return {
    ok: true,
    text:
      operation === 'delete'
        ? withChanges(text, [{ kind: 'removed', sentence: place }])
        : text.replace(place, () => replacement.trim()),
  };
}

/** Every place where the passage stands, as it is written there: models do not keep line breaks and runs of spaces. */
function occurrences(text: string, passage: string): string[] {
  const words = passage.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return [];
  const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('\\s+');
  return Array.from(text.matchAll(new RegExp(pattern, 'g')), ([found]) => found);
}

const quoted = (passage: string) => JSON.stringify(passage.slice(0, 200));
