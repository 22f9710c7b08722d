import type { z } from 'zod';
import type { Resource } from '../domain/budget.ts';
import type { Candidate, Refusal } from '../domain/candidate.ts';
import type { StopReason } from '../domain/job.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Message } from '../domain/model.ts';
import type { MetricValues, Objective } from '../domain/objective.ts';
import type { Components } from '../domain/prompt.ts';
import type { Rollout } from '../domain/rollout.ts';
import type { Random } from './random.ts';

/**
 * A search strategy. It decides which candidate to measure next and asks the reflection model for new ones; everything else (models,
 * budget, journal, record, concurrency) lives behind the task.
 *
 * Contract:
 * - The order of its calls depends only on the task, the seed and the answers. Calls that should overlap are issued together, in a
 *   fixed order (`Promise.all` over a list), so that the same answers replay to the same search.
 * - It never catches BudgetExhausted or an abort: it lets them pass, and the runner closes the job in good order.
 * - It returns when it has nothing left to try, with the reason.
 * - It never sees the sealed test rows.
 */
export interface Optimizer<Options = unknown> {
  readonly type: string;
  readonly title: string;
  /** Paper or system that it follows. */
  readonly source: string;
  readonly options: z.ZodType<Options>;
  /** About how many proposals these search rollouts buy, for the estimate of a dry run. */
  proposals(size: SearchSize, options: Options): number;
  search(task: SearchTask, options: Options): Promise<SearchEnd>;
}

/** Search rollouts and the rows of the two open splits. */
export interface SearchSize {
  readonly rollouts: number;
  readonly train: number;
  readonly validation: number;
}

/** An optimizer of the list with its option type closed over. */
export interface ListedOptimizer extends Omit<Optimizer, 'search' | 'options' | 'proposals'> {
  readonly options: z.ZodType;
  proposals(size: SearchSize, options: unknown): number;
  /** Parses the options (throws ZodError); the result runs the search. */
  prepare(options: unknown): { readonly options: unknown; search(task: SearchTask): Promise<SearchEnd> };
}

/** Declares an optimizer: its options are parsed once, before the job is accepted. */
export function defineOptimizer<Options>(optimizer: Optimizer<Options>): ListedOptimizer {
  const { search, proposals, ...rest } = optimizer;
  return {
    ...rest,
    proposals: (size, raw) => proposals(size, optimizer.options.parse(raw ?? {})),
    prepare: (raw) => {
      const options = optimizer.options.parse(raw ?? {});
      return { options, search: (task) => search(task, options) };
    },
  };
}

export interface SearchEnd {
  readonly stop: Extract<StopReason, 'target-reached' | 'no-improvement' | 'nothing-left-to-learn' | 'search-complete'>;
}

/** A row as an optimizer may see it. */
export interface SearchRow {
  readonly id: string;
  /** The row's input as text, for reflection prompts. */
  readonly input: string;
  /** The expected answer as text, for reflection prompts; empty when the row has none. */
  readonly expected: string;
  readonly context: string;
  readonly cohort?: string;
  readonly metadata: JsonObject;
}

export interface SearchTask {
  /** The baseline, `c0`, already recorded. */
  readonly baseline: Candidate;
  /** Ids of the texts to optimize, in chain order; one for a single prompt. */
  readonly components: readonly string[];
  readonly train: readonly SearchRow[];
  readonly validation: readonly SearchRow[];
  readonly objectives: readonly Objective[];
  /** Token limit of a candidate prompt, when an objective sets one. */
  readonly promptTokenLimit: number | null;
  readonly lab: Lab;
  readonly author: Author;
  readonly record: SearchRecord;
  /** A stream of its own for each purpose: `random('minibatch', step)`. */
  random(...purpose: readonly (string | number)[]): Random;
  remaining(resource: Resource): number;
  readonly signal: AbortSignal;
}

/** One measured (candidate, row). */
export interface Measured {
  readonly rowId: string;
  /** Headline score in [0, 1]; null = missing (infrastructure error, not measurable). Never count it as 0. */
  readonly score: number | null;
  /** Raw metric values by metric base name (evaluator ids and operational metrics); null = missing. */
  readonly values: Rollout['values'];
  readonly pass: boolean;
  /** Evaluator feedback on this row, for reflection. */
  readonly feedback: string;
  /** Failure category of the headline evaluator, or null. */
  readonly category: string | null;
  readonly rollout: Rollout;
}

export interface Lab {
  /**
   * Measures a candidate on rows and returns one result per row, in order. A pair measured before costs nothing. Rejects with
   * BudgetExhausted when the budget cannot pay all of it; what was measured is kept.
   */
  measure(
    candidate: Candidate,
    rowIds: readonly string[],
    options?: { readonly repeat?: number },
  ): Promise<readonly Measured[]>;
  /** What is already known of a candidate, without paying. */
  known(candidate: Candidate, rowId: string, repeat?: number): Measured | undefined;
  /** Aggregated objective values on these rows (which must have been measured; missing scores are left out). */
  aggregate(candidate: Candidate, rowIds: readonly string[]): MetricValues;
  /**
   * How far the candidate breaks the hard constraints on these rows (which must have been measured): 0 = feasible. Being worse than the
   * baseline counts only when the rows say so beyond chance.
   */
  violation(candidate: Candidate, rowIds: readonly string[]): number;
}

export interface AuthorRequest<T> {
  /** What for, in the record: `gepa/reflect@1`. */
  readonly purpose: string;
  /** Hash of the meta-prompt that the messages were made from. */
  readonly metaPromptHash: string;
  readonly messages: readonly Message[];
  /** Structured output; without it the answer is text. */
  readonly schema?: { readonly name: string; readonly schema: JsonObject };
  /** Turns the answer into a value; throws UnusableAnswer when its format is broken. */
  readonly parse: (text: string) => T;
  readonly temperature?: number;
}

/** The answer's format cannot be used: the author asks once more for the format, then gives up. */
export class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer';
}

export interface AuthorAnswer<T> {
  readonly value: T;
  readonly text: string;
  readonly callId: string;
}

export interface Author {
  /**
   * Asks the reflection model. Null when no usable answer came (failure after retries, truncated, unusable after one repair of the
   * format): the reason is in the record, nothing is adopted. Rejects with BudgetExhausted.
   */
  ask<T>(request: AuthorRequest<T>): Promise<AuthorAnswer<T> | null>;
}

export interface Draft {
  readonly components: Components;
  readonly parents: readonly Candidate[];
  readonly operator: string;
  readonly reason: string;
  /** Rows that the reflection model was shown for it; none for a candidate that is put together from others. */
  readonly reflectedOn?: readonly string[];
}

export type Proposed =
  | { readonly ok: true; readonly candidate: Candidate }
  | { readonly ok: false; readonly refusal: Refusal; readonly detail: string };

export interface SearchRecord {
  /** Checks a draft (placeholders, protected clauses, token limit, duplicates, copies of rows) and records it as candidate or as refusal. */
  propose(draft: Draft): Proposed;
  /** What became of a candidate: `accepted`, `rejected`, `pruned`, … with the reason. May be called again. */
  fate(candidate: Candidate, fate: string, reason: string): void;
  /** The candidate's validation score stands (all validation rows measured): a curve point is written and it may become the winner. */
  validated(candidate: Candidate): void;
  /**
   * The search prefers this candidate to every earlier one although it has not been measured on all of validation: a curve point is
   * written, marked as screening, and the candidate may become the winner. Its score stands on these rows, each as measured under the
   * nearest of `lineage` (the candidate first, then its ancestors).
   */
  leads(candidate: Candidate, lineage: readonly Candidate[], rowIds: readonly string[]): void;
  /** A decision worth keeping that is not a candidate: merge attempt, pruned beam, race verdict. */
  note(kind: string, detail: JsonObject): void;
}
