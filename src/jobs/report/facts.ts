import type { z } from 'zod';
import type { Budget } from '../../domain/budget.ts';
import type { JobStatus, StopReason } from '../../domain/job.ts';
import type { JudgeCard } from '../../domain/judge-card.ts';
import type { ModelConfig } from '../../domain/model.ts';
import type { NoiseFloor } from '../../domain/noise.ts';
import type { Objective } from '../../domain/objective.ts';
import type { ModelPrice } from '../../domain/price.ts';
import type { CandidateRecord, CurvePoint, RefusalRecord } from '../../domain/record.ts';
import type { MetricVerdict, Verdict } from '../../domain/verdict.ts';
import type { spentSchema } from '../../domain/views/job-view.ts';
import type { MetricSummary } from '../../lab/aggregate.ts';
import type { Cohort } from '../../lab/cohorts.ts';
import type { Diagnosis } from '../../lab/diagnosis/diagnose.ts';
import type { HunkNeed } from '../ablation-needs.ts';

/** What a job spent; `usd` in dollars, `seconds` of wall-clock since its first start. */
export type Spent = z.infer<typeof spentSchema>;

export interface JobFacts {
  readonly id: string;
  readonly name: string;
  readonly status: JobStatus;
  readonly stopReason: StopReason | null;
  readonly error: string | null;
  readonly seed: number;
  /** SHA-256 of the resolved job. */
  readonly resolvedSha256: string;
  /** `name@N`, or null for an inline prompt. */
  readonly promptRef: string | null;
  readonly datasetRef: string;
  readonly suiteRef: string | null;
  /** Rows in each split. */
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  readonly optimizer: string;
  readonly models: {
    readonly task: ModelConfig;
    readonly reflection: ModelConfig | null;
    readonly judge: ModelConfig | null;
  };
  readonly objectives: readonly Objective[];
  readonly budget: Budget;
  /** What its models cost when it was submitted; null when that was not kept. */
  readonly prices: readonly ModelPrice[] | null;
  readonly spent: Spent;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

/** Candidates that the documents list, the first ones; the JSON report has all. */
export const LISTED_CANDIDATES = 60;

export interface CandidateFacts extends CandidateRecord {
  /** In the order in which they were given; the last one holds. */
  readonly fates: readonly { readonly fate: string; readonly reason: string }[];
  /** Objective metrics on the validation rows, made from its runs; null when it was never measured on all of them, or when its runs were not read. */
  readonly validation: Readonly<Record<string, MetricSummary>> | null;
}

/** The one read of the sealed test rows. */
export interface SealedFacts {
  readonly rows: number;
  /** How often the split of this dataset was read so far, over all jobs, this one included; null when unknown. */
  readonly reads: number | null;
  /** p-values corrected over the finalists. */
  readonly finalists: readonly FinalistFacts[];
}

export interface FinalistFacts {
  readonly candidateId: string;
  readonly metrics: readonly MetricVerdict[];
  /** Ids of the sealed rows on which its headline is better and worse than the baseline's. */
  readonly won: readonly string[];
  readonly lost: readonly string[];
}

/** Eval-fail-rates by cohort, of two candidates on the same rows. */
export interface CohortFacts {
  readonly split: 'validation' | 'test';
  readonly baseline: readonly Cohort[];
  /** Of `candidateId`. */
  readonly candidate: readonly Cohort[];
  readonly candidateId: string;
}

/** The winner measured without each of its changes. */
export interface AblationFacts {
  readonly candidateId: string;
  /** One per hunk against the baseline, in order. */
  readonly needs: readonly HunkNeed[];
  /** What it took of the search's rollouts. */
  readonly rollouts: number;
}

/** What is left to fix in the shown prompt. */
export interface DiagnosisFacts extends Diagnosis {
  /** Counts alone: choosing what to do by single sealed rows would use them up. Null when they were not read. */
  readonly sealed: { readonly rows: number; readonly failures: number } | null;
}

/** What is known by now of the judges of one evaluator. */
export interface JudgeFacts {
  /** Id in the suite. */
  readonly evaluator: string;
  readonly judges: readonly string[];
  /** Null when nobody has compared them with people. */
  readonly card: Pick<JudgeCard, 'id' | 'calibratedAt' | 'rows' | 'kappa'> | null;
}

/** Everything that a report says, gathered from the record. Nothing in it is computed from anything else. */
export interface ReportFacts {
  readonly job: JobFacts;
  readonly baselineId: string;
  /** What the job answers with; the baseline when nothing better was found or confirmed. */
  readonly winnerId: string;
  /** Every proposed candidate with the baseline, in order of proposal. */
  readonly candidates: readonly CandidateFacts[];
  readonly curve: readonly Omit<CurvePoint, 'front'>[];
  readonly refusals: readonly RefusalRecord[];
  /** Candidate ids of the final frontier. */
  readonly frontier: readonly string[];
  readonly sealed: SealedFacts | null;
  /** Null when the job did without, or when the baseline stays. */
  readonly ablation: AblationFacts | null;
  /** Null while the job runs, and when the headline is no evaluator's. */
  readonly diagnosis: DiagnosisFacts | null;
  readonly cohorts: CohortFacts | null;
  /** What the A/A run found; null without one. */
  readonly noise: NoiseFloor | null;
  /** Null without a confirmation: `confirmationRollouts` 0, or the job did not get that far. */
  readonly verdict: Verdict | null;
  /** Whom the verdict's figures speak of (Decision.candidateId); null without a verdict. */
  readonly judgedId: string | null;
  /** One for each model-graded evaluator of the suite. */
  readonly judges: readonly JudgeFacts[];
  /** Those of the job, and about its judges what is known by now: a judge may be exposed after it has judged. */
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}
