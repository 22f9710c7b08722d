import type { Candidate, Refusal } from './candidate.ts';
import type { Json, JsonObject } from './json.ts';
import type { Completion, ModelFailure, ModelRole } from './model.ts';
import type { MetricValues } from './objective.ts';
import type { Rollout } from './rollout.ts';
import type { Interval } from './verdict.ts';

/** A model call as the journal keeps it. A final failure is an answer too: a replay must fail alike. */
export interface JournalEntry {
  /** `<sha256 of the request>:<ordinal>`. */
  readonly callId: string;
  readonly role: ModelRole;
  readonly provider: string;
  /** Model as asked for. */
  readonly model: string;
  readonly request: JsonObject;
  readonly outcome:
    | { readonly ok: true; readonly completion: Omit<Completion, 'callId' | 'replayed'> }
    | { readonly ok: false; readonly failure: ModelFailure; readonly message: string; readonly status?: number };
  /**
   * Attempts whose answer was lost on the way (connection reset, unreadable body): they may have been billed, so the ledger charged
   * their upper bound.
   */
  readonly lost: { readonly attempts: number; readonly tokens: number; readonly nanoUsd: number };
  /** The earlier job whose answer this is: nothing was sent for it, and nothing is booked. Null for a call of this job. */
  readonly reusedFrom: string | null;
  readonly at: Date;
}

/** What a known call is answered and booked with; the request is for people, and most of the size. */
export type JournaledAnswer = Pick<JournalEntry, 'callId' | 'role' | 'outcome' | 'lost' | 'reusedFrom'>;

/** An answer that another job has paid for. */
export interface EarlierAnswer {
  readonly jobId: string;
  readonly completion: Omit<Completion, 'callId' | 'replayed'>;
}

/** The journal of one job: answers are looked up before a call and durable before they are acted on. */
export interface Journal {
  get(callId: string): JournaledAnswer | undefined;
  /** Resolves once the entry is durable. */
  put(entry: JournalEntry): Promise<void>;
  /** What an earlier job was answered to the same call, when this job may use it; absent when it may use nothing. */
  earlier?(callId: string): Promise<EarlierAnswer | undefined>;
}

/**
 * `noise`: both runs of the baseline in the A/A run; like `confirmation` they are paid by the confirmation rollouts. `ablation`: the
 * winner with and without its changes, paid by what the search has left. `evaluation`: prompts that are compared without a search.
 * `calibration`: stored outputs, so that a judge is compared with people.
 */
export const ROLLOUT_PURPOSES = ['search', 'noise', 'confirmation', 'ablation', 'evaluation', 'calibration'] as const;
export type RolloutPurpose = (typeof ROLLOUT_PURPOSES)[number];

/** Whose rollouts pay for it. */
export const accountOf = (purpose: RolloutPurpose) =>
  purpose === 'noise' || purpose === 'confirmation' ? 'confirmationRollouts' : 'rollouts';

export const CURVE_POINT_KINDS = ['validation', 'screening'] as const;
export type CurvePointKind = (typeof CURVE_POINT_KINDS)[number];

export interface CurvePoint {
  readonly seq: number;
  readonly at: Date;
  readonly rollouts: number;
  readonly tokens: number;
  readonly usd: number;
  readonly candidateId: string;
  /** Best feasible candidate so far. */
  readonly best: string;
  /**
   * What the score stands on: all of validation, or the rows that a search has looked at so far, some of them under an ancestor's text.
   * The two are never compared.
   */
  readonly kind: CurvePointKind;
  /** Headline of the best candidate. */
  readonly score: number | null;
  readonly interval: Interval | null;
  /** Rows the score stands on. */
  readonly rows: number;
  /** Objective values of `candidateId`. */
  readonly objectives: MetricValues;
  /** Of `objectives`, where one can be given; null in points that an earlier version wrote. */
  readonly intervals: Readonly<Record<string, Interval | null>> | null;
  /** How far `candidateId` breaks the hard constraints; 0 = feasible. */
  readonly violation: number;
  /**
   * With several objectives: what the feasible candidates of this kind that were told so far dominate, counted from the limits, or from
   * the baseline where there is no limit. Never falls. Null with one objective.
   */
  readonly hypervolume: number | null;
  /** With several objectives: candidates of this kind that no other one dominates now, best headline first. */
  readonly front: readonly string[];
}

export interface CandidateRecord extends Candidate {
  readonly seq: number;
  /** Rows whose results the reflection that wrote it was shown. */
  readonly reflectedOn: readonly string[];
  readonly promptTokens: number;
}

export interface RefusalRecord {
  readonly seq: number;
  readonly operator: string;
  readonly parents: readonly string[];
  readonly refusal: Refusal;
  readonly detail: string;
}

export interface JobEvent {
  /** Equal keys are one event: what a resumed search tells again is not told twice. */
  readonly key: string;
  readonly type: string;
  readonly data: Readonly<Record<string, Json>>;
}

/**
 * Where a running job writes its facts: append-only, batched, idempotent by natural key, so that a resumed job may write them again.
 * Only the journal is awaited on the hot path.
 */
export interface JobRecord {
  readonly journal: Journal;
  rollout(rollout: Rollout, purpose: RolloutPurpose): void;
  candidate(candidate: CandidateRecord): void;
  refusal(refusal: RefusalRecord): void;
  fate(candidateId: string, seq: number, fate: string, reason: string): void;
  curvePoint(point: CurvePoint): void;
  event(event: JobEvent): void;
  /** Resolves when everything written so far is durable; rejects when the store failed. */
  flush(): Promise<void>;
}
