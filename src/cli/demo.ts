import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulatedModel } from '../../fixtures/simulated-model/index.ts';
import { listTasks, loadTask } from '../../fixtures/tasks/index.ts';
import { createClient } from '../client/index.ts';
import { readConfig } from '../config.ts';
import { formatDuration } from '../domain/figures.ts';
import { jobRequestSchema } from '../domain/job.ts';
import { startService } from '../main.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { badInput, checked } from './files/document.ts';
import { type Io, printJson } from './io.ts';
import { exitOfJob, showOutcome } from './outcome.ts';
import { watchJob } from './progress/watch.ts';

export interface DemoOptions {
  readonly task: string;
  readonly optimizer: string;
  readonly rollouts: number;
  readonly seed: number;
  /** Keeps the data directory. */
  readonly keep?: boolean;
  readonly json?: boolean;
}

/** What the simulated models would cost if they were a small and a large hosted model: dollars per million tokens, invented. */
const SIMULATED_PRICES = {
  models: [
    { provider: 'openai', model: 'sim-task', input: 0.15, output: 0.6, source: 'simulated' },
    { provider: 'openai', model: 'sim-reflect', input: 2.5, output: 10, source: 'simulated' },
  ],
};

/**
 * The main job from end to end on this machine: service, embedded database, a simulated model server that speaks the providers' protocols,
 * and a bundled task, all over HTTP. Nothing is left behind.
 */
export async function demo(io: Io, options: DemoOptions): Promise<ExitCode> {
  if (!listTasks().includes(options.task))
    throw badInput([
      { path: '--task', message: `there is no task "${options.task}"; known: ${listTasks().join(', ')}` },
    ]);
  const started = io.now();
  const dataDir = mkdtempSync(join(tmpdir(), 'paretune-demo-'));
  const model = await startSimulatedModel();
  try {
    const service = await startService({
      // Nothing of the user's environment: the demo is the same everywhere.
      config: readConfig({ PORT: '0', PARETUNE_DATA_DIR: dataDir, LOG_LEVEL: 'silent' }),
      environment: { OPENAI_API_KEY: 'a simulated model asks for no real key' },
      prices: SIMULATED_PRICES,
    });
    try {
      return await run(io, options, service.url, model.url, started);
    } finally {
      await service.close();
    }
  } finally {
    await model.close();
    if (options.keep) io.err(`kept: ${dataDir} (look into it with: paretune serve --data-dir ${dataDir})\n`);
    else rmSync(dataDir, { recursive: true, force: true });
  }
}

async function run(io: Io, options: DemoOptions, url: string, modelUrl: string, started: number): Promise<ExitCode> {
  const client = createClient({ url });
  const task = loadTask(options.task);
  const name = options.task.replaceAll('-', '_');
  const prompt = await client.prompts.createVersion(name, { ...task.prompt });
  const suite = await client.suites.createVersion(name, { ...task.suite });
  const rows = task.rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const dataset = await client.datasets.upload(name, { format: 'jsonl', open: () => rows });
  const { task: taskModel, reflection, judge } = modelsOf(task.job['models'], `${modelUrl}/v1`);
  const body = checked(
    jobRequestSchema,
    {
      ...task.job,
      prompt: prompt.ref,
      dataset: dataset.ref,
      suite: suite.ref,
      optimizer: { type: options.optimizer },
      models: { task: taskModel, reflection, ...(judge !== undefined && { judge }) },
      budget: { rollouts: options.rollouts },
      seed: options.seed,
    },
    (path) => path,
  );
  io.err(`service ${url}, simulated model ${modelUrl}\n`);
  io.err(`prompt ${prompt.ref}, suite ${suite.ref}, dataset ${dataset.ref} (${dataset.rowCount} rows)\n`);
  const { id } = await client.jobs.submit(body);
  io.err(`job ${id}: ${options.optimizer}, ${options.rollouts} rollouts, seed ${options.seed}\n`);
  const job = await watchJob(client, id, io, { onInterrupt: 'cancel', show: !options.json });
  if (options.json) {
    printJson(io, { job, best: await client.jobs.best(id) });
    return exitOfJob(job);
  }
  io.out('\n');
  const exit = await showOutcome(client, job, io, {
    // The whole diff: nothing is left to look it up in afterwards.
    height: 200,
    nextSteps: [
      'A real model, with OPENAI_API_KEY or ANTHROPIC_API_KEY set: npm run paretune -- optimize examples/job.yaml',
      'Your own prompt and rows: copy examples/job.yaml; README.md, "Real providers", shows the models block of each provider',
      'The service and its console: npm start, then http://127.0.0.1:8080, or: npm run paretune -- submit examples/job.yaml',
    ],
  });
  io.out(
    `\nThe models, and so the prices, are simulated. The demo took ${formatDuration((io.now() - started) / 1000)}.\n`,
  );
  // That a short demo found nothing is a result, too.
  return exit === EXIT.noImprovement ? EXIT.done : exit;
}

/** The task's models at the simulated server's address. */
function modelsOf(models: unknown, baseUrl: string): Readonly<Record<string, object | undefined>> {
  const entries = typeof models === 'object' && models !== null ? Object.entries(models) : [];
  return Object.fromEntries(entries.map(([role, config]: [string, object]) => [role, { ...config, baseUrl }]));
}
