import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../../src/domain/candidate.ts';
import { editPrior } from '../../../src/search/edit-posterior.ts';
import { answerOf } from './answer.ts';

const candidate = (id: string): Candidate => ({
  id,
  components: { prompt: id },
  parents: [],
  operator: 'reflect',
  reason: '',
});
const [c0, c1, c2] = [candidate('c0'), candidate('c1'), candidate('c2')];
const rowIds = Array.from({ length: 100 }, (_, index) => `r${index}`);
type Scores = Readonly<Record<string, (row: number) => number | null>>;

/** Who answers, when `c0` has been measured everywhere and passes the first 80 rows. */
function answer(scores: Scores, ancestors = [c0], incumbent = c1): string {
  return answerOf(incumbent, ancestors, {
    rowIds,
    scoreOf: ({ id }, rowId) => {
      const row = Number(rowId.slice(1));
      return id === 'c0' ? Number(row < 80) : (scores[id]?.(row) ?? null);
    },
    passing: (score) => score === 1,
    prior: () => editPrior(0.3),
    room: 1,
  }).id;
}
const on = (rows: (row: number) => boolean, score: number) => (row: number) => (rows(row) ? score : null);

describe('the answer of a lineage', () => {
  it('is the incumbent when it won much and a few passing rows held', () => {
    expect(answer({ c1: on((row) => row < 4 || row >= 90, 1) })).toBe('c1');
  });

  it('is the ancestor when what was won is less than the harm that may hide in the other rows', () => {
    expect(answer({ c1: on((row) => row < 4 || row >= 99, 1) })).toBe('c0');
  });

  it('is the incumbent again once enough passing rows have held', () => {
    expect(answer({ c1: on((row) => row < 70 || row >= 99, 1) })).toBe('c1');
  });

  it('is the ancestor when passing rows went wrong', () => {
    expect(answer({ c1: (row) => (row >= 98 ? 1 : row < 10 ? Number(row % 2) : null) })).toBe('c0');
  });

  it('counts what a descendant mended, and may be one in the middle', () => {
    const broke = (row: number) => (row >= 90 ? 1 : row < 10 ? 0 : null);
    expect(answer({ c1: broke, c2: on((row) => row < 60, 1) }, [c1, c0], c2)).toBe('c2');
    const good = on((row) => row < 70 || row >= 90, 1);
    expect(answer({ c1: good, c2: (row) => (row < 6 ? Number(row > 2) : null) }, [c1, c0], c2)).toBe('c1');
  });

  it('is the incumbent of one that has no ancestors', () => {
    expect(answer({}, [], c0)).toBe('c0');
  });
});
