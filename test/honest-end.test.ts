import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedModel, startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { generateRows, loadTask } from '../fixtures/tasks/index.ts';
import { readConfig } from '../src/config.ts';
import { jobRequestSchema } from '../src/domain/job.ts';
import { startService } from '../src/main.ts';
import { DEFAULT_PROJECT } from '../src/store/schema.ts';
import { createTestDatabase } from '../src/store/testing.ts';

const scope = { projectId: DEFAULT_PROJECT };
const SIZES = { train: 40, validation: 30, test: 40 };

let server: SimulatedModel;
beforeAll(async () => {
  server = await startSimulatedModel();
});
afterAll(() => server.close());

/** A noisy model, a constraint in each cohort, and confirmation rollouts for more than one run of each row. */
function jobRequest() {
  const { prompt, suite } = loadTask('support-triage');
  const metric = String(suite.evaluators[0]?.id);
  const splits = Object.entries(SIZES).flatMap(([split, count]) => Array<string>(count).fill(split));
  const model = (name: string, rest: object) => ({
    provider: 'openai',
    model: name,
    baseUrl: `${server.url}/v1`,
    ...rest,
  });
  return jobRequestSchema.parse({
    prompt,
    suite,
    dataset: {
      rows: generateRows('support-triage', { seed: 5, count: splits.length }).map(
        ({ id, input, expected, cohort }, index) => ({ id, input, expected, cohort, split: splits[index] }),
      ),
    },
    objectives: [
      { metric, goal: 'maximize', headline: true },
      { metric: `${metric}.passRate`, goal: 'maximize', notWorseThanBaseline: 0.02, perCohort: 'cohort' },
    ],
    optimizer: { type: 'gepa', options: { preset: 'reference' } },
    models: {
      task: model('sim-task-noisy', { temperature: 1, maxOutputTokens: 60 }),
      reflection: model('sim-reflect', { temperature: 1, seed: 5, maxOutputTokens: 2000 }),
    },
    budget: { rollouts: 300, confirmationRollouts: 24 + 8 * SIZES.test },
    aaRun: 12,
    seed: 4,
  });
}

async function proveIt(environment: Readonly<Record<string, string>>): Promise<void> {
  // Unseeded answers depend on how often a content was asked.
  server.reset();
  const service = await startService({
    config: readConfig(environment),
    environment: { OPENAI_API_KEY: 'test-key' },
    listen: false,
    log: pino({ level: 'silent' }),
  });
  try {
    const { jobs } = service;
    const { id } = await jobs.submit(scope, jobRequest());
    await new Promise<void>((resolve, reject) => {
      const look = () => void jobs.hasEnded(scope, id).then((over) => over && resolve(), reject);
      jobs.subscribe(id, look);
      look();
    });
    const job = await jobs.get(scope, id);
    expect(job).toMatchObject({ status: 'succeeded', noise: { rows: 12, deterministic: false, testRows: SIZES.test } });
    expect(job.noise?.flipRate).toBeGreaterThan(0);
    const { verdict } = job;
    expect(verdict?.repeats).toBe(Math.floor(8 / (1 + (verdict?.finalists.length ?? 0))));
    const constrained = new Set(verdict?.constraints.map((each) => each.metric));
    expect([...constrained].filter((name) => /@cohort\[cohort=/.test(name)).length).toBeGreaterThan(1);

    const report = await jobs.results.report(scope, id);
    expect(report.noise).toEqual(job.noise);
    expect(report.verdict).toEqual(verdict);
    const [finalist] = report.sealed?.finalists ?? [];
    expect(finalist?.candidateId).toBe(verdict?.finalists[0]);
    expect({ won: finalist?.won.length, lost: finalist?.lost.length }).toEqual({
      won: finalist?.metrics[0]?.wins,
      lost: finalist?.metrics[0]?.losses,
    });
    expect(report.returns.levels.at(-1)?.score).toBe(report.curve.at(-1)?.score);
    expect(report.headline).toMatchObject({ optimism: expect.any(Number), sawOn: 'validation' });
    expect(Object.keys(report.job.spent.byRole).sort()).toEqual(['reflection', 'task']);
    const events = await jobs.eventsAfter(scope, id, 0, 1000);
    expect(events.find(({ type }) => type === 'noise')?.data).toMatchObject({ rows: 12 });
  } finally {
    await service.close({ graceful: true });
  }
}

describe('a job that measures its noise, repeats, and watches its cohorts', () => {
  it('tells all of it, embedded', () => proveIt({ PARETUNE_DATA_DIR: 'memory' }), 200_000);

  const postgres = process.env['TEST_DATABASE_URL'];
  it.skipIf(!postgres)(
    'tells all of it on PostgreSQL',
    async () => {
      const database = await createTestDatabase(postgres ?? '');
      try {
        await proveIt({ DATABASE_URL: database.url });
      } finally {
        await database.drop();
      }
    },
    200_000,
  );
});
