import { fieldError } from '../domain/errors.ts';
import type { ModelConfig } from '../domain/model.ts';
import { type AddressPolicy, isListed } from './address.ts';
import { baseUrlOf } from './clients.ts';
import { keyRefOf, type Secrets } from './secrets.ts';

/**
 * Who submits a job names a `baseUrl` and a key by reference, but the key is the operator's: without this check a job could have any key of
 * the environment sent to any server. A key travels to its provider's own address, to loopback where that is allowed, and to hosts that
 * the operator has listed; nowhere else.
 *
 * Throws `unprocessable` naming the host and the setting. A compatible server without a key may be anywhere.
 */
export function checkKeyTravels(config: ModelConfig, policy: AddressPolicy, secrets: Secrets, path: string): void {
  if (config.baseUrl === undefined) return;
  if (
    config.provider === 'openai-compatible' &&
    config.apiKeyRef === undefined &&
    secrets(keyRefOf(config)) === undefined
  )
    return;
  const own = baseUrlOf({ provider: config.provider });
  if (own !== null && new URL(own).host === new URL(config.baseUrl).host) return;
  const url = new URL(config.baseUrl);
  if (isListed(url, policy)) return;
  throw fieldError(
    path,
    `the key ${keyRefOf(config)} may not be sent to ${url.host}; the operator can allow that host in PARETUNE_ALLOWED_HOSTS`,
  );
}
