import { type ChildProcess, fork } from 'node:child_process';
import { z } from 'zod';
import { type Assignment, type Measured, measuredSchema } from './measure.ts';

export interface Run extends Assignment, Measured {}

export interface Failure {
  readonly assignment: Assignment;
  readonly error: string;
}

const answerSchema = z.union([
  z.literal('ready'),
  z.strictObject({ ok: z.literal(true), measured: measuredSchema }),
  z.strictObject({ ok: z.literal(false), error: z.string() }),
]);

/**
 * Spreads jobs over child processes, the long ones first. A run depends on its own assignment alone, so the results are the same for any
 * number of workers. Rejects when a worker dies; a job that fails is reported and the others go on.
 */
export async function runAll(
  assignments: readonly Assignment[],
  workers: number,
  onRun: (run: Run, done: number) => void,
): Promise<{ readonly runs: readonly Run[]; readonly failures: readonly Failure[] }> {
  const queue = assignments.toSorted((a, b) => b.budget - a.budget);
  const runs: Run[] = [];
  const failures: Failure[] = [];
  const serve = (child: ChildProcess) =>
    new Promise<void>((resolve, reject) => {
      let current: Assignment | undefined;
      const finish = () => {
        child.disconnect();
        resolve();
      };
      child.on('message', (message) => {
        const answer = answerSchema.parse(message);
        if (answer !== 'ready' && current) {
          if (answer.ok) {
            const run = { ...current, ...answer.measured };
            runs.push(run);
            onRun(run, runs.length + failures.length);
          } else failures.push({ assignment: current, error: answer.error });
        }
        current = queue.shift();
        if (current) child.send(current);
        else finish();
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`a worker ended with code ${code} at ${JSON.stringify(current)}`)));
    });
  const children = Array.from({ length: Math.min(workers, assignments.length) }, () =>
    fork(new URL('./worker.ts', import.meta.url)),
  );
  try {
    await Promise.all(children.map(serve));
  } finally {
    for (const child of children) child.kill();
  }
  return { runs, failures };
}
