import { describe, expect, it } from 'vitest';
import { applyEdit } from './text-edit.ts';

const TEXT = 'Sort the mail.\n- Refunds go to billing. Never guess.\n- Answer with one word.';
const edited = (operation: 'add' | 'patch' | 'delete' | 'rewrite', original: string, replacement: string) => {
  const applied = applyEdit(TEXT, { operation, original, replacement });
  return applied.ok ? applied.text : applied.reason;
};

describe('an edit', () => {
  it('adds a rule at the end', () => {
    expect(edited('add', '', 'Spam goes to nobody.')).toBe(`${TEXT}\nSpam goes to nobody.`);
  });

  it('replaces just the quoted passage, whatever its replacement looks like', () => {
    expect(edited('patch', 'go to billing', 'cost $& each')).toBe(TEXT.replace('go to billing', () => 'cost $& each'));
  });

  it('finds a passage whose white space the model has not kept', () => {
    expect(edited('patch', 'the mail. - Refunds  go', 'X')).toBe(
      'Sort X to billing. Never guess.\n- Answer with one word.',
    );
  });

  it('deletes a sentence, and nothing beside it', () => {
    expect(edited('delete', 'Never guess.', '')).toBe(TEXT.replace(' Never guess.', ''));
  });

  it('rewrites the whole', () => {
    expect(edited('rewrite', 'whatever', 'New.')).toBe('New.');
  });

  it.each([
    ['patch', 'Returns go', 'X', /passage to patch does not stand in the instructions: "Returns go"/],
    ['delete', 'Returns go', '', /passage to delete does not stand/],
    ['delete', ' ', '', /passage to delete does not stand/],
    ['patch', 'go', '', /"patch" needs the new text/],
    ['add', '', ' ', /"add" needs the new text/],
    ['rewrite', '', '', /"rewrite" needs the new text/],
    ['patch', 'er', 'X', /stands there \d times: "er"/],
  ] as const)('%s of %j is refused with the reason', (operation, original, replacement, reason) => {
    expect(edited(operation, original, replacement)).toMatch(reason);
  });
});
