import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { familyOf, signalAll } from './processes.ts';

export interface Ran {
  readonly code: number;
  /** Standard output and standard error, as a terminal shows them. */
  readonly output: string;
}

/** One reader's terminal: variables and the folder stay from one block to the next. */
export interface Shell {
  run(script: string): Promise<Ran>;
  /** Starts what goes on until the shell is closed; resolves when it has written that it is ready. */
  keepRunning(script: string): Promise<void>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 180_000;
const DRAIN_MS = 10_000;
const READY = /"msg":"ready"|listening on/;

export function openShell(folder: string, home: string, environment: Readonly<Record<string, string>>): Shell {
  const state = join(home, 'state.sh');
  writeFileSync(state, `cd '${folder}'\n`);
  const running: ChildProcess[] = [];
  const start = (script: string) => {
    const child = spawn('bash', ['-c', script], {
      env: { ...environment, HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(child);
    return child;
  };
  return {
    run: (script) =>
      new Promise((resolve) => {
        const child = start(
          `source '${state}'\nset -eo pipefail\ntrap 'code=$?; { export -p; echo "cd \\"$PWD\\""; } > "${state}"; exit $code' EXIT\n${script}`,
        );
        const timer = setTimeout(() => signalAll(familyOf(child.pid ?? 0), 'SIGKILL'), TIMEOUT_MS);
        let output = '';
        child.stdout.on('data', (chunk: Buffer) => {
          output += chunk.toString();
        });
        child.stderr.on('data', (chunk: Buffer) => {
          output += chunk.toString();
        });
        child.on('close', (code) => {
          clearTimeout(timer);
          resolve({ code: code ?? -1, output });
        });
      }),
    keepRunning: (script) =>
      new Promise((resolve, reject) => {
        const child = start(`source '${state}'\n${script}`);
        let output = '';
        const timer = setTimeout(() => reject(new Error(`it is not ready:\n${output}`)), TIMEOUT_MS);
        const look = (chunk: Buffer) => {
          output += chunk.toString();
          if (!READY.test(output)) return;
          clearTimeout(timer);
          resolve();
        };
        child.stdout.on('data', look);
        child.stderr.on('data', look);
        child.on('close', (code) => reject(new Error(`ended with ${code} before it was ready:\n${output}`)));
      }),
    close: async () => {
      await Promise.all(
        running.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null).map(end),
      );
    },
  };
}

/** Tells a process and what it has started to end, and makes sure of it. */
async function end(child: ChildProcess): Promise<void> {
  const family = familyOf(child.pid ?? 0);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  signalAll(family, 'SIGTERM');
  const timer = setTimeout(() => signalAll(family, 'SIGKILL'), DRAIN_MS);
  await ended.finally(() => clearTimeout(timer));
}
