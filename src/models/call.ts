import { contentHash } from '../domain/content-hash.ts';
import { fieldError } from '../domain/errors.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { CallBound, ModelRequest } from '../domain/model.ts';
import type { Adapter, Outgoing } from './adapter.ts';
import { anthropicMessages } from './anthropic.ts';
import { boundOf } from './bound.ts';
import { type Api, apiOf, capabilitiesOf, maxOutputTokensOf } from './capabilities.ts';
import { baseUrlOf } from './clients.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiResponses } from './openai-responses.ts';
import type { Price, PriceTable } from './prices.ts';
import { signedPost } from './signed-post.ts';

const ADAPTERS: Readonly<Record<Api, Adapter>> = {
  'chat-completions': openaiChat,
  responses: openaiResponses,
  messages: anthropicMessages,
  embeddings: openaiEmbeddings,
  'signed-post': signedPost,
};

/** What a call to a server of the user's own costs us. */
const NOTHING: CallBound = { inputTokens: 0, outputTokens: 0, cost: 0 };

/** A request made ready: what will be sent, its name in the journal, and what it may use at most. */
export interface Call {
  readonly request: ModelRequest;
  /** For the record. */
  readonly provider: string;
  readonly baseUrl: string;
  readonly outgoing: Outgoing;
  /** `<sha256>:<ordinal>` */
  readonly callId: string;
  readonly bound: CallBound;
  readonly price: Price | null;
}

/**
 * The content address covers what decides the answer and the booking: role, provider, server, protocol and the body word for word (model,
 * every parameter really sent, messages, schema). A parameter that the model does not take is not in it, nor is the key. The role is: the
 * same text asked as judge and as task is two calls, because their tokens are booked apart.
 */
export function prepareCall(request: ModelRequest, prices: PriceTable): Call {
  const { config, role, messages, ordinal } = request;
  const baseUrl = baseUrlOf(config);
  if (baseUrl === null) {
    throw fieldError(
      'baseUrl',
      `is needed for provider "${config.provider}": give the address of the server, with /v1`,
    );
  }
  const api = apiOf(request);
  const outgoing = ADAPTERS[api](request, capabilitiesOf(config));
  const price = request.kind === 'post' ? null : prices.priceOf(config);
  const maxOutputTokens = request.kind === 'embedding' ? 0 : maxOutputTokensOf(config);
  return {
    request,
    provider: request.kind === 'post' ? 'http' : config.provider,
    baseUrl,
    outgoing,
    callId: `${contentHash({ role, provider: config.provider, baseUrl, api, body: outgoing.body })}:${ordinal}`,
    bound: request.kind === 'post' ? NOTHING : boundOf({ messages, maxOutputTokens, extras: outgoing.extras }, price),
    price,
  };
}

/** The value as it goes over the wire, without the members that JSON leaves out; texts are shared, not copied. */
function wire(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
    return value;
  if (Array.isArray(value)) return value.map(wire);
  return typeof value === 'object' ? wireObject(value) : null;
}

function wireObject(value: object): JsonObject {
  const copy: JsonObject = {};
  for (const [name, member] of Object.entries(value)) if (member !== undefined) copy[name] = wire(member);
  return copy;
}

/** The request as the journal keeps it: everything needed to understand or repeat the call, and the bound it was reserved under. */
export function recordOf({ request, baseUrl, outgoing, bound }: Call): JsonObject {
  return { baseUrl, api: apiOf(request), body: wireObject(outgoing.body), bound: wireObject(bound) };
}
