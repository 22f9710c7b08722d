import { describe, expect, it } from 'vitest';
import type { FrontierType } from '../../../src/search/frontier-keys.ts';
import { checkInvariants, scriptedRandom, syntheticRun } from '../../../src/search/testing.ts';
import { gepa } from '../index.ts';

/** Score and latency by text and row. Every later text does better on the one training row, so that each is accepted. */
const TABLE: Record<string, Record<string, [score: number, latency: number]>> = {
  p0: { t: [0, 10], v1: [0, 10], v2: [1, 10] },
  p1: { t: [0.2, 20], v1: [1, 20], v2: [0, 20] },
  p2: { t: [0.4, 5], v1: [1, 5], v2: [0, 30] },
  p3: { t: [0.6, 8], v1: [0.5, 8], v2: [0.5, 8] },
};
const MEANS = { c0: 0.5, c1: 0.5, c2: 0.5, c3: 0.5 };

/** The parents, and how many fronts each survivor leads after each addition. `parents` are positions among the survivors. */
async function trace(frontier: FrontierType, parents: readonly number[]) {
  const run = syntheticRun({
    components: { prompt: 'p0' },
    train: ['t'],
    validation: ['v1', 'v2'],
    objectives: [
      { metric: 'score', goal: 'maximize' },
      { metric: 'latency', goal: 'minimize' },
    ],
    score: ({ prompt = '' }, rowId) => {
      const [score, latency] = TABLE[prompt]?.[rowId] ?? [0, 0];
      return { score, values: { latency } };
    },
    author: (_request, n) => JSON.stringify({ diagnosis: 'd', instruction: `p${n + 1}` }),
    random: (purpose, step) =>
      purpose === 'gepa/parent' ? scriptedRandom({ weighted: [parents[Number(step)] ?? 99] }) : scriptedRandom(),
  });
  const end = await gepa
    .prepare({ preset: 'reference', frontier, minibatchSize: 1, stop: { maxProposals: 3 } })
    .search(run.task);
  checkInvariants(run);
  expect(end).toEqual({ stop: 'search-complete' });
  const frontiers = run.notes.filter((note) => note.kind === 'frontier').map((note) => note.detail);
  expect(Object.fromEntries(frontiers.map((detail) => [detail['added'], detail['mean']]))).toEqual(MEANS);
  return {
    parents: run.candidates.slice(1).map((candidate) => candidate.parents[0]),
    leads: frontiers.map((detail) => detail['leads']),
  };
}

describe('gepa by frontier type', () => {
  it('instance: one front per row', async () => {
    // v1: c0 → c1 → c1, c2 → the same. v2: c0 all along. c1 is covered by c2 and was the first to appear among equal means.
    expect(await trace('instance', [0, 1, 1])).toEqual({
      parents: ['c0', 'c1', 'c2'],
      leads: [{ c0: 2 }, { c0: 1, c1: 1 }, { c0: 1, c2: 1 }, { c0: 1, c2: 1 }],
    });
  });

  it('objective: one front per objective, minimized ones by the smallest', async () => {
    // Score means are all 0.5. Mean latency 10 → 20 → 17.5 → 8: c0 leads alone until c3.
    expect(await trace('objective', [0, 0, 0])).toEqual({
      parents: ['c0', 'c0', 'c0'],
      leads: [{ c0: 2 }, { c0: 2 }, { c0: 2 }, { c3: 2 }],
    });
  });

  it('hybrid: rows and objectives', async () => {
    // The fronts of both: v1, v2, score, latency.
    expect(await trace('hybrid', [0, 1, 1])).toEqual({
      parents: ['c0', 'c1', 'c2'],
      leads: [{ c0: 4 }, { c0: 3, c1: 2 }, { c0: 3, c2: 2 }, { c0: 2, c2: 2, c3: 2 }],
    });
  });

  it('cartesian: each row under each objective', async () => {
    // v1 score: c0 → c1 → c1, c2. v1 latency: c0 → c0 → c2 (5). v2 score: c0. v2 latency: c0 → c0 → c0 → c3 (8).
    expect(await trace('cartesian', [0, 1, 0])).toEqual({
      parents: ['c0', 'c1', 'c0'],
      leads: [{ c0: 4 }, { c0: 3, c1: 1 }, { c0: 2, c2: 2 }, { c0: 1, c2: 2, c3: 1 }],
    });
  });
});
