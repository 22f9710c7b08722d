import { z } from 'zod';
import { BudgetExhausted } from '../domain/budget.ts';
import type { Row } from '../domain/dataset.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import { type JsonObject, jsonObjectSchema } from '../domain/json.ts';
import type { Reservation } from '../domain/ledger.ts';
import { type CallBound, ModelCallError, type ModelConfig, type ModelRequest } from '../domain/model.ts';
import { type EvaluatorTools, JudgeFailed, type JudgeRequest } from './evaluator.ts';
import { type JudgeFor, parseOutput } from './suite.ts';

/** Bytes of a grader prompt besides the row's own texts. */
const GRADER_OVERHEAD_BYTES = 8_192;
const BYTES_PER_OUTPUT_TOKEN = 8;
const JUDGE_OUTPUT_TOKENS = 2_048;

const withDefaults = (model: ModelConfig): ModelConfig => ({ maxOutputTokens: JUDGE_OUTPUT_TOKENS, ...model });

/** Upper bound of one judge call about one run: everything that the grader prompt may quote, in bytes. */
export function judgeBound(gateway: ModelGateway, model: ModelConfig, row: Row, run: CallBound): CallBound {
  const { input, expected = null, context, metadata } = row;
  const quoted = Buffer.byteLength(JSON.stringify([input, expected, context, metadata])) + run.inputTokens;
  const bytes = GRADER_OVERHEAD_BYTES + quoted + run.outputTokens * BYTES_PER_OUTPUT_TOKEN;
  return gateway.bound({
    role: 'judge',
    config: withDefaults(model),
    messages: [{ role: 'user', content: 'x'.repeat(bytes) }],
    ordinal: 0,
  });
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

/** The tools of model-graded evaluators: structured answers of the judge model, paid from the rollout's own reservation. */
export function createJudge(parts: {
  readonly gateway: ModelGateway;
  readonly reservation: Reservation;
  readonly ordinal: number;
  readonly fallback: ModelConfig | undefined;
}): JudgeFor {
  return (own): EvaluatorTools => ({
    async judge<T>(request: JudgeRequest<T>): Promise<T> {
      const model = own ?? parts.fallback;
      if (!model) throw new JudgeFailed("no judge model: set models.judge or the evaluator's own judge");
      const call: ModelRequest = {
        role: 'judge',
        config: withDefaults(model),
        messages: request.messages,
        schema: { name: request.schemaName, schema: jsonSchemaOf(request.schema) },
        ordinal: parts.ordinal,
      };
      try {
        const answer = await parts.gateway.complete(call, parts.reservation);
        const verdict = request.schema.safeParse(parseOutput(answer.text));
        if (verdict.success) return verdict.data;
        throw new JudgeFailed(`the judge's answer does not follow its schema (finish: ${answer.finish})`);
      } catch (error) {
        if (error instanceof ModelCallError && error.failure !== 'cancelled' && !error.hopeless) {
          throw new JudgeFailed(`the judge model failed: ${error.message}`);
        }
        // When the time is over the rollout is dropped: it is not the judge that failed.
        if (error instanceof BudgetExhausted && error.resource !== 'seconds')
          throw new JudgeFailed(`the judge's budget ended: ${error.message}`);
        throw error;
      }
    },
  });
}
