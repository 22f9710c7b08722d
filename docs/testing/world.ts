import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { type SimulatedModel, startSimulatedModel } from '../../fixtures/simulated-model/index.ts';
import { loadTask } from '../../fixtures/tasks/index.ts';
import { type Client, createClient } from '../../src/client/index.ts';
import { readConfig } from '../../src/config.ts';
import { singlePromptSchema } from '../../src/domain/prompt.ts';
import { type RunningService, startService } from '../../src/main.ts';
import { JOB_MODELS } from './job-models.ts';
import { ROOT } from './markdown.ts';

/** The model ids that pages name, and who answers to them here. */
const MODELS = {
  'gpt-6-luna': 'sim-task',
  'gpt-6.1-terra': 'sim-reflect',
  'claude-haiku-4-5-20251001': 'sim-task',
  'claude-sonnet-4-5-20250929': 'sim-reflect',
  'Qwen/Qwen3-8B': 'sim-task',
  'Qwen/Qwen3-32B': 'sim-reflect',
  'gpt-6.1-sol-2026-09-29': 'sim-judge',
  'text-embedding-3-small': 'sim-embed',
};

/** What a reader would have set up: the providers, reached by their usual variables, and keys. */
export interface World {
  readonly model: SimulatedModel;
  readonly service: RunningService;
  readonly environment: Readonly<Record<string, string>>;
  /** A job and an evaluation that pages may speak of without having made them. */
  readonly madeBefore: Promise<Ids>;
  close(): Promise<void>;
}

export interface Ids {
  job: string;
  evaluation: string;
}

export async function startWorld(): Promise<World> {
  const model = await startSimulatedModel({ aliases: MODELS });
  const environment = {
    OPENAI_BASE_URL: `${model.url}/v1`,
    ANTHROPIC_BASE_URL: model.url,
    OPENAI_API_KEY: 'sk-simulated',
    ANTHROPIC_API_KEY: 'sk-ant-simulated',
    PARETUNE_EVALUATOR_KEY: 'a key that both sides know',
    PARETUNE_EVALUATORS: join(ROOT, 'examples/evaluators/no-shouting.mjs'),
  };
  const service = await startService({
    config: readConfig({ ...environment, PORT: '0', PARETUNE_DATA_DIR: 'memory', LOG_LEVEL: 'silent' }),
    environment,
  });
  const client = createClient({ url: service.url });
  const { prompt, suite, rows } = loadTask('support-triage');
  await client.prompts.createVersion('support-triage', { ...prompt });
  await client.suites.createVersion('support-triage', { ...suite });
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await client.datasets.upload('support-mails', { format: 'jsonl', open: () => lines });
  const madeBefore = makeBefore(client);
  return {
    model,
    service,
    environment,
    madeBefore,
    close: async () => {
      await madeBefore.catch(() => undefined);
      await service.close();
      await model.close();
    },
  };
}

async function makeBefore(client: Client): Promise<Ids> {
  const stored = { dataset: 'support-mails@1', suite: 'support-triage@1' };
  const job = await client.jobs.submit({
    ...stored,
    models: JOB_MODELS,
    prompt: 'support-triage@1',
    objectives: [
      { metric: 'queue', goal: 'maximize', headline: true },
      { metric: 'promptTokens', goal: 'minimize', limit: 650 },
    ],
    budget: { rollouts: 120, confirmationRollouts: 144 },
    ablation: false,
  });
  const evaluation = await client.evaluations.submit({
    ...stored,
    models: { task: JOB_MODELS.task },
    baseline: 'support-triage@1',
    candidates: [singlePromptSchema.parse(parse(readFileSync(join(ROOT, 'examples/better.yaml'), 'utf8')))],
    split: 'all',
    budget: { rollouts: 480 },
  });
  for await (const _event of client.jobs.events(job.id));
  for await (const _event of client.evaluations.events(evaluation.id));
  return { job: job.id, evaluation: evaluation.id };
}

/** What a clone does not have, and what no page speaks of; a console that is built already saves building it. */
const LEFT_OUT =
  /^(node_modules|\.git|\.paretune|coverage|test|dist\/(?!web)[^/]*|docs\/\.vitepress\/(dist|cache))(\/|$)/;

/** A fresh copy of the repository, with its packages and `paretune` as a command. */
export function freshCopy(): { readonly folder: string; readonly bin: string; remove(): void } {
  const home = mkdtempSync(join(tmpdir(), 'paretune-docs-'));
  const folder = join(home, 'paretune');
  const bin = join(home, 'bin');
  mkdirSync(bin);
  cpSync(ROOT, folder, {
    recursive: true,
    preserveTimestamps: true,
    filter: (source) => !LEFT_OUT.test(relative(ROOT, source)),
  });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const main = join(folder, 'src/cli/main.ts');
  const tsx = join(ROOT, 'node_modules/tsx/dist/loader.mjs');
  writeFileSync(join(bin, 'paretune'), `#!/bin/sh\nexec node --import "${tsx}" "${main}" "$@"\n`, { mode: 0o755 });
  return { folder, bin, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** The addresses that pages name, as the places where things stand here. Nothing else of a text is changed. */
export type Addresses = Record<'8000' | '8080' | '8900', number>;

export const atOurAddresses = (text: string, addresses: Readonly<Addresses>): string =>
  text.replace(
    /((?:127\.0\.0\.1|localhost):|--port )(8000|8080|8900)\b/g,
    (_all, before: string, port: keyof Addresses) => `${before}${addresses[port]}`,
  );

/** The example files of a fresh copy, with addresses that answer. */
export function moveExamples(folder: string, addresses: Addresses): void {
  const examples = join(folder, 'examples');
  for (const file of readdirSync(examples).filter((name) => name.endsWith('.yaml'))) {
    const path = join(examples, file);
    writeFileSync(path, atOurAddresses(readFileSync(path, 'utf8'), addresses));
  }
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
