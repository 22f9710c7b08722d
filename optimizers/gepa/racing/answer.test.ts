import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../../src/domain/candidate.ts';
import { answerOf } from './answer.ts';

const candidate = (id: string): Candidate => ({
  id,
  components: { prompt: id },
  parents: [],
  operator: 'reflect',
  reason: '',
});
const [c0, c1, c2] = [candidate('c0'), candidate('c1'), candidate('c2')];
const rowIds = Array.from({ length: 20 }, (_, index) => `r${index}`);
type Scores = Readonly<Record<string, (row: number) => number | null>>;

/** Who answers, when `c0` has been measured on the first 15 rows and passes 10 of them. */
function answer(
  scores: Scores,
  incumbent: Candidate,
  ancestors: readonly Candidate[],
  violations: Readonly<Record<string, number>> = {},
): string {
  const scoreOf = ({ id }: Candidate, rowId: string) => {
    const row = Number(rowId.slice(1));
    if (id === 'c0') return row < 15 ? Number(row < 10) : null;
    return scores[id]?.(row) ?? null;
  };
  return answerOf(incumbent, ancestors, rowIds, scoreOf, ({ id }) => violations[id] ?? 0).id;
}
const on = (from: number, to: number, score: number) => (row: number) => (row >= from && row < to ? score : null);

describe('the answer of a lineage', () => {
  it('is the incumbent while it has won more than it has lost', () => {
    expect(answer({ c1: on(10, 12, 1) }, c1, [c0])).toBe('c1');
    expect(answer({ c1: (row) => (row < 2 ? Number(row > 0) : on(10, 12, 1)(row)) }, c1, [c0])).toBe('c1');
  });

  it('is the ancestor once the incumbent has lost more', () => {
    expect(answer({ c1: (row) => (row < 3 ? 0 : on(10, 12, 1)(row)) }, c1, [c0])).toBe('c0');
  });

  it('does not count rows of which the ancestor is not known', () => {
    expect(answer({ c1: (row) => (row >= 15 ? 0 : on(10, 11, 1)(row)) }, c1, [c0])).toBe('c1');
  });

  it('counts what a descendant mended', () => {
    expect(answer({ c1: on(0, 3, 0), c2: on(0, 3, 1) }, c2, [c1, c0])).toBe('c2');
  });

  it('may be one in the middle', () => {
    expect(answer({ c1: on(10, 13, 1), c2: on(0, 2, 0) }, c2, [c1, c0])).toBe('c1');
  });

  it('is the nearest better one, not a distant one that is known on few rows', () => {
    // c1 mended five rows of c0 and is known on five more; c2 has broken six rows of both and four that only c1 is known on.
    const scores = {
      c1: (row: number) => (row >= 10 ? 1 : null),
      c2: (row: number) => (row < 6 || row >= 16 ? 0 : null),
    };
    expect(answer(scores, c2, [c1, c0])).toBe('c1');
  });

  it('does not drift back by single rows that each child has lost to its parent', () => {
    // c1 mended five rows of c0 and broke one that c2 has mended; c2 broke another.
    const scores = { c1: (row: number) => (row === 0 ? 0 : on(10, 15, 1)(row)), c2: on(1, 2, 0) };
    expect(answer(scores, c2, [c1, c0])).not.toBe('c0');
  });

  it('is never an ancestor that breaks hard constraints more', () => {
    const lost = { c1: on(0, 3, 0) };
    expect(answer(lost, c1, [c0], { c0: 0.2 })).toBe('c1');
    expect(answer(lost, c1, [c0], { c0: 0.2, c1: 0.2 })).toBe('c0');
  });

  it('is the incumbent that has no ancestors', () => {
    expect(answer({}, c0, [])).toBe('c0');
  });
});
