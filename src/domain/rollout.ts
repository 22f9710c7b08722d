import type { Row } from './dataset.ts';
import type { Reservation } from './ledger.ts';
import type { CallBound, FinishReason, Message, ToolCall, Usage } from './model.ts';
import type { Components } from './prompt.ts';
import type { ErrorCategory, Score } from './suite.ts';

/** One model call inside a rollout: a single prompt has one step, a chain one per step that ran. */
export interface StepTrace {
  readonly component: string;
  readonly messages: readonly Message[];
  readonly output: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finish: FinishReason;
  readonly callId: string;
  readonly usage: Usage;
  readonly cost: number | null;
  readonly latencyMs: number;
}

/** What a target returns for one row. `error` set = no usable output. */
export interface TargetRun {
  readonly output: string;
  readonly steps: readonly StepTrace[];
  readonly error?: { readonly category: ErrorCategory; readonly message: string };
}

/** One candidate on one row, scored: the unit of the record, kept once for (candidate, row, repeat). */
export interface Rollout {
  readonly candidateId: string;
  readonly rowId: string;
  readonly repeat: number;
  readonly output: string;
  readonly steps: readonly StepTrace[];
  readonly error?: { readonly category: ErrorCategory; readonly message: string };
  /** By evaluator id. */
  readonly scores: Readonly<Record<string, Score>>;
  /** Metric values of this rollout by metric name (evaluator ids, promptTokens, outputTokens, costPerCall in USD, latency in ms); null = missing. */
  readonly values: Readonly<Record<string, number | null>>;
}

/** What metrics are made of: a rollout without what was sent, and without the words of its scores. */
export interface MeasuredRollout extends Pick<Rollout, 'candidateId' | 'rowId' | 'repeat' | 'output' | 'values'> {
  readonly error?: { readonly category: ErrorCategory };
  /** By evaluator id. */
  readonly scores: Readonly<Record<string, Pick<Score, 'value' | 'pass' | 'category'>>>;
}

/** What is being optimized: one prompt, a chain of prompts, or the user's own system. */
export interface Target {
  /** Component ids, in the order in which they run. */
  readonly components: readonly string[];
  /** Upper bound of one run on this row, all steps together. */
  bound(components: Components, row: Row): CallBound;
  /** Runs the candidate on a row and spends from the reservation. Failures of the provider come back as `error`; cancellation, a refused key and an exhausted budget reject. */
  run(components: Components, row: Row, repeat: number, reservation: Reservation): Promise<TargetRun>;
}
