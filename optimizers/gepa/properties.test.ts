import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BudgetExhausted } from '../../src/domain/budget.ts';
import type { Components } from '../../src/domain/prompt.ts';
import { checkInvariants, type SyntheticRun, syntheticRun } from '../../src/search/testing.ts';
import { gepa } from './index.ts';

const digest = (...parts: readonly unknown[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest().readUInt32BE(0);

/** Scores are fixed by the texts and the row; some texts are better than others, some scores are missing. */
function scoreOf(world: World, components: Components, rowId: string): number | null {
  const draw = digest(world.seed, components, rowId);
  if (draw % 100 < world.missing) return null;
  const strength = digest(world.seed, components) % 4;
  return Math.min(1, (digest(world.seed, rowId, draw) % (3 + strength)) / world.levels);
}

const worlds = fc.record({
  seed: fc.nat(1_000_000),
  components: fc.integer({ min: 1, max: 3 }),
  train: fc.integer({ min: 1, max: 9 }),
  validation: fc.integer({ min: 1, max: 9 }),
  levels: fc.constantFrom(1, 2, 4),
  missing: fc.constantFrom(0, 0, 20, 100),
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
      return JSON.stringify({ diagnosis: 'd', instruction: `text ${digest(world.seed, n) % 20}` });
    },
    budget: { rollouts: world.rollouts },
    seed: world.seed,
  });
  const end = await gepa
    .prepare(world.options)
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

const mean = (world: World, run: SyntheticRun, id: string) => {
  const components = run.candidates.find((candidate) => candidate.id === id)?.components ?? {};
  const scores = run.task.validation.flatMap((row) => scoreOf(world, components, row.id) ?? []);
  return scores.length === 0 ? null : scores.reduce((a, b) => a + b, 0) / scores.length;
};

describe('gepa in random worlds', () => {
  it('keeps its books, its lineage and its gates', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const { run, end } = await searched(world);
        checkInvariants(run);
        expect(run.paid.length).toBeLessThanOrEqual(world.rollouts);
        if (end === 'budget') expect(run.paid.length).toBe(world.rollouts);

        const train = new Set(run.task.train.map((row) => row.id));
        const textOf = new Map(run.candidates.map((candidate) => [candidate.id, candidate.components]));
        for (const { kind, detail } of run.notes) {
          const child = textOf.get(String(detail['child'])) ?? {};
          const rows = Array.isArray(detail['rows']) ? detail['rows'].map(String) : [];
          const sums = (...ids: unknown[]) => {
            const scored = ids.map((id) => textOf.get(String(id)) ?? {});
            const both = rows.filter((row) => [...scored, child].every((texts) => scoreOf(world, texts, row) !== null));
            return [...scored, child].map((texts) =>
              both.reduce((total, row) => total + (scoreOf(world, texts, row) ?? 0), 0),
            );
          };
          if (kind === 'reflection' && detail['outcome'] === 'accepted') {
            for (const row of rows) expect(train.has(row)).toBe(true);
            const [before = 0, after = 0] = sums(detail['parent']);
            if (world.options.acceptance === 'strict-improvement') expect(after).toBeGreaterThan(before);
            else expect(after).toBeGreaterThanOrEqual(before);
          }
          if (kind === 'merge' && detail['outcome'] === 'accepted') {
            expect(world.options.merge.enabled).toBe(true);
            const [first = 0, second = 0, after = 0] = sums(detail['first'], detail['second']);
            expect(after).toBeGreaterThanOrEqual(Math.max(first, second));
          }
        }
        for (const candidate of run.candidates) {
          const parents = candidate.parents.map((id) => textOf.get(id) ?? {});
          if (candidate.operator !== 'merge') continue;
          expect(parents).toHaveLength(2);
          for (const [id, text] of Object.entries(candidate.components)) {
            expect(parents.map((parent) => parent[id])).toContain(text);
          }
        }

        const best = run.notes.findLast((one) => one.kind === 'frontier')?.detail['best'];
        const [baseline, winner] = [mean(world, run, 'c0'), mean(world, run, String(best))];
        if (baseline !== null && best !== undefined) expect(winner).toBeGreaterThanOrEqual(baseline);

        const accepted = run.fates.filter((fate) => fate.fate === 'accepted').map((fate) => fate.candidateId);
        expect(run.validated).toEqual(run.validated.length === 0 ? [] : ['c0', ...accepted]);
        expect(run.proposals.length).toBeLessThanOrEqual(world.options.stop.maxProposals);
      }),
      { numRuns: 300 },
    );
  });

  it('equal seeds give equal searches', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const [one, other] = [await searched(world), await searched(world)];
        expect(other.end).toBe(one.end);
        expect(other.run.notes).toEqual(one.run.notes);
        expect(other.run.paid).toEqual(one.run.paid);
        expect(other.run.fates).toEqual(one.run.fates);
      }),
      { numRuns: 60 },
    );
  });
});
