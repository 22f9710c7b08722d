import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Packages that find files beside their own. */
const WITH_FILES = ['@electric-sql/pglite', 'libpg-query', 'eld', 'pino', 'pg', /^@fastify\//];

/**
 * The program of a life in one file, whose path it returns: read from its hundreds of sources, each of dozens of lives would take four times
 * as long to begin. It lies where the sources' own files are found upwards.
 */
export async function workerProgram(): Promise<string> {
  const folder = join(ROOT, 'node_modules/.cache/paretune-tests');
  const name = `worker-${process.pid}.mjs`;
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external: [] },
    build: {
      ssr: join(import.meta.dirname, 'worker-process.ts'),
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: { external: WITH_FILES, output: { entryFileNames: name, codeSplitting: false } },
    },
  });
  const file = join(folder, name);
  process.once('exit', () => rmSync(file, { force: true }));
  return file;
}

/** One life of a worker process. */
export interface Life {
  /** Lets it open the database and take jobs: until then it only loads its code. */
  begin(): void;
  /** Sends SIGKILL. */
  kill(): void;
  /** Resolves when the process is gone: `ended` when it left because the job was over, `killed` when it was killed. */
  readonly end: Promise<'ended' | 'killed'>;
}

/** The service in a process of its own, on the database of `environment`, that watches one job. */
export function startWorker(program: string, jobId: string, environment: Readonly<Record<string, string>>): Life {
  const child = spawn(process.execPath, [program, jobId], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    errors += data.toString();
  });
  const end = once(child, 'close').then(([code, signal]): 'ended' | 'killed' => {
    if (signal === 'SIGKILL') return 'killed';
    if (code === 0 && output.includes('ended\n')) return 'ended';
    throw new Error(`the worker left with ${String(code ?? signal)}: ${output}${errors}`);
  });
  return { begin: () => child.stdin.write('go\n'), kill: () => child.kill('SIGKILL'), end };
}
