import { z } from 'zod';
import { type JsonObject, jsonObjectSchema } from './json.ts';

export const PROVIDERS = ['openai', 'anthropic', 'openai-compatible'] as const;

/** How a model is called. Keys are never part of it: `apiKeyRef` names where the operator keeps one (`env:OPENAI_API_KEY`). */
export const modelConfigSchema = z
  .strictObject({
    provider: z.enum(PROVIDERS).describe('The protocol to speak.'),
    model: z.string().min(1).max(200).describe('Model id as the provider spells it.'),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Base URL of an OpenAI-compatible server or a gateway.'),
    apiKeyRef: z
      .string()
      .regex(/^env:[A-Z][A-Z0-9_]*$/, 'must be "env:NAME", the name of an environment variable of the service')
      .optional()
      .describe(
        'Variable that holds the key; its name must end in `_KEY` or `_TOKEN`. Default: `env:OPENAI_API_KEY`, `env:ANTHROPIC_API_KEY`, or for a compatible server `env:OPENAI_COMPATIBLE_API_KEY` and no key when that is not set.',
      ),
    temperature: z.number().min(0).max(2).optional().describe('Left out for models that do not take one.'),
    topP: z.number().gt(0).max(1).optional().describe('Left out for models that do not take one.'),
    maxOutputTokens: z
      .int()
      .min(1)
      .max(200_000)
      .optional()
      .describe('Longest answer. Each call reserves it from the budget, so keep it near what is needed.'),
    stop: z.array(z.string().min(1)).max(8).optional().describe('Texts at which the answer ends.'),
    seed: z.int().optional().describe('For providers that take one.'),
    responseFormat: z
      .union([
        z.literal('text'),
        z.literal('json'),
        z.strictObject({ jsonSchema: jsonObjectSchema.describe('The JSON Schema.') }),
      ])
      .optional()
      .describe('`json`, or a JSON Schema that the answer must follow.'),
    providerOptions: jsonObjectSchema
      .optional()
      .describe('Passed to the provider as they are; `api: "responses"` selects the OpenAI Responses API.'),
  })
  .meta({ id: 'ModelConfig' });
export type ModelConfig = z.infer<typeof modelConfigSchema>;

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'] as const;
export const messageSchema = z
  .strictObject({
    role: z.enum(ROLES).describe('Who speaks.'),
    content: z.string().describe('Text; `{{name}}` is a placeholder.'),
  })
  .meta({ id: 'Message' });
export type Message = z.infer<typeof messageSchema>;

/** What a model call is for: the budget books reflection apart, the report shows spend by role. */
export const MODEL_ROLES = ['task', 'reflection', 'judge'] as const;
export type ModelRole = (typeof MODEL_ROLES)[number];

export interface ModelRequest {
  readonly role: ModelRole;
  readonly config: ModelConfig;
  readonly messages: readonly Message[];
  /** Ask for JSON of this schema: the provider's structured output, or a forced tool where it has none. */
  readonly schema?: { readonly name: string; readonly schema: JsonObject };
  /** Which of several equal calls this is (repeat index). Part of the journal key: equal content with another ordinal is another call. */
  readonly ordinal: number;
  /** The answer is to be one of this moment: earlier jobs' are not taken. No part of the journal key. */
  readonly fresh?: boolean;
  /**
   * What is asked for; absent: an answer to the messages. `embedding`: the vector of the one message, as base64 of little-endian 32-bit
   * floats. `post`: the one message is a JSON document for a server of the user's own at `baseUrl`, signed with the key; it uses no tokens.
   */
  readonly kind?: 'embedding' | 'post';
  /** Of one attempt, in ms; default: the gateway's. */
  readonly timeoutMs?: number;
}

export interface Usage {
  readonly inputTokens: number;
  /** Part of `inputTokens` that was read from the provider's prompt cache. */
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
}

/** How an answer ended. `length`: it was cut at the output limit. */
export const FINISH_REASONS = ['stop', 'length', 'tool-calls', 'content-filter', 'refusal', 'other'] as const;
export type FinishReason = (typeof FINISH_REASONS)[number];

/** A call to a tool that the model asked for. */
export interface ToolCall {
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly arguments: string;
}

export interface Completion {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finish: FinishReason;
  /** The exact model that answered, as the provider names it. */
  readonly model: string;
  readonly usage: Usage;
  /** nano-USD (1e-9 USD), or null when the model has no price. */
  readonly cost: number | null;
  readonly latencyMs: number;
  /** The call's content address and ordinal: where the record keeps it. */
  readonly callId: string;
  /** True when the answer was in the journal: nothing was sent. */
  readonly replayed: boolean;
}

export const MODEL_FAILURES = [
  'rate-limited',
  'overloaded',
  'timeout',
  'connection',
  'content-filter',
  'bad-request',
  'auth',
  'invalid-answer',
  'cancelled',
] as const;
export type ModelFailure = (typeof MODEL_FAILURES)[number];

/** A model call that failed for good: retries are over or would be useless. It is journaled like an answer, so that a replay fails alike. */
export class ModelCallError extends Error {
  override readonly name = 'ModelCallError';
  readonly failure: ModelFailure;
  /** HTTP status of the last attempt, when there was one. */
  readonly status: number | undefined;
  constructor(failure: ModelFailure, message: string, status?: number) {
    super(message);
    this.failure = failure;
    this.status = status;
  }

  /** A refused key, a model or an address that does not exist: no other call can fare better. */
  get hopeless(): boolean {
    return this.failure === 'auth' || (this.failure === 'bad-request' && this.status === 404);
  }
}

/** An upper bound, known before a call: no answer may use more. */
export interface CallBound {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** nano-USD; null without a price. */
  readonly cost: number | null;
}
