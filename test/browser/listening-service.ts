import { pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import { type RunningService, startService } from '../../src/main.ts';

/** A service of its own on a free port, without a worker. */
export const listeningService = (): Promise<RunningService> =>
  startService({
    config: readConfig({ PORT: '0', PARETUNE_DATA_DIR: 'memory' }),
    log: pino({ level: 'silent' }),
    environment: {},
    worker: false,
  });
