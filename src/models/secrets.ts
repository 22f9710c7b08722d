import { ParetuneError } from '../domain/errors.ts';
import type { ModelConfig } from '../domain/model.ts';

/** Looks a reference such as `env:OPENAI_API_KEY` up; undefined when the operator keeps no such key. */
export type Secrets = (ref: string) => string | undefined;

/** Other variables of the environment (a database address, a path) are not keys, whatever a job names. */
const KEY_NAME = /^env:([A-Z][A-Z0-9_]*_(KEY|TOKEN))$/;

/** Keys from the environment: only variables whose names end in `_KEY` or `_TOKEN`. */
export function envSecrets(env: Readonly<Record<string, string | undefined>>): Secrets {
  return (ref) => {
    const name = KEY_NAME.exec(ref)?.[1];
    return name === undefined ? undefined : env[name] || undefined;
  };
}

const DEFAULT_REFS: Readonly<Record<ModelConfig['provider'], string>> = {
  openai: 'env:OPENAI_API_KEY',
  anthropic: 'env:ANTHROPIC_API_KEY',
  // Not OpenAI's own: a key must not travel to another server by default.
  'openai-compatible': 'env:OPENAI_COMPATIBLE_API_KEY',
};

/** Where the key of a model is kept: what the configuration names, else the provider's usual variable. */
export function keyRefOf(config: Pick<ModelConfig, 'provider' | 'apiKeyRef'>): string {
  return config.apiKeyRef ?? DEFAULT_REFS[config.provider];
}

/** Sent where a server asks for no key: the SDK wants one. */
const NO_KEY = 'none';

/** The key itself. Throws `missing_key` naming the variable; a compatible server without a named key needs none. */
export function resolveKey(config: Pick<ModelConfig, 'provider' | 'apiKeyRef'>, secrets: Secrets): string {
  const ref = keyRefOf(config);
  const key = secrets(ref);
  if (key !== undefined && key !== '') return key;
  if (config.provider === 'openai-compatible' && config.apiKeyRef === undefined) return NO_KEY;
  const variable = ref.replace(/^env:/, '');
  throw new ParetuneError(
    'missing_key',
    `no key for provider "${config.provider}": the environment variable ${variable} is not set; set it where the service runs, or name another one in apiKeyRef ("env:NAME", ending in _KEY or _TOKEN)`,
    [{ path: 'apiKeyRef', message: `the environment variable ${variable} is not set` }],
  );
}
