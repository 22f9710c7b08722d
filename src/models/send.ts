import type { Clock } from '../domain/clock.ts';
import { ParetuneError } from '../domain/errors.ts';
import type { Reservation } from '../domain/ledger.ts';
import { ModelCallError } from '../domain/model.ts';
import type { JournalEntry } from '../domain/record.ts';
import type { Random } from '../search/random.ts';
import type { Answer, Clients } from './adapter.ts';
import { Attempts, backoffMs } from './attempts.ts';
import { type Call, recordOf } from './call.ts';
import { orCancelled } from './cancelled.ts';
import { type AttemptFailure, timeoutFailure } from './failure.ts';
import { causes } from './guarded-fetch.ts';
import type { LimiterPool, LimiterPools, Wait } from './limiter.ts';
import { redact } from './redact.ts';
import { keyRefOf } from './secrets.ts';
import { boundAmounts } from './settlement.ts';

export interface SendParts {
  readonly pools: LimiterPools;
  readonly clients: Clients;
  readonly key: string;
  readonly reservation: Reservation;
  readonly clock: Clock;
  readonly random: Random;
  readonly wait: Wait;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

type Outcome = { readonly answer: Answer; readonly latencyMs: number } | { readonly failure: AttemptFailure };

/**
 * Sends a call until it is answered or has failed for good; the result is the journal entry, not yet durable or booked. Every attempt
 * passes the limiter; waits between attempts hold no place in it. A lost attempt is retried only when the ledger has room for both.
 */
export async function sendCall(call: Call, parts: SendParts): Promise<JournalEntry> {
  const { config } = call.request;
  const pool = parts.pools.pool({
    provider: config.provider,
    baseUrl: call.baseUrl,
    keyRef: keyRefOf(config),
    model: config.model,
  });
  const attempts = new Attempts();
  const bound = boundAmounts(call);
  let lost = 0;
  const entry = (outcome: JournalEntry['outcome']): JournalEntry => ({
    callId: call.callId,
    role: call.request.role,
    provider: call.provider,
    model: config.model,
    request: recordOf(call),
    outcome,
    lost: { attempts: lost, tokens: lost * (bound.tokens ?? 0), nanoUsd: lost * (bound.nanoUsd ?? 0) },
    reusedFrom: null,
    at: parts.clock.now(),
  });
  for (;;) {
    const outcome = await attempt(call, pool, parts);
    if ('answer' in outcome)
      return entry({ ok: true, completion: completionFrom(call, outcome.answer, outcome.latencyMs) });
    const { failure } = outcome;
    if (failure.lost) lost += 1;
    const again = attempts.mayRetry(failure);
    // Room for the next attempt, beside what the lost one is charged.
    const room = again && (!failure.lost || parts.reservation.tryExtend(bound));
    if (!room) {
      const message = redact(failure.message, parts.key, call.request.messages);
      const cause = again
        ? '; the budget has no room to ask again'
        : attempts.count > 1
          ? `; ${attempts.count} attempts`
          : '';
      return entry({
        ok: false,
        failure: failure.failure,
        message: `${call.provider} ${config.model}: ${message}${cause}`,
        ...(failure.status !== undefined && { status: failure.status }),
      });
    }
    await orCancelled(parts.signal, parts.wait(backoffMs(failure, attempts.count, parts.random), parts.signal));
  }
}

function completionFrom(call: Call, answer: Answer, latencyMs: number) {
  const { bound, price, request } = call;
  // A server that does not count is booked at the bound: less could be wrong.
  const usage = answer.usage ?? {
    inputTokens: bound.inputTokens,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: bound.outputTokens,
  };
  const { inputTokens, cachedInputTokens, outputTokens } = usage;
  return {
    text: answer.text,
    toolCalls: answer.toolCalls,
    finish: answer.finish,
    model: answer.model === '' ? request.config.model : answer.model,
    usage: { inputTokens, cachedInputTokens, outputTokens },
    cost: price === null ? null : price.cost(usage),
    latencyMs,
  };
}

/** What an attempt will probably use, for limits in tokens per minute: about four bytes per token in, all that is allowed out. */
const probableTokens = ({ bound }: Call) => Math.ceil(bound.inputTokens / 4) + bound.outputTokens;

function attempt(call: Call, pool: LimiterPool, parts: SendParts): Promise<Outcome> {
  const run = pool.run(probableTokens(call), parts.signal, async (feedback): Promise<Outcome> => {
    const started = parts.clock.now().getTime();
    const outcome = await exchange(call, parts);
    if ('failure' in outcome) {
      if (outcome.failure.failure === 'rate-limited') feedback.limited(outcome.failure.retryAfterMs);
      return outcome;
    }
    const { usage } = outcome.answer;
    feedback.succeeded(usage === null ? probableTokens(call) : usage.inputTokens + usage.outputTokens);
    return { answer: outcome.answer, latencyMs: parts.clock.now().getTime() - started };
  });
  return orCancelled(parts.signal, run);
}

/** One request and its answer. The timeout covers the whole of it: the SDK's own ends with the headers. */
async function exchange(
  call: Call,
  parts: SendParts,
): Promise<{ readonly answer: Answer } | { readonly failure: AttemptFailure }> {
  const { signal, clients } = parts;
  const timeoutMs = call.request.timeoutMs ?? parts.timeoutMs;
  const controller = new AbortController();
  const cancel = () => controller.abort();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, timeoutMs);
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const body = await call.outgoing.send(clients, {
      signal: controller.signal,
      timeout: timeoutMs + 1000,
      now: parts.clock.now(),
    });
    return { answer: call.outgoing.read(body) };
  } catch (error) {
    if (signal.aborted) throw new ModelCallError('cancelled', 'the job was cancelled');
    if (late) return { failure: timeoutFailure(timeoutMs) };
    const refusal = causes(error).find((cause) => cause instanceof ParetuneError);
    if (refusal !== undefined) throw refusal;
    const { sdkFailure } = await import('./sdk-failure.ts');
    return { failure: sdkFailure(error, parts.clock.now()) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  }
}
