import { resolve } from 'node:path';
import { type Client, hasEnded } from '../../client/index.ts';
import { scheduleRequestSchema } from '../../domain/views/job-view.ts';
import { EXIT, type ExitCode, Refusal } from '../exit.ts';
import { checked, readDocument } from '../files/document.ts';
import { jobIn, readJobFile, withLines } from '../files/job-file.ts';
import { fileNamed } from '../files/references.ts';
import { uploadedBody } from '../files/upload.ts';
import { table } from '../format.ts';
import { type Io, printJson } from '../io.ts';
import { clientOf, type RemoteOptions } from '../remote.ts';

/**
 * Creates a schedule from a file: `name`, `cron`, `timezone`, `when`, `import`, and `job`, which is a job or the path of a job file. A
 * dataset in a file is uploaded now and pinned; name `rows@latest` instead to optimize against what is newest at each run.
 */
export async function createSchedule(io: Io, file: string, options: RemoteOptions): Promise<ExitCode> {
  const document = readDocument(resolve(io.cwd, file), io.cwd, 'schedule');
  const request = checked(scheduleRequestSchema, document.value, document.locate);
  const jobFile = fileNamed(request.job, resolve(document.file, '..'), document.locate('job'));
  const job = jobFile === undefined ? jobIn(document, io.cwd, 'job') : readJobFile(jobFile, io.cwd);
  const client = clientOf(io, options);
  const body = await uploadedBody(io, client, job);
  const locate = (path: string) =>
    path === 'job' || path.startsWith('job.') ? job.locate(path.slice(4)) : document.locate(path);
  const made = await withLines({ locate }, () => client.schedules.create({ ...request, job: body }));
  if (options.json) printJson(io, made);
  else io.out(`${made.id}\n`);
  return EXIT.done;
}

export async function listSchedules(io: Io, options: RemoteOptions): Promise<ExitCode> {
  const page = await clientOf(io, options).schedules.list();
  if (options.json) printJson(io, page);
  else if (page.items.length === 0) io.out('no schedules\n');
  else {
    const rows = page.items.map((each) => [
      each.id,
      each.name,
      each.enabled ? each.cron : `off (${each.cron})`,
      each.timezone,
      each.when,
      each.lastJobId ?? '–',
    ]);
    io.out(table(['SCHEDULE', 'NAME', 'CRON', 'ZONE', 'WHEN', 'LAST JOB'], rows, io.result.columns()));
  }
  return EXIT.done;
}

export async function removeSchedule(io: Io, idOrName: string, options: RemoteOptions): Promise<ExitCode> {
  const client = clientOf(io, options);
  const id = await idOf(client, idOrName);
  await client.schedules.remove(id);
  if (options.json) printJson(io, { id, removed: true });
  else io.out(`removed ${id}\n`);
  return EXIT.done;
}

/** Submits the schedule's job now. */
export async function runSchedule(io: Io, idOrName: string, options: RemoteOptions): Promise<ExitCode> {
  const client = clientOf(io, options);
  const job = await client.schedules.run(await idOf(client, idOrName));
  if (options.json) printJson(io, job);
  else io.out(`${job.id}${hasEnded(job) ? ` (${job.status})` : ''}\n`);
  return EXIT.done;
}

/** Schedules may be called by name. */
async function idOf(client: Client, idOrName: string): Promise<string> {
  for (let cursor: string | undefined; ; ) {
    const page = await client.schedules.list(cursor === undefined ? {} : { cursor });
    const found = page.items.find((each) => each.id === idOrName || each.name === idOrName);
    if (found) return found.id;
    if (page.nextCursor === null) throw new Refusal(EXIT.badInput, `there is no schedule "${idOrName}"`);
    cursor = page.nextCursor;
  }
}
