import type {
  CandidateRecord,
  CurvePoint,
  JobEvent,
  JobRecord,
  JournalEntry,
  RefusalRecord,
  RolloutPurpose,
} from '../domain/record.ts';
import type { Rollout } from '../domain/rollout.ts';

export interface MemoryRecord extends JobRecord {
  readonly calls: ReadonlyMap<string, JournalEntry>;
  readonly rollouts: readonly { readonly rollout: Rollout; readonly purpose: RolloutPurpose }[];
  readonly candidates: readonly CandidateRecord[];
  readonly refusals: readonly RefusalRecord[];
  readonly fates: readonly { readonly candidateId: string; readonly fate: string; readonly reason: string }[];
  readonly curve: readonly CurvePoint[];
  readonly events: readonly JobEvent[];
}

/**
 * A record that lives as long as the process, for benches and for tests of the search. `journal` continues an earlier run; the answers of
 * `earlier` may be reused as those of another job.
 */
export function createMemoryRecord(
  journal: ReadonlyMap<string, JournalEntry> = new Map(),
  earlier?: ReadonlyMap<string, JournalEntry>,
): MemoryRecord {
  const calls = new Map(journal);
  const rollouts: { rollout: Rollout; purpose: RolloutPurpose }[] = [];
  const candidates: CandidateRecord[] = [];
  const refusals: RefusalRecord[] = [];
  const fates: { candidateId: string; fate: string; reason: string }[] = [];
  const curve: CurvePoint[] = [];
  const events: JobEvent[] = [];
  return {
    calls,
    rollouts,
    candidates,
    refusals,
    fates,
    curve,
    events,
    journal: {
      ...(earlier && {
        earlier: async (callId: string) => {
          const outcome = earlier.get(callId)?.outcome;
          return outcome?.ok ? { jobId: 'earlier', completion: outcome.completion } : undefined;
        },
      }),
      get: (callId) => calls.get(callId),
      put: async (entry) => {
        calls.set(entry.callId, entry);
      },
    },
    rollout: (rollout, purpose) => rollouts.push({ rollout, purpose }),
    candidate: (candidate) => candidates.push(candidate),
    refusal: (refusal) => refusals.push(refusal),
    fate: (candidateId, _seq, fate, reason) => fates.push({ candidateId, fate, reason }),
    curvePoint: (point) => curve.push(point),
    event: (event) => events.push(event),
    flush: async () => undefined,
  };
}
