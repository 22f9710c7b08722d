import { fetch as undiciFetch } from 'undici';
import { ParetuneError } from '../domain/errors.ts';
import { type AddressPolicy, dispatcherOf } from './address.ts';

/** The request never left: nothing can have been billed for it. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}

/** Failures before a connection stands. */
const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** An error and its causes, outermost first; members of an AggregateError (one per address tried) count as causes. */
export function causes(error: unknown): unknown[] {
  const chain: unknown[] = [];
  const visit = (current: unknown) => {
    if (current === undefined || current === null || chain.length >= 20) return;
    chain.push(current);
    if (current instanceof AggregateError) for (const member of current.errors) visit(member);
    if (current instanceof Error) visit(current.cause);
  };
  visit(error);
  return chain;
}

export function codeOf(error: unknown): string | undefined {
  for (const cause of causes(error)) {
    if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return undefined;
}

/**
 * `fetch` for the provider SDKs. What they would fold into "connection error" keeps its meaning: a refused address stays the error that it
 * is, and a request that was never sent says so. Redirects are not followed: no model API redirects, and a key must not travel along.
 */
export function guardedFetch(policy: AddressPolicy) {
  const dispatcher = dispatcherOf(policy);
  return async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    try {
      // The SDKs pass the address and a JSON body as text.
      const url = typeof input === 'string' || input instanceof URL ? input : input.url;
      return await undiciFetch(url, {
        method: init?.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init?.headers)),
        body: typeof init?.body === 'string' ? init.body : null,
        signal: init?.signal ?? null,
        redirect: 'manual',
        dispatcher,
      });
    } catch (error) {
      const refusal = causes(error).find((cause) => cause instanceof ParetuneError);
      if (refusal !== undefined) throw refusal;
      const code = codeOf(error);
      if (code !== undefined && BEFORE_SENDING.has(code)) throw new NotSent(code, { cause: error });
      throw error;
    }
  };
}
