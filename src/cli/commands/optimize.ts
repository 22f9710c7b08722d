import { resolve } from 'node:path';
import { createClient } from '../../client/index.ts';
import { startService } from '../../main.ts';
import type { ExitCode } from '../exit.ts';
import { readJobFile, withLines } from '../files/job-file.ts';
import { uploadedBody } from '../files/upload.ts';
import { type Io, printJson } from '../io.ts';
import { exitOfJob, showOutcome } from '../outcome.ts';
import { watchJob } from '../progress/watch.ts';
import { configOf } from '../remote.ts';

export interface OptimizeOptions {
  readonly dataDir?: string;
  readonly apiKey?: string;
  readonly json?: boolean;
  readonly force?: boolean;
}

/** One job in this process: the service on a free port of this machine and the embedded database, for as long as the job takes. */
export async function optimize(io: Io, file: string, options: OptimizeOptions): Promise<ExitCode> {
  const job = readJobFile(resolve(io.cwd, file), io.cwd);
  const config = configOf(io, {
    host: '127.0.0.1',
    port: 0,
    ...(options.dataDir !== undefined && { dataDir: options.dataDir }),
  });
  const service = await startService({
    config: { ...config, logLevel: io.environment['LOG_LEVEL'] ? config.logLevel : 'silent' },
    environment: io.environment,
  });
  try {
    const client = createClient({
      url: service.url,
      apiKey: options.apiKey ?? (io.environment['PARETUNE_API_KEY'] || undefined),
    });
    const body = { ...(await uploadedBody(io, client, job)), ...(options.force && { force: true }) };
    const { id } = await withLines(job, () => client.jobs.submit(body));
    io.err(`job ${id} in ${config.databaseUrl === undefined ? resolve(io.cwd, config.dataDir) : 'DATABASE_URL'}\n`);
    const ended = await watchJob(client, id, io, { onInterrupt: 'cancel', show: !options.json });
    if (!options.json) {
      const exit = await showOutcome(client, ended, io);
      if (config.databaseUrl === undefined)
        io.err(
          `job and record are in ${config.dataDir}: "paretune pull ${id} --data-dir ${config.dataDir}", and so on; or "paretune serve --data-dir ${config.dataDir}" for all of it\n`,
        );
      return exit;
    }
    printJson(io, { job: ended, best: await client.jobs.best(id).catch(() => null) });
    return exitOfJob(ended);
  } finally {
    await service.close();
  }
}
