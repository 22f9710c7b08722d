import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Objective } from '../../../src/domain/objective.ts';
import type { Measured } from '../../../src/search/contract.ts';
import { createRandom } from '../../../src/search/random.ts';
import { scriptedRandom, syntheticRun } from '../../../src/search/testing.ts';
import { accepts, pairedSums, sumsText } from './acceptance.ts';
import { epochShuffled } from './batch-sampler.ts';
import { candidateSelector } from './candidate-selector.ts';
import { chooseComponents } from './component-selector.ts';
import { estimatedProposals } from './estimate.ts';
import { type ReferenceOptions, referenceOptions } from './options.ts';
import { Pool } from './pool.ts';

describe('epochShuffled', () => {
  it('cuts each epoch into chunks and fills the last one with the least used rows', () => {
    const batch = epochShuffled(['a', 'b', 'c', 'd'], 3, () => scriptedRandom());
    // All were used once: the last of them first. In the next epoch d and c are ahead, so b and then a follow.
    expect([0, 1, 2, 3].map(batch)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'd', 'c'],
      ['a', 'b', 'c'],
      ['d', 'b', 'a'],
    ]);
  });

  it('goes on by iteration number: a skipped one skips its chunk', () => {
    const batch = epochShuffled(['a', 'b', 'c', 'd'], 2, () => scriptedRandom());
    expect([0, 3, 4].map(batch)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['a', 'b'],
    ]);
  });

  it('draws every row in each epoch, and all equally often in the long run', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 6 }), fc.nat(), (count, size, seed) => {
        const rows = Array.from({ length: count }, (_, i) => `r${i}`);
        const batch = epochShuffled(rows, size, (epoch) => createRandom(seed, epoch));
        const chunks = Math.ceil(count / size);
        const used = new Map<string, number>();
        for (let epoch = 0; epoch < 5; epoch++) {
          const drawn = Array.from({ length: chunks }, (_, i) => batch(epoch * chunks + i));
          for (const chunk of drawn) expect(chunk).toHaveLength(size);
          expect(new Set(drawn.flat())).toEqual(new Set(rows));
          for (const row of drawn.flat()) used.set(row, (used.get(row) ?? 0) + 1);
        }
        expect(Math.max(...used.values()) - Math.min(...used.values())).toBeLessThanOrEqual(1);
      }),
    );
  });
});

const score = (value: number | null): Measured => ({
  rowId: 'r',
  score: value,
  values: {},
  pass: value === 1,
  feedback: '',
  category: null,
  rollout: { candidateId: 'c', rowId: 'r', repeat: 0, output: '', steps: [], scores: {}, values: {} },
});
const sums = (before: (number | null)[], after: (number | null)[]) => pairedSums(before.map(score), after.map(score));

describe('acceptance', () => {
  it('wants more, or with improvement-or-equal at least as much', () => {
    expect(accepts('strict-improvement', sums([0, 1], [1, 1]))).toBe(true);
    expect(accepts('strict-improvement', sums([0, 1], [1, 0]))).toBe(false);
    expect(accepts('improvement-or-equal', sums([0, 1], [1, 0]))).toBe(true);
    expect(accepts('improvement-or-equal', sums([1, 1], [1, 0]))).toBe(false);
  });

  it('leaves a row out of both sums when one score is missing', () => {
    expect(sums([1, 0.5, null], [null, 1, 1])).toEqual({ before: 0.5, after: 1, compared: 1 });
    expect(accepts('strict-improvement', sums([1, 0.5], [null, 0.5]))).toBe(false);
    expect(accepts('improvement-or-equal', sums([null], [1]))).toBe(false);
    expect(sumsText('minibatch', sums([null], [1]))).toBe('no row of the minibatch has a score for both');
  });
});

const objectives: Objective[] = [
  { metric: 'score', goal: 'maximize' },
  { metric: 'tokens', goal: 'minimize', limit: 100 },
];

/** Members with scores on three rows and a token count each. */
async function poolOf(members: readonly (readonly [scores: readonly number[], tokens: number])[]) {
  const rows = ['v0', 'v1', 'v2'];
  const run = syntheticRun({
    components: { prompt: '0' },
    train: ['t'],
    validation: rows,
    objectives,
    score: ({ prompt }, rowId) => {
      const [scores, tokens] = members[Number(prompt)] ?? [[], 0];
      return { score: scores[rows.indexOf(rowId)] ?? null, values: { tokens } };
    },
    author: () => null,
  });
  const pool = new Pool(run.task, 'instance');
  for (const at of members.keys()) {
    const candidate = { ...run.task.baseline, id: `c${at}`, components: { prompt: String(at) } };
    pool.add(candidate, [], await run.task.lab.measure(candidate, rows));
  }
  return pool;
}
const selector = (options: Partial<ReferenceOptions>) =>
  candidateSelector(referenceOptions.parse({ preset: 'reference', ...options }));
const selectable = (pool: Pool, options: Partial<ReferenceOptions>) =>
  selector(options)
    .selectable(pool)
    .map((member) => member.candidate.id);

describe('chooseComponents', () => {
  it('goes round, member by member', async () => {
    const member = (await poolOf([[[1], 0]])).member(0);
    member.nextComponent = 1;
    const drawn = [0, 1, 2].map(() => chooseComponents('round-robin', ['a', 'b'], member));
    expect(drawn).toEqual([['b'], ['a'], ['b']]);
    expect(chooseComponents('all', ['a', 'b'], member)).toEqual(['a', 'b']);
  });
});

describe('candidate selection', () => {
  // c1 is the best mean but infeasible; c2 and c3 tie; c4 leads nothing.
  const members = [
    [[0, 0, 0.5], 50],
    [[1, 1, 0], 200],
    [[0.9, 0, 0.6], 100],
    [[0, 0.6, 0.9], 100],
    [[0.1, 0.1, 0.1], 10],
  ] as const;

  it('current-best takes constraints first and the older of equals', async () => {
    const pool = await poolOf(members);
    expect(selector({ candidateSelection: 'current-best' }).select(pool, scriptedRandom()).candidate.id).toBe('c2');
    expect(selectable(pool, { candidateSelection: 'current-best' })).toEqual(['c2']);
  });

  it('pareto draws survivors of the frontier, also infeasible ones', async () => {
    const pool = await poolOf(members);
    expect([...pool.survivors]).toEqual([
      [1, 2],
      [3, 1],
    ]);
    const drawn = [0, 1].map((index) => selector({}).select(pool, scriptedRandom({ weighted: [index] })).candidate.id);
    expect(drawn).toEqual(['c1', 'c3']);
    expect(selectable(pool, {})).toEqual(['c1', 'c3']);
  });

  it('epsilon-greedy draws uniformly below epsilon and is greedy above', async () => {
    const pool = await poolOf(members);
    const greedy = selector({ candidateSelection: 'epsilon-greedy', epsilon: 0.2 });
    expect(greedy.select(pool, scriptedRandom({ next: [0.2] })).candidate.id).toBe('c2');
    expect(greedy.select(pool, scriptedRandom({ next: [0.19, 0.99] })).candidate.id).toBe('c4');
    expect(selectable(pool, { candidateSelection: 'epsilon-greedy' })).toHaveLength(5);
    expect(selectable(pool, { candidateSelection: 'epsilon-greedy', epsilon: 0 })).toEqual(['c2']);
  });

  it('top-k-pareto keeps only fronts that one of the k best leads', async () => {
    const pool = await poolOf(members);
    expect(selectable(pool, { candidateSelection: 'top-k-pareto', topK: 2 })).toEqual(['c3']);
    expect(selectable(pool, { candidateSelection: 'top-k-pareto', topK: 5 })).toEqual(['c1', 'c3']);
  });

  it('falls back to the best member when nothing leads', async () => {
    const pool = await poolOf([[[], 50]]);
    expect(selector({}).select(pool, scriptedRandom()).candidate.id).toBe('c0');
    expect(selectable(pool, {})).toEqual(['c0']);
  });

  it('sees a member that joined after the last choice', async () => {
    const pool = await poolOf(members);
    const pareto = selector({});
    pareto.select(pool, scriptedRandom());
    const joined = pool.add(
      { ...pool.member(0).candidate },
      [],
      ['v0', 'v1', 'v2'].map((rowId) => ({ ...score(2), rowId })),
    );
    expect(pareto.selectable(pool)).toEqual([joined]);
  });
});

describe('estimatedProposals', () => {
  it('counts the seed, two minibatches a proposal and a validation for some of them', () => {
    const size = { rollouts: 300, train: 40, validation: 30 };
    expect(estimatedProposals(size, referenceOptions.parse({ preset: 'reference' }))).toBe(12);
    expect(estimatedProposals({ ...size, rollouts: 20 }, referenceOptions.parse({ preset: 'reference' }))).toBe(0);
    expect(estimatedProposals(size, referenceOptions.parse({ preset: 'reference', stop: { maxProposals: 4 } }))).toBe(
      4,
    );
  });
});
