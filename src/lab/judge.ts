import { z } from 'zod';
import type { Row } from '../domain/dataset.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import { type JsonObject, jsonObjectSchema } from '../domain/json.ts';
import type { Reservation } from '../domain/ledger.ts';
import type { CallBound, Completion, FinishReason, ModelConfig, ModelRequest } from '../domain/model.ts';
import { judgesOf } from '../domain/suite.ts';
import { failureOf } from './call-failure.ts';
import { type EvaluatorTools, JudgeFailed, type JudgeFailure, type JudgeRequest } from './evaluator.ts';
import { embedText, postTo } from './remote-tools.ts';
import { type PreparedSuite, parseOutput, type ToolsFor } from './suite.ts';

/** Bytes of a grader prompt besides the row's own texts. */
const GRADER_OVERHEAD_BYTES = 8_192;
const BYTES_PER_OUTPUT_TOKEN = 8;
const JUDGE_OUTPUT_TOKENS = 2_048;
/** Texts that an evaluator compares by their vectors: the output and the expected answer. */
const EMBEDDINGS = 2;

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
  for (const { spec, needs, judgeCalls, reach } of suite.evaluators) {
    for (const config of reach.models ?? []) {
      const text = 'x'.repeat(quotableBytes(row, run, false));
      const bound = gateway.bound({
        role: 'judge',
        kind: 'embedding',
        config,
        messages: [{ role: 'user', content: text }],
        ordinal: 0,
      });
      tokens += EMBEDDINGS * bound.inputTokens;
      nanoUsd += EMBEDDINGS * (bound.cost ?? 0);
    }
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
    if (judges.length === 0) return [toolsOf(undefined, parts)];
    return judges.flatMap((model) =>
      Array.from({ length: repeats }, (_, index) =>
        toolsOf(model, { ...parts, ordinal: parts.ordinal * repeats + index }),
      ),
    );
  };
}

interface CallParts {
  readonly gateway: ModelGateway;
  readonly reservation: Reservation;
  readonly ordinal: number;
}

function toolsOf(model: ModelConfig | undefined, parts: CallParts): EvaluatorTools {
  return {
    post: (endpoint, body, schema) => postTo(endpoint, body, schema, parts),
    embed: (config, text) => embedText(config, text, parts),
    async judge<T>(request: JudgeRequest<T>): Promise<T> {
      if (!model) throw new JudgeFailed("no judge model: set models.judge or the evaluator's own judge");
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
        throw failureOf(error, 'the judge model');
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
