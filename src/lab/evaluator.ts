import type { z } from 'zod';
import type { Json, JsonObject } from '../domain/json.ts';
import type { FinishReason, Message, ModelConfig, ToolCall } from '../domain/model.ts';
import type { StepTrace } from '../domain/rollout.ts';
import type { ErrorCategory, Score } from '../domain/suite.ts';

/** Inputs of an evaluator by name. A suite that cannot supply what an evaluator needs is refused before the first paid call. */
export const SAMPLE_FIELDS = [
  'input',
  'output',
  'parsed',
  'expected',
  'context',
  'messages',
  'trace',
  'toolCalls',
  'finish',
  'usage',
  'metadata',
  'scores',
] as const;
export type SampleField = (typeof SAMPLE_FIELDS)[number];

export interface Sample {
  readonly rowId: string;
  readonly input: string | Readonly<Record<string, Json>>;
  /** Raw output of the target. */
  readonly output: string;
  /** The output as JSON (a single code fence around it is tolerated); undefined when it is not JSON. Computed on first use. */
  readonly parsed: Json | undefined;
  readonly expected: Json | undefined;
  readonly context: readonly string[];
  /** Rendered prompt of the last step. */
  readonly messages: readonly Message[];
  /** The model calls of the rollout, in order; empty when none was answered. */
  readonly trace: readonly StepTrace[];
  /** The tools that the model asked to be called, all steps together, in order. */
  readonly toolCalls: readonly ToolCall[];
  /** How the last answer ended; null when there was none. */
  readonly finish: FinishReason | null;
  readonly usage: {
    /** Tokens of the candidate's prompt texts, without the row: what `promptTokens` limits. */
    readonly promptTokens: number;
    readonly inputTokens: number;
    readonly outputTokens: number;
    /** USD, all steps; null without a price. */
    readonly cost: number | null;
    readonly latencyMs: number;
  };
  readonly metadata: Readonly<Record<string, Json>>;
  /** By id: what the evaluators that stand before this one in the suite have given, for those that combine them. */
  readonly scores: Readonly<Record<string, Score>>;
}

/** What an evaluator returns; the engine adds `pass` from the threshold (and turns `value` round for `negate`). */
export interface Graded extends Omit<Score, 'pass'> {}

export interface JudgeRequest<T> {
  readonly messages: readonly Message[];
  readonly schemaName: string;
  readonly schema: z.ZodType<T>;
}

/** A server of the user's own that scores. */
export interface Endpoint {
  readonly url: string;
  /** `env:NAME`: where the operator keeps the key that requests are signed with. */
  readonly keyRef: string;
  /** Of one attempt. */
  readonly timeoutMs: number;
}

/** What an evaluator calls besides its judge. */
export interface Reach {
  readonly models?: readonly ModelConfig[];
  readonly endpoints?: readonly Endpoint[];
}

/**
 * What an evaluator may ask of others: it imports no I/O itself. All calls are journaled, budgeted and limited like those of a prompt.
 * All of them reject with JudgeFailed when there is no answer: the score is then missing, never a pass.
 */
export interface EvaluatorTools {
  /** The judge's structured answer. */
  judge<T>(request: JudgeRequest<T>): Promise<T>;
  /** The answer of a server of the user's own, checked by the schema. Declare the endpoint in `reaches`. */
  post<T>(endpoint: Endpoint, body: JsonObject, schema: z.ZodType<T>): Promise<T>;
  /** The vector of a text. Declare the model in `reaches`. */
  embed(model: ModelConfig, text: string): Promise<Float32Array>;
}

/** Why a judge gave no verdict: an error category, with its kind where a candidate's own failure has the same name. */
export type JudgeFailure =
  | Extract<ErrorCategory, 'provider-error' | 'rate-limited' | 'timeout' | 'evaluator-error' | 'budget-stop'>
  | `evaluator-error:${Extract<ErrorCategory, 'refusal' | 'content-filter' | 'truncated' | 'parse-error'>}`;

/** There is no verdict, so the score is missing: never a pass, never 0. */
export class JudgeFailed extends Error {
  override readonly name = 'JudgeFailed';
  readonly category: JudgeFailure;
  constructor(message: string, category: JudgeFailure = 'evaluator-error') {
    super(message);
    this.category = category;
  }
}

/**
 * One evaluator, one file. `value` 1 is always good. Deterministic evaluators are pure and, once loaded, synchronous (no `grader`);
 * model-graded ones carry the version of their grader prompt.
 */
export interface Evaluator<Options = unknown> {
  readonly type: string;
  readonly title: string;
  /** One or two sentences: what is measured, formula, source. */
  readonly description: string;
  /** What it reads whatever the options. */
  readonly needs: readonly SampleField[];
  /** What these options need besides `needs`: `expected` where no value is given, for instance. */
  alsoNeeds?(options: Options): readonly SampleField[];
  /** Ids of the evaluators whose `scores` it combines; they must stand before it in the suite. */
  combines?(options: Options): readonly string[];
  readonly options: z.ZodType<Options>;
  readonly defaultThreshold: number;
  /** Loads a library that is too large to be loaded with the service (a parser, a language model). Done once, before the first score. */
  load?(): Promise<void>;
  /** Present for model-graded evaluators. */
  readonly grader?: { readonly id: string; readonly version: number; readonly hash: string };
  /** Calls to the judge that one score takes; absent: 1. The engine sets aside what they may cost. */
  judgeCalls?(options: Options): number;
  /** What it calls besides the judge, with these options: checked before a job is accepted. Absent: it calls nobody. */
  reaches?(options: Options): Reach;
  /** What identifies its code, when that is not part of the service: a change makes another version of its scores. */
  readonly code?: string;
  evaluate(sample: Sample, options: Options, tools: EvaluatorTools): Graded | Promise<Graded>;
}

/** What `evaluate` becomes once its options are parsed: the engine prepares each evaluator of a suite once. */
export type Prepared = (sample: Sample, tools: EvaluatorTools) => Graded | Promise<Graded>;

/** An evaluator of the catalogue with its option type closed over. */
export interface CatalogueEvaluator
  extends Omit<Evaluator, 'evaluate' | 'options' | 'alsoNeeds' | 'combines' | 'judgeCalls' | 'reaches'> {
  readonly options: z.ZodType;
  /** Everything that is read with these options: what a suite must supply. Throws ZodError for broken options. */
  needsFor(options: unknown): readonly SampleField[];
  /** Ids of the evaluators that are combined with these options; none for most. Throws ZodError for broken options. */
  combines(options: unknown): readonly string[];
  /** Calls to the judge that one score takes with these options; 0 for what is graded by code. Throws ZodError for broken options. */
  judgeCalls(options: unknown): number;
  /** What is called besides the judge with these options. Throws ZodError for broken options. */
  reaches(options: unknown): Reach;
  /** It asks others than a judge: its scores take time and may fail. */
  readonly remote: boolean;
  /** Parses the options (throws ZodError) and returns the scoring function. */
  prepare(options: unknown): Prepared;
}

/**
 * Declares an evaluator. The options schema may transform (compile a pattern, a JSON Schema): it runs once per suite, not per score.
 *
 * ```ts
 * export const startsWith = defineEvaluator({
 *   type: 'starts-with', …,
 *   options: z.strictObject({ value: z.string() }),
 *   evaluate: ({ output }, { value }) => …,
 * });
 * ```
 */
export function defineEvaluator<Options>(evaluator: Evaluator<Options>): CatalogueEvaluator {
  const { evaluate, alsoNeeds, combines, judgeCalls, reaches, load, ...rest } = evaluator;
  let loading: Promise<void> | undefined;
  let loaded = load === undefined;
  const ready = () => {
    loading ??= (load?.() ?? Promise.resolve()).then(() => {
      loaded = true;
    });
    return loading;
  };
  return {
    ...rest,
    ...(load && { load: ready }),
    needsFor: (raw) => [...new Set([...rest.needs, ...(alsoNeeds?.(rest.options.parse(raw ?? {})) ?? [])])],
    combines: (raw) => combines?.(rest.options.parse(raw ?? {})) ?? [],
    judgeCalls: (raw) => (rest.grader ? (judgeCalls?.(rest.options.parse(raw ?? {})) ?? 1) : 0),
    reaches: (raw) => reaches?.(rest.options.parse(raw ?? {})) ?? {},
    remote: reaches !== undefined,
    prepare: (raw) => {
      const options = evaluator.options.parse(raw ?? {});
      const score: Prepared = (sample, tools) => evaluate(sample, options, tools);
      return (sample, tools) => (loaded ? score(sample, tools) : ready().then(() => score(sample, tools)));
    },
  };
}
