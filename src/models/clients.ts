import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import type { ModelConfig } from '../domain/model.ts';
import type { Clients } from './adapter.ts';
import { type AddressPolicy, checkBaseUrl } from './address.ts';
import { guardedFetch } from './guarded-fetch.ts';

const DEFAULT_BASE: Readonly<Record<ModelConfig['provider'], string | null>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com',
  'openai-compatible': null,
};

/** Addresses that the operator has set in place of the providers' own. */
export type ProviderUrls = Readonly<Partial<Record<ModelConfig['provider'], string | undefined>>>;

/** The address that identifies the server. A compatible server without an address is caught at submit; null here. */
export function baseUrlOf(config: Pick<ModelConfig, 'provider' | 'baseUrl'>): string | null {
  return config.baseUrl ?? DEFAULT_BASE[config.provider];
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

/**
 * SDK clients of one server and key. Everything that the SDKs would otherwise take from the environment (other keys, organisation,
 * address, log level) is set, so that a job depends on its configuration alone. An SDK is imported when it is first needed.
 */
export function createClients(baseUrl: string, key: string, policy: AddressPolicy): Clients {
  checkBaseUrl(baseUrl, policy);
  const common = { baseURL: baseUrl, maxRetries: 0, logLevel: 'off', fetch: guardedFetch(policy) } as const;
  return {
    signed: { url: baseUrl, key, fetch: common.fetch },
    openai: once(async (): Promise<OpenAI> => {
      const { default: Client } = await import('openai');
      return new Client({
        ...common,
        apiKey: key,
        adminAPIKey: null,
        organization: null,
        project: null,
        webhookSecret: null,
      });
    }),
    anthropic: once(async (): Promise<Anthropic> => {
      const { default: Client } = await import('@anthropic-ai/sdk');
      // The SDK adds /v1 itself; users write the address either way.
      const baseURL = baseUrl.replace(/\/v1\/?$/, '');
      return new Client({ ...common, baseURL, apiKey: key, webhookKey: null, openTelemetry: false });
    }),
  };
}
