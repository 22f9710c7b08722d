import { createHash, createHmac } from 'node:crypto';
import { type Json, jsonSchema } from '../domain/json.ts';
import type { Adapter } from './adapter.ts';
import { UnreadableAnswer } from './failure.ts';

/** Largest answer of an evaluator over HTTP: a score and its words, not a document. */
const MAX_ANSWER_BYTES = 64 * 1024;

const HINTS = [
  { from: 300, to: 399, hint: ': redirects are not followed; give the address that it leads to' },
  { from: 401, to: 403, hint: ': it refuses the signature; give both sides the same key, and clocks that agree' },
  { from: 404, to: 404, hint: ': there is nothing at the address' },
] as const;

/** An answer with another status than 2xx. */
export class PostRefused extends Error {
  override readonly name = 'PostRefused';
  readonly status: number;
  readonly headers: Headers;
  constructor(status: number, headers: Headers) {
    super(`the server answered ${status}${HINTS.find(({ from, to }) => status >= from && status <= to)?.hint ?? ''}`);
    this.status = status;
    this.headers = headers;
  }
}

/**
 * `POST` of one JSON document to a server of the user's own, signed with a key that both know:
 *
 * - `paretune-timestamp`: seconds since 1970
 * - `paretune-signature`: `v1=` and the HMAC-SHA256, in hex, of `<timestamp>.<body>`
 * - `idempotency-key`: the same for every attempt at the same document
 */
export const signedPost: Adapter = ({ messages: [document] }) => {
  const text = document?.content ?? '';
  const parsed: Json = jsonSchema.parse(JSON.parse(text));
  return {
    body: { post: parsed },
    extras: [],
    send: async ({ signed }, { signal, now }) => {
      const { fetch, key, url } = signed;
      const timestamp = String(Math.floor(now.getTime() / 1000));
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          'user-agent': 'paretune',
          'paretune-timestamp': timestamp,
          'paretune-signature': `v1=${createHmac('sha256', key).update(`${timestamp}.${text}`).digest('hex')}`,
          'idempotency-key': createHash('sha256').update(text).digest('hex'),
        },
        body: text,
        signal,
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw new PostRefused(response.status, response.headers);
      }
      return readBounded(response);
    },
    read: (body) => ({
      text: String(body),
      toolCalls: [],
      finish: 'stop',
      model: '',
      usage: { inputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0 },
    }),
  };
};

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new UnreadableAnswer(`the answer is larger than ${MAX_ANSWER_BYTES / 1024} KiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
