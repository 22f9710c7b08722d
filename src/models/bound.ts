import type { JsonObject } from '../domain/json.ts';
import type { CallBound, Message } from '../domain/model.ts';
import type { Price } from './prices.ts';

/** Chat templates add to a conversation: system preambles of local models, priming of the answer. */
const BASE_OVERHEAD = 256;
/** Role and separators of one message; real templates need 3 to 8. */
const MESSAGE_OVERHEAD = 16;
/** Instructions that a provider adds when it is asked for structured output or given tools; published figures reach 700. */
const SCHEMA_OVERHEAD = 1024;

export interface Sent {
  readonly messages: readonly Message[];
  readonly maxOutputTokens: number;
  /** Everything else that the model may see: schemas, tools, passed options. */
  readonly extras: readonly JsonObject[];
}

/**
 * What a call may use at most. A token of a byte-level BPE is at least one byte, so a text has at most as many tokens as bytes; schemas
 * and tools count twice, because providers rewrite them into texts of their own. Output is bounded by the limit that is sent.
 */
export function boundOf({ messages, maxOutputTokens, extras }: Sent, price: Price | null): CallBound {
  let inputTokens = BASE_OVERHEAD;
  for (const { content } of messages) inputTokens += MESSAGE_OVERHEAD + Buffer.byteLength(content);
  for (const extra of extras) {
    const text = JSON.stringify(extra);
    if (text !== '{}') inputTokens += SCHEMA_OVERHEAD + 2 * Buffer.byteLength(text);
  }
  const cached = extras.some((extra) => JSON.stringify(extra).includes('"cache_control"'));
  return {
    inputTokens,
    outputTokens: maxOutputTokens,
    cost: price === null ? null : price.worst(inputTokens, maxOutputTokens, cached),
  };
}
