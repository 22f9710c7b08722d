import type { Replay } from '../../client/index.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { count, plain } from '../format.ts';
import { type Io, printJson } from '../io.ts';
import { clientOf, type RemoteOptions } from '../remote.ts';

/** Runs a job again from its journal, and fails when it does not find what it had found. */
export async function replay(io: Io, jobId: string, options: RemoteOptions): Promise<ExitCode> {
  const found = await clientOf(io, options).jobs.replay(jobId);
  if (options.json) printJson(io, found);
  else io.out(plain(textOf(found)));
  return found.identical ? EXIT.done : EXIT.gateFailed;
}

function textOf({ identical, differences, curve, best, verdict, calls, seconds }: Replay): string {
  const from = `from ${count(calls.replayed)} of ${count(calls.journaled)} journaled answers in ${seconds.toFixed(1)} s, no provider called`;
  if (identical) {
    const decision = verdict ? `verdict ${verdict.decision}` : 'no verdict';
    return `identical: ${curve.length} points of the curve, best ${best?.candidateId ?? 'none'}, ${decision}; ${from}\n`;
  }
  const lines = differences.flatMap(({ what, seq, recorded, replayed }) => [
    `  ${what}${seq === null ? '' : `, point ${seq}`}`,
    `    recorded: ${JSON.stringify(recorded)}`,
    `    replayed: ${JSON.stringify(replayed)}`,
  ]);
  return `DIFFERENT; ${from}\n${lines.join('\n')}\n`;
}
