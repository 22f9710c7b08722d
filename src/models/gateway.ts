import { setMaxListeners } from 'node:events';
import PQueue from 'p-queue';
import { type Amounts, BudgetExhausted, RESOURCES } from '../domain/budget.ts';
import type { Clock } from '../domain/clock.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import type { Ledger, Reservation } from '../domain/ledger.ts';
import { type CallBound, type Completion, ModelCallError, type ModelRequest, type ModelRole } from '../domain/model.ts';
import type { Journal, JournalEntry, JournaledAnswer } from '../domain/record.ts';
import type { Random } from '../search/random.ts';
import type { Clients } from './adapter.ts';
import type { AddressPolicy } from './address.ts';
import { type Call, prepareCall, recordOf } from './call.ts';
import { orCancelled } from './cancelled.ts';
import { createClients, type ProviderUrls } from './clients.ts';
import { checkKeyTravels } from './key-travel.ts';
import type { LimiterPools, Wait } from './limiter.ts';
import type { PriceTable } from './prices.ts';
import { keyRefOf, resolveKey, type Secrets } from './secrets.ts';
import { sendCall } from './send.ts';
import { amountsOf, anomalyOf, boundAmounts, boundWithLost, type UsageAnomaly } from './settlement.ts';
import { Turnstile } from './turnstile.ts';

export interface GatewayParts {
  /** Of the job. */
  readonly journal: Journal;
  readonly ledger: Ledger;
  /** Of the process. */
  readonly pools: LimiterPools;
  readonly prices: PriceTable;
  readonly secrets: Secrets;
  /** One object for the process: its connections are shared by identity. */
  readonly address: AddressPolicy;
  /**
   * Where calls go whose model names no address. It is the operator's road to the provider, and no part of a call's name: a job that is
   * taken up or replayed by a process with another road finds its answers.
   */
  readonly providerUrls?: ProviderUrls;
  readonly clock: Clock;
  /** For the jitter of waits; results never depend on it. */
  readonly random: Random;
  readonly wait: Wait;
  /** Ends the job's calls. */
  readonly signal: AbortSignal;
  /** Calls of the job in flight. */
  readonly concurrency: number;
  /** Of one attempt, in ms; default 120 s. */
  readonly timeoutMs?: number;
  /** Every call that was booked, once, after it is durable and in the ledger. */
  readonly onSettled?: (answer: JournaledAnswer, replayed: boolean) => void;
  /** A provider counted more than can have been sent, or did not count. The answer stands and is booked; somebody should look. */
  readonly onAnomaly?: (anomaly: UsageAnomaly) => void;
  /**
   * Makes it a gateway that sends nothing: told of each call that the journal does not have, it gives the error that the call ends with.
   * Neither keys nor servers are needed then.
   */
  readonly onMiss?: (call: MissedCall) => Error;
}

/** A call that a replay needs and the journal does not have. */
export interface MissedCall {
  readonly callId: string;
  readonly role: ModelRole;
}

const DEFAULT_TIMEOUT_MS = 120_000;
/** Answers of the journal that are acted on (parsed, scored, recorded) before timers and sockets are let in. */
const ANSWERS_PER_TURN = 16;

/**
 * The calls of one job: reservation → journal → answers of earlier jobs → limiter → typed retry → SDK → usage and price → settle.
 *
 * A call is booked once in the life of a gateway, however often it is asked for: the first time from the provider or, after a restart,
 * from the journal with the same amounts; the same request again costs nothing, whether the first is still in flight or long answered.
 * What a job has spent is therefore the sum over its distinct calls, on the first run and on every replay.
 *
 * `complete` rejects with ModelCallError when the call failed for good (journaled, a replay fails alike) or the job was cancelled (not
 * journaled, nothing booked); BudgetExhausted when the reservation does not cover the call's bound and cannot grow; ParetuneError when
 * the key is missing or the address is refused.
 */
export function createModelGateway(parts: GatewayParts): ModelGateway {
  return new Gateway(parts);
}

interface CallTarget {
  readonly clients: Clients;
  readonly key: string;
  /** Set when the key was refused or the model does not exist: the calls that wait would be refused too, and a provider may take offence at hundreds of them. */
  refused: ModelCallError | null;
}

class Gateway implements ModelGateway {
  readonly #parts: GatewayParts;
  readonly #queue: PQueue;
  readonly #calls = new WeakMap<ModelRequest, Call>();
  readonly #inFlight = new Map<string, Promise<Completion>>();
  readonly #booked = new Set<string>();
  readonly #targets = new Map<string, CallTarget>();
  readonly #turnstile = new Turnstile(ANSWERS_PER_TURN);

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#queue = new PQueue({ concurrency: parts.concurrency });
    // Every call listens: many are normal, not a leak.
    setMaxListeners(0, parts.signal);
  }

  bound(request: ModelRequest): CallBound {
    const call = this.#call(request);
    const known = this.#parts.journal.get(call.callId);
    return known === undefined || known.lost.attempts === 0 ? call.bound : boundWithLost(call.bound, known);
  }

  isAnswered(request: ModelRequest): boolean {
    const { callId } = this.#call(request);
    const answered = this.#parts.journal.get(callId) !== undefined;
    if (!answered) this.#parts.onMiss?.({ callId, role: request.role });
    return answered;
  }

  async complete(request: ModelRequest, reservation: Reservation): Promise<Completion> {
    const call = this.#call(request);
    for (;;) {
      const running = this.#inFlight.get(call.callId);
      if (running === undefined) break;
      try {
        return await running;
      } catch (error) {
        // The other one had no room; this one may have.
        if (!(error instanceof BudgetExhausted)) throw error;
      }
    }
    const answer = this.#answer(call, reservation);
    this.#inFlight.set(call.callId, answer);
    try {
      return await answer;
    } finally {
      this.#inFlight.delete(call.callId);
    }
  }

  #call(request: ModelRequest): Call {
    let call = this.#calls.get(request);
    if (call === undefined) {
      call = prepareCall(request, this.#parts.prices);
      this.#calls.set(request, call);
    }
    return call;
  }

  async #answer(call: Call, reservation: Reservation): Promise<Completion> {
    const known = this.#parts.journal.get(call.callId);
    if (known !== undefined) {
      await this.#turnstile.pass();
      if (!this.#booked.has(call.callId)) this.#settle(call, known, reservation, true);
      return completionOf(known, true);
    }
    const { onMiss } = this.#parts;
    if (onMiss) throw onMiss({ callId: call.callId, role: call.request.role });
    this.#cover(call, reservation);
    const reused = await this.#reuse(call);
    if (reused !== null) {
      this.#settle(call, reused, reservation, false);
      return completionOf(reused, true);
    }
    const target = this.#target(call);
    // The place is kept until the answer is durable: a process that dies loses no more answers than it may have calls in flight.
    const entry = await this.#inTurn(async () => {
      if (target.refused !== null) throw target.refused;
      const answered = await sendCall(call, { ...this.#parts, ...target, reservation, timeoutMs: this.#timeoutMs });
      if (!answered.outcome.ok && failureOf(answered.outcome).hopeless) target.refused ??= failureOf(answered.outcome);
      await this.#parts.journal.put(answered);
      return answered;
    });
    this.#settle(call, entry, reservation, false);
    return completionOf(entry, false);
  }

  /**
   * The answer of an earlier job, copied into the journal of this one before it is acted on: from then on it is this job's own, whatever
   * becomes of the other. Reflections are asked for to get something new, repeats to see the noise, and a server of the user's
   * own may have changed: they are always asked afresh.
   */
  async #reuse(call: Call): Promise<JournalEntry | null> {
    const { journal, signal, clock } = this.#parts;
    const { role, ordinal, config, kind, fresh = false } = call.request;
    if (role === 'reflection' || kind === 'post' || ordinal > 0 || fresh || signal.aborted) return null;
    const earlier = await journal.earlier?.(call.callId);
    if (earlier === undefined) return null;
    const entry: JournalEntry = {
      callId: call.callId,
      role,
      provider: call.provider,
      model: config.model,
      request: recordOf(call),
      outcome: { ok: true, completion: earlier.completion },
      lost: { attempts: 0, tokens: 0, nanoUsd: 0 },
      reusedFrom: earlier.jobId,
      at: clock.now(),
    };
    await journal.put(entry);
    return entry;
  }

  get #timeoutMs(): number {
    return this.#parts.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  }

  /**
   * Waits for one of the job's places. The signal is not the queue's: it would let go of a task that is writing an answer down, which
   * would then be in the journal and not in the ledger.
   */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const { signal } = this.#parts;
    const turn = this.#queue.add(() => {
      signal.throwIfAborted();
      return task();
    });
    return orCancelled(signal, turn);
  }

  /** Makes sure that the reservation covers the call's bound. */
  #cover(call: Call, reservation: Reservation): void {
    const { left } = reservation;
    const bound = boundAmounts(call);
    const missing: Amounts = Object.fromEntries(
      RESOURCES.map((resource) => [resource, Math.max(0, (bound[resource] ?? 0) - left[resource])]),
    );
    const { ledger } = this.#parts;
    const over = ledger.overcommitted;
    if (over !== null) {
      throw new BudgetExhausted(over, `budget.${over}: what earlier calls have cost leaves no room for this one`);
    }
    if (reservation.tryExtend(missing)) return;
    const short = RESOURCES.find((resource) => (missing[resource] ?? 0) > ledger.remaining(resource)) ?? 'tokens';
    throw new BudgetExhausted(
      short,
      `budget.${short}: the call may need up to ${bound[short]}, ${left[short]} are reserved for it and ${ledger.remaining(short)} are free`,
    );
  }

  #target(call: Call): CallTarget {
    const { config } = call.request;
    const name = `${call.request.kind ?? 'chat'} ${config.provider} ${call.baseUrl} ${keyRefOf(config)} ${config.model}`;
    let target = this.#targets.get(name);
    if (target === undefined) {
      const key = resolveKey(config, this.#parts.secrets);
      const road = config.baseUrl === undefined ? this.#parts.providerUrls?.[config.provider] : undefined;
      const clients = createClients(road ?? call.baseUrl, key, this.#parts.address);
      // Asked again, because what is allowed may have changed since the job was accepted.
      // A signature goes out, not the key.
      if (call.request.kind !== 'post') checkKeyTravels(config, this.#parts.address, this.#parts.secrets, 'baseUrl');
      target = { key, clients, refused: null };
      this.#targets.set(name, target);
    }
    return target;
  }

  /** Books the call. What passes the reservation is owed all the same; it is told, never dropped. */
  #settle(call: Call, entry: JournaledAnswer, reservation: Reservation, replayed: boolean): void {
    this.#booked.add(call.callId);
    reservation.settle(amountsOf(entry));
    this.#parts.onSettled?.(entry, replayed);
    const anomaly = anomalyOf(entry, call, this.#parts.ledger);
    if (anomaly !== null) this.#parts.onAnomaly?.(anomaly);
  }
}

function completionOf({ callId, outcome }: JournaledAnswer, replayed: boolean): Completion {
  if (!outcome.ok) throw failureOf(outcome);
  return { ...outcome.completion, callId, replayed };
}

function failureOf({ failure, message, status }: Extract<JournalEntry['outcome'], { ok: false }>): ModelCallError {
  return new ModelCallError(failure, message, status);
}
