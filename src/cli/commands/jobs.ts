import { z } from 'zod';
import type { Client } from '../../client/index.ts';
import { JOB_STATUSES } from '../../domain/job.ts';
import { type PlaceOptions, withStored } from '../evaluations/service.ts';
import { EXIT, type ExitCode, Refusal } from '../exit.ts';
import { badInput } from '../files/document.ts';
import { score, table, usd } from '../format.ts';
import { type Io, printJson } from '../io.ts';
import { headlineMetric } from '../progress/state.ts';
import { clientOf, type RemoteOptions } from '../remote.ts';
import { reportScreen } from '../report-screen.ts';

export interface ListOptions extends RemoteOptions {
  readonly status?: string;
  readonly prompt?: string;
  readonly limit?: number;
}

/** Jobs, newest first. */
export async function listJobs(io: Io, options: ListOptions): Promise<ExitCode> {
  const status = z.enum(JOB_STATUSES).optional().safeParse(options.status);
  if (!status.success) throw badInput([{ path: '--status', message: `must be one of ${JOB_STATUSES.join(', ')}` }]);
  const page = await clientOf(io, options).jobs.list({
    ...(status.data && { status: status.data }),
    ...(options.prompt !== undefined && { prompt: options.prompt }),
    limit: options.limit ?? 20,
  });
  if (options.json) {
    printJson(io, page);
    return EXIT.done;
  }
  const rows = page.items.map((job) => {
    const metric = Object.keys(job.best?.scores ?? {})[0] ?? headlineMetric(job);
    return [
      job.id,
      job.status === 'running' ? `running ${Math.floor(job.progress.fraction * 100)} %` : job.status,
      job.verdict?.decision ?? '–',
      `${score(job.baseline?.scores[metric])} → ${score(job.best?.scores[metric])}`,
      usd(job.spent.usd),
      job.createdAt.slice(0, 16).replace('T', ' '),
      job.name,
    ];
  });
  io.out(
    rows.length === 0
      ? 'no jobs\n'
      : table(['JOB', 'STATUS', 'VERDICT', 'SCORE', 'COST', 'CREATED (UTC)', 'NAME'], rows, io.result.columns()),
  );
  return EXIT.done;
}

/** Asks a job to stop. */
export async function cancel(io: Io, jobId: string, options: RemoteOptions): Promise<ExitCode> {
  const job = await clientOf(io, options).jobs.cancel(jobId);
  if (options.json) printJson(io, job);
  else io.out(job.status === 'running' ? `${job.id} is being cancelled\n` : `${job.id} is ${job.status}\n`);
  return EXIT.done;
}

export const REPORT_FORMATS = ['terminal', 'markdown', 'html', 'json'] as const;

/** The report of a job, in one of its forms. */
export const report = (
  io: Io,
  jobId: string,
  options: PlaceOptions & { readonly format?: string },
): Promise<ExitCode> =>
  withStored(io, options, (client) =>
    showReport(io, client, jobId, options.json ? 'json' : (options.format ?? 'terminal')),
  );

async function showReport(io: Io, client: Client, jobId: string, format: string): Promise<ExitCode> {
  switch (format) {
    case 'terminal':
      io.out(await reportScreen(client, jobId, io));
      break;
    case 'json':
      printJson(io, await client.jobs.report(jobId));
      break;
    case 'markdown':
    case 'html':
      io.out(await client.jobs.reportAs(jobId, format));
      break;
    default:
      throw new Refusal(EXIT.badInput, `--format must be one of ${REPORT_FORMATS.join(', ')}, not "${format}"`);
  }
  return EXIT.done;
}
