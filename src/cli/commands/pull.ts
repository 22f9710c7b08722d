import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Best, type Client, hasEnded } from '../../client/index.ts';
import { NAME } from '../../domain/prompt.ts';
import { type PlaceOptions, withStored } from '../evaluations/service.ts';
import { EXIT, type ExitCode, Refusal } from '../exit.ts';
import { badInput } from '../files/document.ts';
import { slug } from '../files/references.ts';
import { type Io, printJson } from '../io.ts';
import { pulledFiles, resolvedOf } from '../pulled-files.ts';

export interface PullOptions extends PlaceOptions {
  readonly out?: string;
  readonly name?: string;
  readonly message?: string;
  /** False: files only. */
  readonly import?: boolean;
  readonly allowBaseline?: boolean;
  readonly allow?: boolean;
}

/** The winner of a job as a draft version in the registry and as files in `<out>/<name>/`. */
export const pull = (io: Io, jobId: string, options: PullOptions): Promise<ExitCode> =>
  withStored(io, options, (client) => pullFrom(client, io, jobId, options));

async function pullFrom(client: Client, io: Io, jobId: string, options: PullOptions): Promise<ExitCode> {
  const job = await client.jobs.get(jobId);
  if (!hasEnded(job))
    throw new Refusal(EXIT.badInput, `${jobId} is ${job.status}; wait for its end: paretune watch ${jobId}`);
  const best = await client.jobs.best(jobId);
  refuseUnfit(best, options);
  const { promptRef, name: jobName } = resolvedOf(job);
  const name = options.name ?? promptRef?.split('@')[0] ?? slug(jobName);
  if (!NAME.test(name))
    throw badInput([
      { path: '--name', message: `"${name}" is no name for a prompt: letters, digits, "_", "." and "-"` },
    ]);
  const draft =
    options.import === false
      ? null
      : (
          await client.jobs.import(jobId, {
            candidate: best.candidateId,
            prompt: name,
            ...(options.message !== undefined && { message: options.message }),
          })
        ).ref;
  const folder = resolve(io.cwd, options.out ?? 'prompts', name);
  mkdirSync(folder, { recursive: true });
  const paths = [...pulledFiles({ name, job, best, draft })].map(([file, text]) => {
    writeFileSync(join(folder, file), text);
    return relative(io.cwd, join(folder, file));
  });
  if (options.json) printJson(io, { job: jobId, candidate: best.candidateId, name, draft, paths });
  else {
    if (draft !== null) io.err(`draft ${draft}\n`);
    for (const path of paths) io.out(`${path}\n`);
  }
  return EXIT.done;
}

function refuseUnfit({ isBaseline, verdict }: Best, options: PullOptions): void {
  if (isBaseline) {
    if (options.allowBaseline) return;
    throw new Refusal(
      EXIT.noImprovement,
      'nothing better than the baseline was found; --allow-baseline pulls it all the same',
    );
  }
  if (verdict?.decision === 'promote' || options.allow) return;
  const why = verdict
    ? `the verdict is ${verdict.decision}: ${verdict.reason}`
    : 'the winner was not confirmed on sealed rows';
  throw new Refusal(EXIT.gateFailed, `${why}; --allow pulls it all the same`);
}
