import type { ModelRole } from '../domain/model.ts';
import type { MetricValues } from '../domain/objective.ts';

/** How far a running job is. */
export interface JobProgress {
  /** 0…1, share of the tightest budget. */
  readonly fraction: number;
  readonly rollouts: number;
  readonly proposals: number;
  readonly accepted: number;
  readonly refused: number;
}

/** What model calls of one role used. `usd` is null when a call had no price. */
export interface RoleSpend {
  readonly calls: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly usd: number | null;
}

/** What answers of earlier jobs would have cost again. `usd` is null when one of them has no price. */
export interface SavedSpend {
  readonly calls: number;
  readonly tokens: number;
  readonly usd: number | null;
}

export interface JobSpent {
  readonly rollouts: number;
  readonly confirmationRollouts: number;
  readonly tokens: number;
  readonly reflectionTokens: number;
  readonly usd: number;
  readonly seconds: number;
  readonly byRole: Readonly<Partial<Record<ModelRole, RoleSpend>>>;
  /** Absent in jobs from before answers were reused. */
  readonly saved?: SavedSpend;
}

export interface JobBaseline {
  readonly scores: MetricValues;
}

export interface JobBest {
  readonly candidateId: string;
  readonly scores: MetricValues;
}

/** Something a user should know about the job that does not stop it. */
export interface JobWarning {
  readonly code: string;
  readonly message: string;
}
