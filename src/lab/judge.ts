import { z } from 'zod';
import { BudgetExhausted } from '../domain/budget.ts';
import type { Row } from '../domain/dataset.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import { type JsonObject, jsonObjectSchema } from '../domain/json.ts';
import type { Reservation } from '../domain/ledger.ts';
import {
  type CallBound,
  type Completion,
  type FinishReason,
  ModelCallError,
  type ModelConfig,
  type ModelFailure,
  type ModelRequest,
} from '../domain/model.ts';
import { judgesOf } from '../domain/suite.ts';
import { type EvaluatorTools, JudgeFailed, type JudgeFailure, type JudgeRequest } from './evaluator.ts';
import { type PreparedSuite, parseOutput, type ToolsFor } from './suite.ts';

/** Bytes of a grader prompt besides the row's own texts. */
const GRADER_OVERHEAD_BYTES = 8_192;
const BYTES_PER_OUTPUT_TOKEN = 8;
const JUDGE_OUTPUT_TOKENS = 2_048;

const withDefaults = (model: ModelConfig): ModelConfig => ({ maxOutputTokens: JUDGE_OUTPUT_TOKENS, ...model });

/** Upper bound of all that the judges of a suite may use on one run: each call as large as everything that a grader prompt may quote. */
export function judgesBound(
  gateway: ModelGateway,
  suite: PreparedSuite,
  fallback: ModelConfig | undefined,
  row: Row,
  run: CallBound,
): { readonly tokens: number; readonly nanoUsd: number } {
  let tokens = 0;
  let nanoUsd = 0;
  for (const { spec, needs, judgeCalls } of suite.evaluators) {
    if (judgeCalls === 0) continue;
    const calls = judgeCalls * (spec.repeats ?? 1);
    const quoted = quotableBytes(row, run, needs.includes('metadata'));
    for (const model of judgesOf(spec, fallback)) {
      const bound = gateway.bound({
        role: 'judge',
        config: withDefaults(model),
        messages: [{ role: 'user', content: 'x'.repeat(GRADER_OVERHEAD_BYTES + quoted) }],
        ordinal: 0,
      });
      tokens += calls * (bound.inputTokens + bound.outputTokens);
      nanoUsd += calls * (bound.cost ?? 0);
    }
  }
  return { tokens, nanoUsd };
}

function quotableBytes(
  { input, expected = null, context, metadata }: Row,
  run: CallBound,
  withMetadata: boolean,
): number {
  const texts = Buffer.byteLength(JSON.stringify([input, expected, context, withMetadata ? metadata : {}]));
  return texts + run.inputTokens + run.outputTokens * BYTES_PER_OUTPUT_TOKEN;
}

const schemas = new WeakMap<z.ZodType, JsonObject>();

function jsonSchemaOf(schema: z.ZodType): JsonObject {
  let known = schemas.get(schema);
  if (!known) {
    known = jsonObjectSchema.parse(z.toJSONSchema(schema, { io: 'input' }));
    schemas.set(schema, known);
  }
  return known;
}

/**
 * The tools of a suite's evaluators, paid from the rollout's own reservation: for one that is graded by models, one for each judge and
 * repeat. Repeats are calls of their own (`ordinal`), so that a journal never answers one with the other.
 */
export function createTools(parts: {
  readonly gateway: ModelGateway;
  readonly reservation: Reservation;
  /** Repeat of the rollout. */
  readonly ordinal: number;
  /** Judge of evaluators that have none of their own. */
  readonly fallback: ModelConfig | undefined;
}): ToolsFor {
  return (spec) => {
    const { repeats = 1 } = spec;
    const judges = judgesOf(spec, parts.fallback);
    if (judges.length === 0) return [NO_JUDGE];
    return judges.flatMap((model) =>
      Array.from({ length: repeats }, (_, index) =>
        judgeTools(model, { ...parts, ordinal: parts.ordinal * repeats + index }),
      ),
    );
  };
}

const NO_JUDGE: EvaluatorTools = {
  judge: () => Promise.reject(new JudgeFailed("no judge model: set models.judge or the evaluator's own judge")),
};

function judgeTools(
  model: ModelConfig,
  parts: { readonly gateway: ModelGateway; readonly reservation: Reservation; readonly ordinal: number },
): EvaluatorTools {
  return {
    async judge<T>(request: JudgeRequest<T>): Promise<T> {
      const call: ModelRequest = {
        role: 'judge',
        config: withDefaults(model),
        messages: request.messages,
        schema: { name: request.schemaName, schema: jsonSchemaOf(request.schema) },
        ordinal: parts.ordinal,
      };
      let answer: Completion;
      try {
        answer = await parts.gateway.complete(call, parts.reservation);
      } catch (error) {
        throw failureOf(error);
      }
      const why = UNUSABLE[answer.finish];
      if (why) throw new JudgeFailed(`the judge's answer ${why[0]}`, why[1]);
      const verdict = request.schema.safeParse(parseOutput(answer.text));
      if (verdict.success) return verdict.data;
      throw new JudgeFailed("the judge's answer does not follow its schema", 'evaluator-error:parse-error');
    },
  };
}

/** Answers that are no verdict, whatever their text says: half a verdict may read like a good one. */
const UNUSABLE: Readonly<Partial<Record<FinishReason, readonly [why: string, category: JudgeFailure]>>> = {
  refusal: ['is a refusal', 'evaluator-error:refusal'],
  'content-filter': ['was stopped by a content filter', 'evaluator-error:content-filter'],
  length: ['was cut short; raise maxOutputTokens of the judge', 'evaluator-error:truncated'],
};

/** What ends the score, or, for what ends the job, the error as it is. */
function failureOf(error: unknown): unknown {
  if (error instanceof ModelCallError && error.failure !== 'cancelled' && !error.hopeless) {
    const category = FAILURES[error.failure] ?? 'provider-error';
    return new JudgeFailed(`the judge model failed: ${error.message}`, category);
  }
  // When the time is over the rollout is dropped: it is not the judge that failed.
  if (error instanceof BudgetExhausted && error.resource !== 'seconds')
    return new JudgeFailed(`the judge's budget ended: ${error.message}`, 'budget-stop');
  return error;
}

const FAILURES: Readonly<Partial<Record<ModelFailure, JudgeFailure>>> = {
  'rate-limited': 'rate-limited',
  timeout: 'timeout',
  'content-filter': 'evaluator-error:content-filter',
};
