import type { Message, ToolCall, Usage } from './model.ts';
import type { ErrorCategory, Score } from './suite.ts';

/** One model call inside a rollout: a single prompt has one step, a chain one per step that ran. */
export interface StepTrace {
  readonly component: string;
  readonly messages: readonly Message[];
  readonly output: string;
  readonly toolCalls: readonly ToolCall[];
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
