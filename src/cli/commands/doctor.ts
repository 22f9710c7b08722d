import { resolve } from 'node:path';
import { type Client, createClient } from '../../client/index.ts';
import type { DryRunView } from '../../domain/views/job-view.ts';
import { startService } from '../../main.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type JobFile, readJobFile, withLines } from '../files/job-file.ts';
import { uploadedBody } from '../files/upload.ts';
import { type Io, printJson } from '../io.ts';
import { clientOf, configOf, type RemoteOptions } from '../remote.ts';

export interface DoctorOptions extends RemoteOptions {
  readonly dataDir?: string;
}

/** Looks a job file over, by the service that `--url` names or in this process: every check with its finding and its fix. Nothing is paid. */
export async function doctor(io: Io, file: string, options: DoctorOptions): Promise<ExitCode> {
  const job = readJobFile(resolve(io.cwd, file), io.cwd);
  if (options.url ?? io.environment['PARETUNE_URL']) return examine(io, clientOf(io, options), job, options);
  const config = configOf(io, {
    host: '127.0.0.1',
    port: 0,
    ...(options.dataDir !== undefined && { dataDir: options.dataDir }),
  });
  const service = await startService({ config: { ...config, logLevel: 'silent' }, environment: io.environment });
  try {
    const apiKey = options.apiKey ?? (io.environment['PARETUNE_API_KEY'] || undefined);
    return await examine(io, createClient({ url: service.url, apiKey }), job, options);
  } finally {
    await service.close();
  }
}

async function examine(io: Io, client: Client, job: JobFile, options: DoctorOptions): Promise<ExitCode> {
  const body = await uploadedBody(io, client, job);
  // Forced: what is refused without is one more finding beside the others.
  const plan = await withLines(job, () => client.jobs.dryRun({ ...body, force: true, strict: false }));
  const refused = plan.checks.some(({ level }) => level === 'refused');
  if (options.json) printJson(io, { ok: !refused, checks: plan.checks, estimate: plan.estimate, advice: plan.advice });
  else io.out(text(plan));
  return refused ? EXIT.badInput : EXIT.done;
}

const MARKS = { ok: 'ok     ', warning: 'warning', refused: 'REFUSED' } as const;

function text({ checks }: DryRunView): string {
  const count = (level: (typeof checks)[number]['level']) => checks.filter((check) => check.level === level).length;
  return [
    ...checks.flatMap(({ code, title, level, findings }) => [
      `${MARKS[level]}  ${title}${level === 'ok' ? '' : `  [${code}]`}`,
      ...findings.map((finding) => `         ${finding}`),
    ]),
    `${count('ok')} ok, ${count('warning')} warned, ${count('refused')} refused; nothing was paid`,
    '',
  ].join('\n');
}
