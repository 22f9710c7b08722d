import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedModel, startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { originatedHunks } from '../src/jobs/hunk-origins.ts';
import { withHunks } from '../src/search/hunks.ts';
import { runTestJob } from './support/run-job.ts';

let server: SimulatedModel;
beforeAll(async () => {
  server = await startSimulatedModel();
});
afterAll(() => server.close());

/** Made from other candidates, or without looking at rows. */
const WITHOUT_ROWS = ['baseline', 'merge', 'union', 'drop-one', 'combine', 'paraphrase'];

describe('the lineage that a search records', () => {
  it.each([
    ['gepa', 'racing', 'support-triage'],
    ['gepa', 'reference', 'support-chain'],
    ['protegi', 'default', 'support-triage'],
    ['protegi', 'paper', 'policy'],
  ])(
    'of %s, preset %s, explains every change of every candidate by rows of the search (%s)',
    async (type, preset, task) => {
      const { record, outcome } = await runTestJob(
        {
          task,
          optimizer: { type, options: { preset } },
          rows: { train: 20, validation: 12, test: 4 },
          budget: { rollouts: 260, confirmationRollouts: 0 },
          concurrency: 8,
          seed: 5,
        },
        server.url,
      );
      expect(outcome.status).toBe('succeeded');
      const { candidates } = record;
      expect(candidates.length).toBeGreaterThan(2);
      const measured = new Set(record.rollouts.map(({ rollout }) => rollout.rowId));
      for (const { id, operator, reflectedOn } of candidates) {
        if (!WITHOUT_ROWS.includes(operator)) expect(reflectedOn.length, `${id}: ${operator}`).toBeGreaterThan(0);
        for (const rowId of reflectedOn) expect(measured.has(rowId)).toBe(true);
      }
      const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
      for (const candidate of candidates) {
        const hunks = originatedHunks(outcome.baseline, candidate, byId);
        expect(withHunks(outcome.baseline.components, hunks)).toEqual(candidate.components);
        for (const { originId } of hunks) expect(originId).not.toBe('c0');
      }
    },
  );
});
