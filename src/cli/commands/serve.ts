import { once } from 'node:events';
import { startService } from '../../main.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Io } from '../io.ts';
import { configOf } from '../remote.ts';

export interface ServeOptions {
  readonly host?: string;
  readonly port?: number;
  readonly dataDir?: string;
  readonly worker?: boolean;
  readonly forceUnlock?: boolean;
}

/** API and worker in one process, or one of them, until the process is told to stop; running jobs are then let end or go back to the queue. */
export async function serve(io: Io, options: ServeOptions, listen = true): Promise<ExitCode> {
  const service = await startService({
    config: configOf(io, options),
    environment: io.environment,
    worker: options.worker ?? true,
    listen,
    ...(options.forceUnlock && { forceUnlock: true }),
  });
  if (!io.interrupt.aborted) await once(io.interrupt, 'abort');
  await service.close({ graceful: true });
  return EXIT.done;
}
