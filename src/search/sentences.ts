import type { Candidate } from '../domain/candidate.ts';

/**
 * A prompt as the sentences it says. Lines end sentences, and so do `.`, `!` and `?` before white space; a bullet belongs to its
 * sentence. Placeholders and white space at the ends are kept out of the comparison, not out of the text.
 */
export function sentences(text: string): string[] {
  return text
    .split('\n')
    .flatMap((line) => line.match(/.+?(?:[.!?]["')\]]*(?=\s|$)|$)/g) ?? [])
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

/** One sentence by which a child differs from its parent. */
export interface SentenceChange {
  readonly kind: 'added' | 'removed';
  readonly sentence: string;
}

/** Sentences that stand in only one of two texts, added ones first. */
export function sentenceChanges(parent: string, child: string): SentenceChange[] {
  const [before, after] = [sentences(parent), sentences(child)];
  const [had, has] = [new Set(before), new Set(after)];
  return [
    ...after.filter((sentence) => !had.has(sentence)).map((sentence) => ({ kind: 'added' as const, sentence })),
    ...before.filter((sentence) => !has.has(sentence)).map((sentence) => ({ kind: 'removed' as const, sentence })),
  ];
}

/** Sentences by which a child differs from its parent, in all these components. */
export function changesOf(
  components: readonly string[],
  parent: Pick<Candidate, 'components'>,
  child: Pick<Candidate, 'components'>,
): SentenceChange[] {
  return components.flatMap((component) =>
    sentenceChanges(parent.components[component] ?? '', child.components[component] ?? ''),
  );
}

/** The child without one of its changes: an added sentence goes, a removed one comes back at the end of the text. */
export function undone(child: string, { kind, sentence }: SentenceChange): string {
  return withChanges(child, [{ kind: kind === 'added' ? 'removed' : 'added', sentence }]);
}

/** The text without the sentence; a line that held nothing else goes with it. */
function withoutSentence(text: string, sentence: string): string {
  const at = text.indexOf(sentence);
  if (at < 0) return text;
  const before = text.slice(0, at).replace(/[ \t]+$/, '');
  const after = text.slice(at + sentence.length).replace(/^[ \t]+/, '');
  const emptyLine = (before === '' || before.endsWith('\n')) && (after === '' || after.startsWith('\n'));
  const joined = emptyLine
    ? before.replace(/\n$/, '') + after
    : before + (before.endsWith('\n') || after.startsWith('\n') || after === '' ? '' : ' ') + after;
  return joined.trim();
}

/** The text with the changes made to it: added sentences at its end, removed ones gone. */
export function withChanges(text: string, changes: readonly SentenceChange[]): string {
  return changes.reduce(
    (changed, { kind, sentence }) =>
      kind === 'removed'
        ? withoutSentence(changed, sentence)
        : changed.includes(sentence)
          ? changed
          : `${changed.trimEnd()}\n${sentence}`,
    text,
  );
}
