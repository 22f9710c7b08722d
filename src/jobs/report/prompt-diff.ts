import { diffLines, diffWordsWithSpace } from 'diff';

/** One line of a diff. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** A run of words of a diff. */
export type DiffWords = DiffLine;

/** After this many milliseconds the diff of hostile texts is given up: the whole text then counts as replaced. */
const TIMEOUT = 500;

interface Part {
  readonly value: string;
  readonly added: boolean;
  readonly removed: boolean;
}
const kindOf = (part: Part): DiffLine['kind'] => (part.added ? 'added' : part.removed ? 'removed' : 'same');

const replaced = (before: string, after: string): Part[] => [
  { value: before, added: false, removed: true },
  { value: after, added: true, removed: false },
];

/** What changed, line by line. */
export function lineDiff(before: string, after: string): DiffLine[] {
  // A last line without a line break would otherwise differ from the same line in the middle.
  const [left, right] = [`${before}\n`, `${after}\n`];
  const parts: readonly Part[] = diffLines(left, right, { timeout: TIMEOUT }) ?? replaced(left, right);
  return parts.flatMap((part) =>
    part.value
      .replace(/\n$/, '')
      .split('\n')
      .map((text) => ({ kind: kindOf(part), text })),
  );
}

/** What changed, word by word, for side-by-side marking inside a line. */
export function wordDiff(before: string, after: string): DiffWords[] {
  const parts: readonly Part[] = diffWordsWithSpace(before, after, { timeout: TIMEOUT }) ?? replaced(before, after);
  return parts.map((part) => ({ kind: kindOf(part), text: part.value }));
}

/** Unchanged stretches cut down to `context` lines on each side; null marks a cut. */
export function withoutDistantLines(lines: readonly DiffLine[], context: number): (DiffLine | null)[] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - context), at + context + 1).some((line) => line.kind !== 'same'),
  );
  const shown: (DiffLine | null)[] = [];
  lines.forEach((line, at) => {
    if (near[at]) shown.push(line);
    else if (at === 0 || near[at - 1]) shown.push(null);
  });
  return shown;
}
