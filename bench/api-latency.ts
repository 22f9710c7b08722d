/**
 * How the API answers while a job runs: 200 clients that poll the job one request after another, 50 event streams, and a job of 64 calls
 * in flight against a simulated model that takes 200 ms to answer. Everything is one machine, and two processes: the service here with
 * its embedded database, worker and API; the model server and the clients in another, so that they do not sit on the service's loop.
 *
 * With DATABASE_URL the service uses that PostgreSQL instead.
 *
 * `node --import tsx bench/api-latency.ts [--pollers 200] [--requests 20] [--streams 50] [--concurrency 64] [--latency 200] [--pause 0]`
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { generateRows, loadTask } from '../fixtures/tasks/index.ts';
import { readConfig } from '../src/config.ts';
import { startService } from '../src/main.ts';
import type { LoadPlan, LoadResult } from './api-load.ts';

const { values } = parseArgs({
  options: {
    pollers: { type: 'string', default: '200' },
    requests: { type: 'string', default: '20' },
    streams: { type: 'string', default: '50' },
    concurrency: { type: 'string', default: '64' },
    latency: { type: 'string', default: '200' },
    pause: { type: 'string', default: '0' },
  },
});
const number = (name: keyof typeof values) => Number(values[name]);

const load = fork(new URL('./api-load.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
/** The next message of the other process. */
const told = async <T>(): Promise<T> => {
  const [message] = await Promise.race([
    once(load, 'message'),
    once(load, 'exit').then(([code]) => Promise.reject(new Error(`the clients ended with ${String(code)}`))),
  ]);
  return message;
};

load.send({ latencyMs: number('latency') });
const { modelUrl } = await told<{ modelUrl: string }>();
const service = await startService({
  config: readConfig({ PARETUNE_DATA_DIR: 'memory', PORT: '0', DATABASE_URL: process.env['DATABASE_URL'] }),
  environment: { OPENAI_API_KEY: 'bench-key' },
  log: pino({ level: 'error' }),
});

const task = loadTask('support-triage');
const model = { provider: 'openai', baseUrl: `${modelUrl}/v1`, maxOutputTokens: 300 };
const response = await fetch(`${service.url}/v1/jobs`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    prompt: task.prompt,
    suite: task.suite,
    dataset: {
      rows: generateRows('support-triage', { seed: 5, count: 400 }).map(({ id, input, expected }) => ({
        id,
        input,
        expected,
      })),
    },
    optimizer: { type: 'gepa', options: { preset: 'reference', minibatchSize: 64 } },
    models: { task: { ...model, model: 'sim-task', temperature: 0 }, reflection: { ...model, model: 'sim-reflect' } },
    // More than the bench waits for: the job is cancelled at its end.
    budget: { rollouts: 100_000, confirmationRollouts: 0 },
    concurrency: number('concurrency'),
  }),
});
const job: { readonly id: string } = JSON.parse(await response.text());
if (!response.ok) throw new Error(`the job was refused: ${JSON.stringify(job)}`);

const running = async () => (await service.jobs.get({ projectId: 'default' }, job.id)).status;
while ((await running()) === 'queued') await new Promise((resolve) => setTimeout(resolve, 50));
const plan: LoadPlan = {
  url: `${service.url}/v1/jobs/${job.id}`,
  pollers: number('pollers'),
  requests: number('requests'),
  streams: number('streams'),
  pauseMs: number('pause'),
};
load.send(plan);
const result = await told<LoadResult>();
const after = await running();
await service.jobs.cancel({ projectId: 'default' }, job.id);
// The clients hang up first: what the service says about streams that it has to end is not what is measured here.
const gone = once(load, 'exit');
load.disconnect();
await gone;
await service.close();

const ms = (value: number) => `${value.toFixed(1)} ms`;
console.log(
  `GET /v1/jobs/{id}: ${plan.pollers} clients × ${plan.requests} requests, ${plan.streams} event streams, a job at concurrency ${number('concurrency')} (model latency ${number('latency')} ms, at the end ${after})`,
);
console.log(
  `  requests ${result.requests} in ${(result.ms / 1000).toFixed(1)} s (${Math.round((result.requests * 1000) / result.ms)}/s), errors ${result.errors.length}`,
);
console.log(`  latency  p50 ${ms(result.p50)}  p95 ${ms(result.p95)}  p99 ${ms(result.p99)}  max ${ms(result.max)}`);
console.log(
  `  streams  open at the end ${result.streamsOpen} of ${plan.streams}, events received ${result.events}, errors ${result.streamErrors.length}`,
);
console.log(`  model    calls answered meanwhile ${result.modelCalls}, most in flight ${result.mostInFlight}`);
for (const error of [...new Set([...result.errors, ...result.streamErrors])].slice(0, 5))
  console.log(`  error: ${error}`);
