import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BudgetExhausted } from '../../../src/domain/budget.ts';
import type { Components } from '../../../src/domain/prompt.ts';
import { checkInvariants, type SyntheticRun, syntheticRun } from '../../../src/search/testing.ts';
import { gepa } from '../index.ts';

/** FNV-1a with a final mix: an even, repeatable draw for any parts. */
function digest(...parts: readonly unknown[]): number {
  let hash = 0x811c9dc5;
  for (const character of JSON.stringify(parts)) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Each text of each component solves rows of its own, in part or in full; a row has the best of them. Some scores are missing. */
function scoreOf(world: World, components: Components, rowId: string): number | null {
  if (digest(world.seed, components, rowId) % 100 < world.missing) return null;
  const parts = Object.values(components).map((text) => Math.max(0, (digest(world.seed, text, rowId) % 12) - 7));
  return Math.min(1, Math.max(...parts) / world.levels);
}

const worlds = fc.record({
  seed: fc.nat(1_000_000),
  components: fc.integer({ min: 1, max: 3 }),
  train: fc.integer({ min: 1, max: 9 }),
  validation: fc.integer({ min: 1, max: 9 }),
  levels: fc.constantFrom(1, 2, 4),
  missing: fc.constantFrom<number[]>(0, 0, 20, 100),
  rollouts: fc.constantFrom(5, 60, 200, 100_000),
  options: fc.record({
    minibatchSize: fc.integer({ min: 1, max: 4 }),
    frontier: fc.constantFrom('instance', 'objective', 'hybrid', 'cartesian'),
    candidateSelection: fc.constantFrom('pareto', 'current-best', 'epsilon-greedy', 'top-k-pareto'),
    componentSelection: fc.constantFrom('round-robin', 'all'),
    acceptance: fc.constantFrom('strict-improvement', 'improvement-or-equal'),
    skipPerfectScore: fc.boolean(),
    merge: fc.record({ enabled: fc.boolean(), overlapFloor: fc.integer({ min: 0, max: 5 }) }),
    stop: fc.record({ maxProposals: fc.integer({ min: 1, max: 30 }), refusedInARow: fc.integer({ min: 1, max: 10 }) }),
  }),
});
type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

async function searched(world: World): Promise<{ run: SyntheticRun; end: string }> {
  const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  const run = syntheticRun({
    components: Object.fromEntries(ids('step', world.components).map((id) => [id, `${id}: baseline`])),
    train: ids('t', world.train),
    validation: ids('v', world.validation),
    score: (components, rowId) => scoreOf(world, components, rowId),
    author: (_request, n) => {
      const draw = digest(world.seed, 'author', n) % 10;
      if (draw === 0) return null;
      if (draw === 1) return 'I would rather not.';
      return JSON.stringify({ diagnosis: 'd', instruction: `text ${digest(world.seed, n) % 40}` });
    },
    budget: { rollouts: world.rollouts },
    seed: world.seed,
  });
  const end = await gepa
    .prepare({ preset: 'reference', ...world.options })
    .search(run.task)
    .then(
      ({ stop }) => stop,
      (error: unknown) => {
        if (error instanceof BudgetExhausted) return 'budget';
        throw error;
      },
    );
  return { run, end };
}

/** Everything that must hold of one search; returns the accepted merges. */
async function checkSearch(world: World): Promise<number> {
  const { run, end } = await searched(world);
  checkInvariants(run);
  expect(run.paid.length).toBeLessThanOrEqual(world.rollouts);
  if (end === 'budget') expect(run.paid.length).toBe(world.rollouts);
  expect(run.proposals.length).toBeLessThanOrEqual(world.options.stop.maxProposals);
  checkBest(world, run);

  const textOf = (id: unknown) => run.candidates.find((candidate) => candidate.id === id)?.components ?? {};
  /** Score sums over the rows on which all of them have a score. */
  const sums = (rows: readonly string[], ...ids: readonly unknown[]): number[] => {
    const texts = ids.map(textOf);
    const scored = rows.filter((row) => texts.every((one) => scoreOf(world, one, row) !== null));
    return texts.map((one) => scored.reduce((total, row) => total + (scoreOf(world, one, row) ?? 0), 0));
  };
  const train = new Set(run.task.train.map((row) => row.id));
  let merges = 0;
  for (const { kind, detail } of run.notes) {
    if (detail['outcome'] !== 'accepted') continue;
    const rows = Array.isArray(detail['rows']) ? detail['rows'].map(String) : [];
    if (kind === 'merge') {
      merges += 1;
      const [first = 0, second = 0, child = -1] = sums(rows, detail['first'], detail['second'], detail['child']);
      expect(child).toBeGreaterThanOrEqual(Math.max(first, second));
      expect(rows.some((row) => train.has(row))).toBe(false);
    } else {
      const [before = 0, after = -1] = sums(rows, detail['parent'], detail['child']);
      if (world.options.acceptance === 'strict-improvement') expect(after).toBeGreaterThan(before);
      else expect(after).toBeGreaterThanOrEqual(before);
      expect(rows.every((row) => train.has(row))).toBe(true);
    }
  }
  expect(merges).toBeLessThanOrEqual(world.options.merge.enabled ? 5 : 0);

  for (const { operator, parents, components } of run.candidates) {
    if (operator === 'baseline') continue;
    expect(parents).toHaveLength(operator === 'merge' ? 2 : 1);
    if (operator !== 'merge') continue;
    for (const [id, text] of Object.entries(components))
      expect(parents.map((parent) => textOf(parent)[id])).toContain(text);
  }
  const accepted = run.fates.filter((fate) => fate.fate === 'accepted').map((fate) => fate.candidateId);
  expect(run.validated).toEqual(run.validated.length === 0 ? [] : ['c0', ...accepted]);
  return merges;
}

/** The best member has the highest validation mean of all that were validated. */
function checkBest(world: World, run: SyntheticRun): void {
  const mean = (id: string) => {
    const components = run.candidates.find((candidate) => candidate.id === id)?.components ?? {};
    const scores = run.task.validation.flatMap((row) => scoreOf(world, components, row.id) ?? []);
    return scores.length === 0 ? Number.NEGATIVE_INFINITY : scores.reduce((a, b) => a + b, 0) / scores.length;
  };
  const best = run.notes.findLast((one) => one.kind === 'frontier')?.detail['best'];
  for (const id of run.validated) expect(mean(String(best))).toBeGreaterThanOrEqual(mean(id));
}

/** Chains in which siblings complement each other. */
const mergingWorlds = worlds.map(
  (world): World => ({
    ...world,
    components: 3,
    train: 9,
    validation: 9,
    missing: Math.min(world.missing, 20),
    rollouts: 100_000,
    options: {
      ...world.options,
      minibatchSize: 2,
      candidateSelection: 'pareto',
      componentSelection: 'round-robin',
      frontier: 'instance',
      merge: { enabled: true, overlapFloor: 1 },
      stop: { maxProposals: 60, refusedInARow: 10 },
    },
  }),
);

describe('gepa in random worlds', () => {
  it('keeps its books, its lineage and its gates', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        await checkSearch(world);
      }),
      { numRuns: 150 },
    );
  });

  it('merges within the rules', async () => {
    let merges = 0;
    await fc.assert(
      fc.asyncProperty(mergingWorlds, async (world) => {
        merges += await checkSearch(world);
      }),
      { numRuns: 40 },
    );
    expect(merges, 'these worlds have merges').toBeGreaterThan(3);
  });

  it('equal seeds give equal searches', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(worlds, mergingWorlds), async (world) => {
        const [one, other] = [await searched(world), await searched(world)];
        expect(other.end).toBe(one.end);
        expect(other.run.notes).toEqual(one.run.notes);
        expect(other.run.paid).toEqual(one.run.paid);
        expect(other.run.fates).toEqual(one.run.fates);
      }),
      { numRuns: 30 },
    );
  });
});
