import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./worker-process.ts', import.meta.url));

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
export function startWorker(jobId: string, environment: Readonly<Record<string, string>>): Life {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, jobId], {
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
