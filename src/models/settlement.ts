import type { Amounts } from '../domain/budget.ts';
import type { Ledger } from '../domain/ledger.ts';
import type { CallBound, ModelRole } from '../domain/model.ts';
import type { JournaledAnswer } from '../domain/record.ts';
import type { Call } from './call.ts';

function amounts(role: ModelRole, tokens: number, nanoUsd: number): Amounts {
  return { tokens, nanoUsd, ...(role === 'reflection' && { reflectionTokens: tokens }) };
}

/** The most that one attempt of the call can cost. */
export function boundAmounts({ bound, request }: Call): Amounts {
  return amounts(request.role, bound.inputTokens + bound.outputTokens, bound.cost ?? 0);
}

/**
 * What a call has cost: its answer, and its lost attempts at their upper bound; nothing when another job has paid for it. The same from the
 * provider and from the journal.
 */
export function amountsOf({ role, outcome, lost, reusedFrom }: JournaledAnswer): Amounts {
  if (reusedFrom !== null) return amounts(role, 0, 0);
  const usage = outcome.ok ? outcome.completion.usage : null;
  const tokens = (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0);
  const nanoUsd = outcome.ok ? (outcome.completion.cost ?? 0) : 0;
  return amounts(role, tokens + lost.tokens, nanoUsd + lost.nanoUsd);
}

/**
 * The bound of a call whose journaled answer took lost attempts: a replay must reserve what the call will be booked at, or somebody else
 * would be granted that room.
 */
export function boundWithLost(bound: CallBound, entry: JournaledAnswer): CallBound {
  const { tokens = 0, nanoUsd = 0 } = amountsOf(entry);
  return {
    inputTokens: Math.max(bound.inputTokens, tokens - bound.outputTokens),
    outputTokens: bound.outputTokens,
    cost: bound.cost === null ? null : Math.max(bound.cost, nanoUsd),
  };
}

/** The provider's count cannot be right by ours: either it counts otherwise, or it sends more than we gave it. */
export interface UsageAnomaly {
  readonly kind: 'usage-above-bound';
  readonly callId: string;
  readonly role: ModelRole;
  readonly model: string;
  /** Upper bound of the call, as reserved. Also in the journal entry, as `request.bound`. */
  readonly bound: Amounts;
  /** What the provider counted, without lost attempts; booked in full. */
  readonly booked: Amounts;
  /** What the job has spent past its limits by now; empty when the budget had room. */
  readonly overdrawn: Amounts;
}

export function anomalyOf(entry: JournaledAnswer, call: Call, ledger: Ledger): UsageAnomaly | null {
  const bound = boundAmounts(call);
  const booked = amountsOf({ ...entry, lost: { attempts: 0, tokens: 0, nanoUsd: 0 } });
  const above = (booked.tokens ?? 0) > (bound.tokens ?? 0) || (booked.nanoUsd ?? 0) > (bound.nanoUsd ?? 0);
  if (!above) return null;
  const { callId, role } = entry;
  return {
    kind: 'usage-above-bound',
    callId,
    role,
    model: call.request.config.model,
    bound,
    booked,
    overdrawn: ledger.overdrawn,
  };
}
