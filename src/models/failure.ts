import type { ModelFailure } from '../domain/model.ts';
import { causes, codeOf, NotSent } from './guarded-fetch.ts';

/** What one failed attempt means for the call. */
export interface AttemptFailure {
  readonly failure: ModelFailure;
  readonly message: string;
  readonly status?: number;
  readonly retry: boolean;
  /** The request may have been answered and billed, but the answer is lost: it is charged at its upper bound. */
  readonly lost: boolean;
  /** How long the provider asks to wait, in ms. */
  readonly retryAfterMs: number | null;
}

/** The answer came and cannot be read: no choice in it, a shape of its own, not JSON. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
}

export interface HttpError {
  readonly status: number;
  readonly message: string;
  /** The provider's own code or type, such as `insufficient_quota`. */
  readonly code: string;
  readonly headers: Headers | undefined;
}

/** Longest wait that a provider's header can ask for. */
export const MAX_WAIT_MS = 60_000;

/** `retry-after-ms`, then `retry-after` in seconds or as a date; capped. */
function retryAfterMs(headers: Headers | undefined, now: Date): number | null {
  const exact = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (exact >= 0) return Math.min(exact, MAX_WAIT_MS);
  const after = headers?.get('retry-after');
  if (after === null || after === undefined || after === '') return null;
  const seconds = Number(after);
  const ms = Number.isNaN(seconds) ? Date.parse(after) - now.getTime() : seconds * 1000;
  return Number.isNaN(ms) ? null : Math.min(Math.max(0, ms), MAX_WAIT_MS);
}

const FILTERED = /content[_ ]?(filter|policy|management)|ResponsibleAIPolicyViolation/i;
/** Somebody between us and the provider gave up waiting, or got a broken answer: the model may have finished all the same. */
const BEHIND_A_GATEWAY = new Set([502, 504, 524]);

function kindOf({ status, message, code }: HttpError): ModelFailure {
  if (status === 401 || status === 403) return 'auth';
  if (status === 429) return 'rate-limited';
  if (status === 408 || status === 504 || status === 524) return 'timeout';
  if (status === 409 || status >= 500) return 'overloaded';
  return FILTERED.test(code) || FILTERED.test(message) ? 'content-filter' : 'bad-request';
}

/** A failure by HTTP status. Retried: 408, 409, 429, 5xx, unless the provider says `x-should-retry: false` or the quota is used up. */
export function httpFailure(error: HttpError, now: Date): AttemptFailure {
  const { status, code, headers } = error;
  const failure = kindOf(error);
  const worthwhile = status === 408 || status === 409 || status === 429 || status >= 500;
  const advice = headers?.get('x-should-retry');
  return {
    failure,
    // A provider may quote part of the key when it refuses it.
    message: failure === 'auth' ? 'the provider refused the key' : error.message,
    status,
    retry: advice === 'true' ? true : worthwhile && advice !== 'false' && code !== 'insufficient_quota',
    lost: BEHIND_A_GATEWAY.has(status),
    retryAfterMs: retryAfterMs(headers, now),
  };
}

export function timeoutFailure(timeoutMs: number): AttemptFailure {
  const message = `no answer within ${timeoutMs / 1000} s`;
  return { failure: 'timeout', message, retry: true, lost: true, retryAfterMs: null };
}

/** A failure without a usable HTTP answer: not sent, lost on the way, or unreadable. */
export function transportFailure(error: unknown): AttemptFailure {
  const chain = causes(error);
  const notSent = chain.find((cause) => cause instanceof NotSent);
  if (notSent !== undefined) {
    const message = `no connection to the server (${notSent.message})`;
    return { failure: 'connection', message, retry: true, lost: false, retryAfterMs: null };
  }
  const unreadable = chain.find((cause) => cause instanceof UnreadableAnswer || cause instanceof SyntaxError);
  if (unreadable !== undefined) {
    // A syntax error quotes what it could not read, which may be the prompt.
    const message = unreadable instanceof UnreadableAnswer ? unreadable.message : 'the answer is not valid JSON';
    return { failure: 'invalid-answer', message, retry: true, lost: true, retryAfterMs: null };
  }
  const message = `the connection broke before the answer was complete (${codeOf(error) ?? 'closed'})`;
  return { failure: 'connection', message, retry: true, lost: true, retryAfterMs: null };
}
