import { existsSync } from 'node:fs';
import { pino } from 'pino';
import { startSimulatedModel } from '../../fixtures/simulated-model/index.ts';
import { loadTask } from '../../fixtures/tasks/index.ts';
import { createClient, type JobBody } from '../../src/client/index.ts';
import { readConfig } from '../../src/config.ts';
import { jobRequestSchema } from '../../src/domain/job.ts';
import { startService } from '../../src/main.ts';
import { SIMULATED_PRICES } from '../support/run-job.ts';
import { fillRegistry } from './registry.ts';

/** What the pages are looked at with: a service over a socket, with one finished job, one that runs, and one that has failed. */
export interface Environment {
  /** Null where there is no Chromium: then nothing else was started. */
  readonly chromium: string | null;
  readonly url: string;
  readonly modelUrl: string;
  readonly finishedJob: string;
  /** Its best candidate, and a row that the baseline was run on. */
  readonly winner: string;
  readonly row: string;
  readonly runningJob: string;
  readonly failedJob: string;
  /** Two prompts against a baseline, finished. */
  readonly evaluation: string;
  /** A judge compared with people. */
  readonly judgeCard: string;
}

/** The path of the browser, or null. */
export function findChromium(): string | null {
  const path = process.env['PARETUNE_CHROMIUM'] ?? '/usr/bin/chromium';
  return existsSync(path) ? path : null;
}

/** Every answer of the model that the running job uses takes this long: it does not end while somebody looks. */
const SLOW_MS = 700;

export async function startEnvironment(chromium: string): Promise<Environment & { close(): Promise<void> }> {
  const [model, slowModel] = await Promise.all([startSimulatedModel(), startSimulatedModel({ latencyMs: SLOW_MS })]);
  const service = await startService({
    config: readConfig({ PORT: '0', PARETUNE_DATA_DIR: 'memory', PARETUNE_JOBS: '4' }),
    log: pino({ level: 'silent' }),
    environment: { OPENAI_API_KEY: 'a simulated model asks for no real key' },
    prices: SIMULATED_PRICES,
  });
  const client = createClient({ url: service.url });
  const task = loadTask('support-triage');
  const name = 'support-triage';
  const prompt = await client.prompts.createVersion(name, { ...task.prompt });
  const suite = await client.suites.createVersion(name, { ...task.suite });
  const rows = task.rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const dataset = await client.datasets.upload(name, { format: 'jsonl', open: () => rows });
  const job = (baseUrl: string, change: Partial<JobBody>): JobBody =>
    jobRequestSchema.parse({
      prompt: prompt.ref,
      dataset: dataset.ref,
      suite: suite.ref,
      objectives: [
        { metric: 'queue', goal: 'maximize', headline: true },
        { metric: 'promptTokens', goal: 'minimize', limit: 900 },
      ],
      models: {
        task: { provider: 'openai', model: 'sim-task', temperature: 0, maxOutputTokens: 60, baseUrl },
        reflection: { provider: 'openai', model: 'sim-reflect', temperature: 1, maxOutputTokens: 4000, baseUrl },
      },
      seed: 7,
      ...change,
    });
  const [finished, running, failed] = await Promise.all([
    client.jobs.submit(job(`${model.url}/v1`, { name: 'Support triage, finished', budget: { rollouts: 600, usd: 5 } })),
    client.jobs.submit(
      job(`${slowModel.url}/v1`, { name: 'Support triage, running', budget: { rollouts: 5_000 }, concurrency: 2 }),
    ),
    // Nobody listens there.
    client.jobs.submit(job('http://127.0.0.1:9/v1', { name: 'Support triage, failed', budget: { rollouts: 400 } })),
  ]);
  const [registered] = await Promise.all([fillRegistry(client, model.url), untilEnded(client, finished.id)]);
  const { best } = await client.jobs.get(finished.id);
  const [rollout] = (await client.jobs.rollouts(finished.id, { candidate: 'c0', limit: 1 })).items;
  return {
    ...registered,
    chromium,
    url: service.url,
    modelUrl: model.url,
    finishedJob: finished.id,
    winner: best?.candidateId ?? 'c0',
    row: rollout?.rowId ?? '',
    runningJob: running.id,
    failedJob: failed.id,
    close: async () => {
      await service.close();
      await Promise.all([model.close(), slowModel.close()]);
    },
  };
}

async function untilEnded(client: ReturnType<typeof createClient>, id: string): Promise<void> {
  for await (const _event of client.jobs.events(id)) {
    // The stream ends with the job.
  }
}
