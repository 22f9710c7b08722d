import type { ExitCode } from '../exit.ts';
import type { Io } from '../io.ts';
import { exitOfJob, showOutcome } from '../outcome.ts';
import { watchJob } from '../progress/watch.ts';
import { clientOf, type RemoteOptions } from '../remote.ts';

/** Follows a job to its end. With `--json`: one line per event, then one `{"type":"result","job":…}`. */
export async function watch(io: Io, jobId: string, options: RemoteOptions): Promise<ExitCode> {
  const client = clientOf(io, options);
  const line = (value: unknown) => io.out(`${JSON.stringify(value)}\n`);
  const job = await watchJob(client, jobId, io, {
    onInterrupt: 'leave',
    show: !options.json,
    ...(options.json && { onEvent: line }),
  });
  if (!options.json) return showOutcome(client, job, io);
  line({ type: 'result', job });
  return exitOfJob(job);
}
