import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import type { JsonObject } from '../domain/json.ts';
import type { FinishReason, ModelRequest, ToolCall } from '../domain/model.ts';
import type { Capabilities } from './capabilities.ts';
import type { BilledUsage } from './prices.ts';

/** The SDK clients of one target (server and key), made at the first use. */
export interface Clients {
  openai(): Promise<OpenAI>;
  anthropic(): Promise<Anthropic>;
  /** The same target as a server of the user's own, which knows the key. */
  readonly signed: { readonly url: string; readonly key: string; readonly fetch: typeof fetch };
}

export interface SendOptions {
  readonly signal: AbortSignal;
  /** ms */
  readonly timeout: number;
  readonly now: Date;
}

/** A provider's answer in our words. */
export interface Answer {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finish: FinishReason;
  readonly model: string;
  /** Null when the server did not say. */
  readonly usage: BilledUsage | null;
}

/** A request in the provider's words, ready to be sent any number of times. */
export interface Outgoing {
  /** The body as it goes over the wire: what is hashed and recorded. */
  readonly body: object;
  /** Schemas, tools and passed options: what the model may see beside the messages. */
  readonly extras: readonly JsonObject[];
  send(clients: Clients, options: SendOptions): Promise<unknown>;
  /** Reads what `send` returned. Throws UnreadableAnswer. */
  read(body: unknown): Answer;
}

/** One provider protocol: our request → its body → its answer → our answer. */
export type Adapter = (request: ModelRequest, takes: Capabilities) => Outgoing;
