import { ApiProblem, type Client, createClient } from '../../client/index.ts';
import { startService } from '../../main.ts';
import { EXIT, Refusal } from '../exit.ts';
import type { Io } from '../io.ts';
import { clientOf, configOf, type RemoteOptions } from '../remote.ts';

export interface PlaceOptions extends RemoteOptions {
  readonly dataDir?: string;
}

/** A service is named: otherwise the work is done in this process. A directory on the command line is meant more than a variable. */
export const namesService = (io: Io, { url, dataDir }: PlaceOptions): boolean =>
  url !== undefined || (dataDir === undefined && Boolean(io.environment['PARETUNE_URL']));

/**
 * Does some work with a service: the one that `--url` or PARETUNE_URL names, else one in this process for as long as the work takes, on
 * the embedded database or DATABASE_URL. `stored`: the work names what is stored there; without it, and without `--data-dir`, nothing is
 * kept.
 */
export async function withService<T>(
  io: Io,
  options: PlaceOptions,
  { stored }: { readonly stored: boolean },
  work: (client: Client) => Promise<T>,
): Promise<T> {
  if (namesService(io, options)) return work(clientOf(io, options));
  const { dataDir } = options;
  const config = configOf(io, { host: '127.0.0.1', port: 0, ...(dataDir !== undefined && { dataDir }) });
  const kept = stored || dataDir !== undefined;
  const service = await startService({
    config: {
      ...config,
      ...(!kept && { dataDir: 'memory', databaseUrl: undefined }),
      logLevel: io.environment['LOG_LEVEL'] ? config.logLevel : 'silent',
    },
    environment: io.environment,
  });
  try {
    const apiKey = options.apiKey ?? (io.environment['PARETUNE_API_KEY'] || undefined);
    // Without the interrupt's signal: what was begun here is to be cancelled after it.
    return await work(createClient({ url: service.url, apiKey }));
  } catch (error) {
    if (error instanceof ApiProblem && error.code === 'not_found' && stored)
      throw new Refusal(
        EXIT.badInput,
        `${error.detail}: looked in ${config.databaseUrl === undefined ? config.dataDir : 'DATABASE_URL'}; name the service (--url) or the directory (--data-dir) that has it`,
      );
    throw error;
  } finally {
    await service.close();
  }
}

/** Looks up what is stored: on a service, or with `--data-dir` in an embedded database that no service holds. */
export const withStored = <T>(io: Io, options: PlaceOptions, work: (client: Client) => Promise<T>): Promise<T> =>
  options.dataDir === undefined ? work(clientOf(io, options)) : withService(io, options, { stored: true }, work);
