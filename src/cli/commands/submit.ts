import { resolve } from 'node:path';
import type { DryRunView } from '../../domain/views/job-view.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { readJobFile, withLines } from '../files/job-file.ts';
import { uploadedBody } from '../files/upload.ts';
import { count, usd } from '../format.ts';
import { type Io, printJson } from '../io.ts';
import { exitOfJob, showOutcome } from '../outcome.ts';
import { watchJob } from '../progress/watch.ts';
import { clientOf, type RemoteOptions } from '../remote.ts';

export interface SubmitOptions extends RemoteOptions {
  readonly dryRun?: boolean;
  readonly watch?: boolean;
  readonly force?: boolean;
}

/** Submits a job file. Datasets in files are uploaded first. */
export async function submit(io: Io, file: string, options: SubmitOptions): Promise<ExitCode> {
  const job = readJobFile(resolve(io.cwd, file), io.cwd);
  const client = clientOf(io, options);
  const body = { ...(await uploadedBody(io, client, job)), ...(options.force && { force: true }) };
  if (options.dryRun) {
    const plan = await withLines(job, () => client.jobs.dryRun(body));
    if (options.json) printJson(io, plan);
    else io.out(planText(plan));
    return EXIT.done;
  }
  const made = await withLines(job, () => client.jobs.submit(body));
  if (!options.watch) {
    if (options.json) printJson(io, made);
    else {
      for (const { message } of made.warnings) io.err(`warning: ${message}\n`);
      io.out(`${made.id}\n`);
      io.err(`watch it with: paretune watch ${made.id}\n`);
    }
    return EXIT.done;
  }
  io.err(`job ${made.id}\n`);
  const ended = await watchJob(client, made.id, io, { onInterrupt: 'leave', show: !options.json });
  if (!options.json) return showOutcome(client, ended, io);
  printJson(io, ended);
  return exitOfJob(ended);
}

function planText({ resolvedSha256, warnings, estimate, advice }: DryRunView): string {
  const known = (value: number | null, format: (value: number) => string) =>
    value === null ? 'not known' : format(value);
  return [
    'the job is valid; nothing was started',
    `rollouts    ${known(estimate.rollouts, count)}`,
    `proposals   ${known(estimate.proposals, (value) => `about ${count(value)}`)}`,
    `tokens      ${known(estimate.tokens, (value) => `up to about ${count(value)}`)}`,
    `cost        ${known(estimate.usd, (value) => `up to about ${usd(value)}`)}`,
    ...verdictText(advice),
    `resolved    sha256 ${resolvedSha256}`,
    ...warnings.map(({ message }) => `warning: ${message}`),
    '',
  ].join('\n');
}

/** What the verdict can be expected to see. */
function verdictText({ testRows, repeats, minimumDetectableEffect: effect, rowsFor }: DryRunView['advice']): string[] {
  const runs = repeats > 1 ? `, ${repeats} runs each` : '';
  const wanted = rowsFor.map(({ gain, rows }) => `${points(gain)}: ${count(rows)} rows`).join(', ');
  return [
    `verdict     on ${count(testRows)} sealed rows${runs}: ${effect === null ? 'no gain can be shown' : `shows true gains from about ${points(effect)}`} (power 80 %)`,
    `rows for    ${wanted}`,
  ];
}

const points = (gain: number) => `+${Number(gain.toFixed(3))}`;
