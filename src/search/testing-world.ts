import type { Amounts } from '../domain/budget.ts';
import type { Candidate, Refusal } from '../domain/candidate.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Ledger } from '../domain/ledger.ts';
import type { Objective } from '../domain/objective.ts';
import type { Components } from '../domain/prompt.ts';
import type { AuthorRequest, Draft, SearchRow, SearchTask } from './contract.ts';
import type { Random } from './random.ts';

/** What a prompt does on a row; a bare number or null is the headline score. */
export interface SyntheticOutcome {
  readonly score: number | null;
  /** Metric values besides the headline score. */
  readonly values?: Readonly<Record<string, number | null>>;
  readonly output?: string;
  /** What the steps of a chain that ran put out, in order. Default: the target does not tell. */
  readonly steps?: Components;
  readonly feedback?: string;
  readonly category?: string;
}

export interface SyntheticWorld {
  /** Baseline texts by component. Default: one component `prompt`. */
  readonly components?: Components;
  /** Row ids, or whole rows. */
  readonly train: readonly (string | SearchRow)[];
  readonly validation: readonly (string | SearchRow)[];
  readonly score: (components: Components, rowId: string) => number | null | SyntheticOutcome;
  /** The text of the n-th answer (from 0, a repair counts); null = the call failed for good. */
  readonly author: (request: AuthorRequest<unknown>, n: number) => string | null;
  /** Default: maximize `score`, the headline score. */
  readonly objectives?: readonly Objective[];
  /** Default: empty texts and repetitions are refused. */
  readonly refuse?: (draft: Draft) => { readonly refusal: Refusal; readonly detail: string } | null;
  readonly budget?: Amounts;
  readonly seed?: number;
  /** In place of streams derived from the seed. */
  readonly random?: (...purpose: readonly (string | number)[]) => Random;
  readonly promptTokenLimit?: number;
}

export interface SyntheticRun {
  readonly task: SearchTask;
  /** Aborts the task's signal. */
  readonly abort: () => void;
  readonly ledger: Ledger;
  /** Paid rollouts in order. */
  readonly paid: { readonly candidateId: string; readonly rowId: string; readonly repeat: number }[];
  /** Every row asked for, paid or known, in order. */
  readonly asked: { readonly candidateId: string; readonly rowIds: readonly string[] }[];
  readonly requests: AuthorRequest<unknown>[];
  /** Every draft with its outcome: the candidate's id, or the refusal. */
  readonly proposals: { readonly draft: Draft; readonly candidateId?: string; readonly refusal?: Refusal }[];
  /** `c0` and the proposed candidates that passed the checks. */
  readonly candidates: Candidate[];
  readonly fates: { readonly candidateId: string; readonly fate: string; readonly reason: string }[];
  readonly validated: string[];
  /** Candidates that the search led with, on which rows. */
  readonly leads: { readonly candidateId: string; readonly rowIds: readonly string[] }[];
  readonly notes: { readonly kind: string; readonly detail: JsonObject }[];
}
