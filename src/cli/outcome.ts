import type { Client, Job } from '../client/index.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Io } from './io.ts';
import { reportScreen } from './report-screen.ts';

/** The exit code that an ended job stands for. A winner that is still the baseline is no improvement. */
export function exitOfJob(job: Pick<Job, 'status' | 'best'>): ExitCode {
  switch (job.status) {
    case 'succeeded':
      return job.best === null || job.best.candidateId === 'c0' ? EXIT.noImprovement : EXIT.done;
    case 'cancelled':
      return EXIT.interrupted;
    case 'failed':
      return EXIT.unreachable;
    default:
      return EXIT.done;
  }
}

/** Shows what came of a job and returns its exit code. */
export async function showOutcome(
  client: Client,
  job: Job,
  io: Io,
  options: { readonly nextSteps?: readonly string[]; readonly height?: number } = {},
): Promise<ExitCode> {
  if (job.status === 'failed')
    io.err(`error: the job failed: ${job.error ?? job.stopReason ?? 'no cause was recorded'}\n`);
  io.out(await reportScreen(client, job.id, io, options));
  return exitOfJob(job);
}
