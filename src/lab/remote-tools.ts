import type { z } from 'zod';
import type { ModelGateway } from '../domain/gateway.ts';
import { deeperThan, type JsonObject } from '../domain/json.ts';
import type { Reservation } from '../domain/ledger.ts';
import type { Completion, ModelConfig, ModelRequest } from '../domain/model.ts';
import { failureOf } from './call-failure.ts';
import { type Endpoint, JudgeFailed } from './evaluator.ts';

interface CallParts {
  readonly gateway: ModelGateway;
  readonly reservation: Reservation;
  readonly ordinal: number;
}

/** Deepest nesting of an answer. */
const MAX_DEPTH = 64;

/** Bytes of a text that goes out to be embedded: models take some 8,000 tokens and refuse what is longer. */
const MAX_EMBEDDED = 20_000;

/** The beginning of a text, cut between characters. */
function beginning(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= MAX_EMBEDDED
    ? text
    : bytes
        .subarray(0, MAX_EMBEDDED)
        .toString('utf8')
        .replace(/\uFFFD+$/, '');
}

async function complete(
  request: Omit<ModelRequest, 'role' | 'ordinal'>,
  who: string,
  { gateway, reservation, ordinal }: CallParts,
): Promise<Completion> {
  try {
    return await gateway.complete({ ...request, role: 'judge', ordinal }, reservation);
  } catch (error) {
    throw failureOf(error, who);
  }
}

/** Asks a server of the user's own. What is not JSON, or JSON of another shape, is no answer. */
export async function postTo<T>(
  { url, keyRef, timeoutMs }: Endpoint,
  body: JsonObject,
  schema: z.ZodType<T>,
  parts: CallParts,
): Promise<T> {
  const request = {
    kind: 'post',
    timeoutMs,
    config: { provider: 'openai-compatible', model: 'http-evaluator', baseUrl: url, apiKeyRef: keyRef },
    messages: [{ role: 'user', content: JSON.stringify(body) }],
  } as const;
  const { text } = await complete(request, 'the evaluator over HTTP', parts);
  const noScore = (why: string) =>
    new JudgeFailed(`the evaluator over HTTP gave no score: ${why}`, 'evaluator-error:parse-error');
  const parsed = jsonOf(text);
  // What checks, hashes and keeps an answer recurses.
  if (deeperThan(parsed, MAX_DEPTH)) throw noScore(`its answer: is nested deeper than ${MAX_DEPTH} levels`);
  const answer = schema.safeParse(parsed);
  if (answer.success) return answer.data;
  const [issue] = answer.error.issues;
  throw noScore(`${issue?.path.join('.') || 'its answer'}: ${issue?.message}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The vector of a text, of which the beginning counts when it is long. */
export async function embedText(config: ModelConfig, text: string, parts: CallParts): Promise<Float32Array> {
  const answer = await complete(
    { kind: 'embedding', config, messages: [{ role: 'user', content: beginning(text) }] },
    'the embeddings model',
    parts,
  );
  const bytes = Buffer.from(answer.text, 'base64');
  const vector = Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) =>
    bytes.readFloatLE(4 * index),
  );
  if (vector.length === 0 || vector.some((value) => !Number.isFinite(value)))
    throw new JudgeFailed('the embeddings model gave no vector', 'evaluator-error:parse-error');
  return vector;
}
