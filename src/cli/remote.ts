import { type Client, createClient } from '../client/index.ts';
import { readConfig } from '../config.ts';
import { badInput } from './files/document.ts';
import type { Io } from './io.ts';

/** Options of every command that talks to a service. */
export interface RemoteOptions {
  readonly url?: string;
  readonly apiKey?: string;
  readonly json?: boolean;
}

/** The client of `--url` and `--api-key`, or of PARETUNE_URL and PARETUNE_API_KEY. */
export function clientOf(io: Io, options: RemoteOptions): Client {
  const url = options.url ?? io.environment['PARETUNE_URL'] ?? 'http://127.0.0.1:8080';
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    const path = options.url === undefined ? 'PARETUNE_URL' : '--url';
    throw badInput([{ path, message: `must be the service's address, such as http://127.0.0.1:8080, not "${url}"` }]);
  }
  return createClient({
    url,
    apiKey: options.apiKey ?? (io.environment['PARETUNE_API_KEY'] || undefined),
    signal: io.interrupt,
  });
}

/** The service's settings from the environment, with what the command line says instead. */
export function configOf(
  io: Io,
  options: { readonly host?: string; readonly port?: number; readonly dataDir?: string } = {},
) {
  return readConfig({
    ...io.environment,
    ...(options.host !== undefined && { HOST: options.host }),
    ...(options.port !== undefined && { PORT: String(options.port) }),
    ...(options.dataDir !== undefined && { PARETUNE_DATA_DIR: options.dataDir }),
  });
}
