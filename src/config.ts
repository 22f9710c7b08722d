import { z } from 'zod';
import { type FieldError, ParetuneError } from './domain/errors.ts';
import type { ProviderUrls } from './models/clients.ts';

const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
const baseUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional();

/** The environment of the service. One schema; docs/reference/configuration.md is generated from it. */
export const environmentSchema = z.object({
  HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address to listen on. Without an API key only loopback addresses are allowed.'),
  PORT: integer(0, 65_535).default(8080).describe('Port to listen on; 0 picks a free one.'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL')
    .optional()
    .describe('PostgreSQL. Absent: the embedded database in PARETUNE_DATA_DIR.'),
  PARETUNE_DATA_DIR: z
    .string()
    .default('./.paretune')
    .describe('Directory of the embedded database; "memory" keeps it in memory.'),
  PARETUNE_CACHE_DIR: z
    .string()
    .optional()
    .describe(
      'Directory for what can be made again: the image that a new embedded database starts from (5 MB). Default: `~/.cache/paretune`.',
    ),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Log level. Prompts, dataset texts and keys are never logged.'),
  PARETUNE_ALLOWED_HOSTS: list
    .default([])
    .describe(
      'Hosts (`host`, `host:port` or CIDR, separated by commas) that `baseUrl` may name although they are loopback or private addresses.',
    ),
  OPENAI_BASE_URL: baseUrl.describe(
    'Where calls of provider `openai` go whose model names no `baseUrl`, such as a gateway of yours, with `/v1`; its host counts as allowed. Default: https://api.openai.com/v1.',
  ),
  ANTHROPIC_BASE_URL: baseUrl.describe('The same for provider `anthropic`. Default: https://api.anthropic.com.'),
  PARETUNE_PRICES: z.string().optional().describe('JSON file with prices that override or extend the built-in table.'),
  PARETUNE_LIMITS: z
    .string()
    .optional()
    .describe('JSON file with requests/min, tokens/min and concurrency by provider and model.'),
  PARETUNE_EVALUATORS: list
    .default([])
    .describe(
      'Files with evaluators of your own (JavaScript, or TypeScript where the runtime reads it), separated by commas; loaded at the start.',
    ),
  PARETUNE_JOBS: integer(1, 64).default(2).describe('Jobs that one worker runs at the same time.'),
  PARETUNE_MAX_BODY_MB: integer(1, 4_096)
    .default(16)
    .describe('Largest JSON body in MiB; dataset uploads are streamed and not bound by it.'),
  PARETUNE_API_KEY: z.string().optional().describe('API key that the command line sends.'),
  PARETUNE_URL: z.string().default('http://127.0.0.1:8080').describe('Service that the command line talks to.'),
});

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly cacheDir: string | undefined;
  readonly logLevel: z.infer<typeof environmentSchema>['LOG_LEVEL'];
  readonly allowedHosts: readonly string[];
  /** Where a provider's calls go that name no address of their own. */
  readonly providerUrls: ProviderUrls;
  readonly pricesFile: string | undefined;
  readonly limitsFile: string | undefined;
  readonly evaluatorFiles: readonly string[];
  readonly jobsPerWorker: number;
  readonly maxBodyBytes: number;
}

/** Reads the environment. Throws `invalid_request` that names each variable with its fix. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const known = Object.keys(environmentSchema.shape);
  const given = Object.fromEntries(known.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const errors: FieldError[] = parsed.error.issues.map((issue) => ({
      path: issue.path.join('.'),
      message: issue.message,
    }));
    throw new ParetuneError(
      'invalid_request',
      `environment: ${errors.map((each) => `${each.path} ${each.message}`).join('; ')}`,
      errors,
    );
  }
  const env = parsed.data;
  return {
    host: env.HOST,
    port: env.PORT,
    databaseUrl: env.DATABASE_URL,
    dataDir: env.PARETUNE_DATA_DIR,
    cacheDir: env.PARETUNE_CACHE_DIR,
    logLevel: env.LOG_LEVEL,
    allowedHosts: env.PARETUNE_ALLOWED_HOSTS,
    providerUrls: { openai: env.OPENAI_BASE_URL, anthropic: env.ANTHROPIC_BASE_URL },
    pricesFile: env.PARETUNE_PRICES,
    limitsFile: env.PARETUNE_LIMITS,
    evaluatorFiles: env.PARETUNE_EVALUATORS,
    jobsPerWorker: env.PARETUNE_JOBS,
    maxBodyBytes: env.PARETUNE_MAX_BODY_MB * 1024 * 1024,
  };
}
