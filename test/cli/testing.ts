import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SimulatedModel, startSimulatedModel } from '../../fixtures/simulated-model/index.ts';
import type { Io, Terminal } from '../../src/cli/io.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { readConfig } from '../../src/config.ts';
import { type RunningService, startService } from '../../src/main.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = join(ROOT, 'src/cli/main.ts');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
  /** Resolves when the process has written this; rejects when it ends without. */
  wrote(text: string): Promise<void>;
}

/** The real command line in a process of its own, in a folder, outside of a terminal. */
export function start(args: readonly string[], cwd: string, environment: Record<string, string> = {}): Running {
  const child = spawn(
    process.execPath,
    ['--import', join(ROOT, 'node_modules/tsx/dist/esm/index.mjs'), MAIN, ...args],
    {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let out = '';
  let err = '';
  const waiting: { text: string; resolve: () => void; reject: (why: Error) => void }[] = [];
  const look = () => {
    for (const each of waiting) if (`${out}${err}`.includes(each.text)) each.resolve();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    look();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
    look();
  });
  const ended = new Promise<Ran>((resolve) =>
    child.on('close', (code) => {
      for (const each of waiting) each.reject(new Error(`ended with ${code} without "${each.text}":\n${out}${err}`));
      resolve({ code, out, err });
    }),
  );
  return {
    child,
    ended,
    wrote: (text) =>
      new Promise((resolve, reject) => {
        waiting.push({ text, resolve, reject });
        look();
      }),
  };
}

/** The same command line in this process: cheap, for what does not need a process to be shown. */
export async function run(
  args: readonly string[],
  cwd: string,
  environment: Record<string, string> = {},
  terminal: Terminal = { live: false, color: false, unicode: true, columns: () => 100, rows: () => 24 },
): Promise<Ran> {
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    environment,
    cwd,
    result: terminal,
    progress: terminal,
    interrupt: new AbortController().signal,
    now: () => performance.now(),
  };
  const code = await runCommandLine(args, io, '0.0.0');
  return { code, out, err };
}

export interface World {
  readonly service: RunningService;
  readonly model: SimulatedModel;
  readonly url: string;
  /** A folder with the files of the support-triage task and `job.yaml`. */
  readonly folder: string;
  close(): Promise<void>;
}

/** A service with a simulated model, in memory, and a folder of job files that use it. */
export async function startWorld(options: { readonly latencyMs?: number } = {}): Promise<World> {
  const model = await startSimulatedModel({ ...options });
  const service = await startService({
    config: readConfig({ PORT: '0', PARETUNE_DATA_DIR: 'memory', LOG_LEVEL: 'silent' }),
    environment: { OPENAI_API_KEY: 'simulated' },
  });
  const folder = mkdtempSync(join(tmpdir(), 'paretune-cli-'));
  const task = join(ROOT, 'fixtures/tasks/support-triage');
  for (const file of ['prompt.json', 'suite.json']) cpSync(join(task, file), join(folder, file));
  cpSync(join(task, 'dataset.jsonl'), join(folder, 'support mails.jsonl'));
  writeFileSync(join(folder, 'job.yaml'), jobYaml(model.url));
  return {
    service,
    model,
    url: service.url,
    folder,
    close: async () => {
      await service.close();
      await model.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A job file over the files of `startWorld`. */
export const jobYaml = (modelUrl: string, changes: { rollouts?: number; evaluator?: string; extra?: string } = {}) => `\
name: Support triage
prompt: ./prompt.json
dataset: { file: support mails.jsonl }
suite:
  evaluators:
    - id: queue
      type: ${changes.evaluator ?? 'exact-match'}
optimizer: { type: gepa, options: { preset: reference } }
models:
  task: { provider: openai, model: sim-task, baseUrl: "${modelUrl}/v1", temperature: 0, maxOutputTokens: 60 }
  reflection: { provider: openai, model: sim-reflect, baseUrl: "${modelUrl}/v1", temperature: 1, maxOutputTokens: 4000 }
budget:
  rollouts: ${changes.rollouts ?? 800}
seed: 7
${changes.extra ?? ''}`;
