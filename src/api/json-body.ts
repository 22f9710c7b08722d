import { Tokenizer, TokenParser } from '@streamparser/json';
import type { FastifyInstance } from 'fastify';
import { ParetuneError } from '../domain/errors.ts';
import { WHOLE_BODY } from './field-errors.ts';

/**
 * Parses JSON bodies, and says where a broken one breaks. An empty body is no body: clients send the content type with requests that need
 * none.
 */
export function installJsonBody(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser(['application/json', 'text/plain']);
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text.trim() === '') return done(null, undefined);
    return parse(request, text, (error: Error | null, value?: unknown) =>
      error ? done(brokenJson(text)) : done(null, value),
    );
  });
}

function brokenJson(text: string): ParetuneError {
  const at = brokenAt(text);
  const lines = text.slice(0, at ?? 0).split('\n');
  const message =
    at === undefined
      ? 'has a field "__proto__" or "constructor.prototype", which is not accepted; rename it'
      : at >= text.length
        ? `is not valid JSON: it ends too early, at position ${at}`
        : `is not valid JSON at position ${at} (line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1})`;
  return new ParetuneError('invalid_request', `the body ${message}`, [{ path: WHOLE_BODY, message }]);
}

/** Index of the first character that cannot stand there; the length when the text just ends. Undefined for valid JSON. */
export function brokenAt(text: string): number | undefined {
  const tokenizer = new Tokenizer();
  const parser = new TokenParser({ paths: [], keepStack: false });
  // Positions of the tokenizer count bytes.
  const bytes = Buffer.from(text);
  let offset = 0;
  tokenizer.onToken = (token) => {
    offset = token.offset;
    parser.write(token);
  };
  parser.onValue = () => undefined;
  try {
    tokenizer.write(bytes);
    if (!tokenizer.isEnded) tokenizer.end();
    if (!parser.isEnded) parser.end();
    return undefined;
  } catch (error) {
    const absolute = /absolute position "(\d+)"/.exec(error instanceof Error ? error.message : '')?.[1];
    if (absolute !== undefined) return bytes.subarray(0, Number(absolute)).toString().length;
    const ended = error instanceof Error && /ended/.test(error.message);
    return ended ? text.length : bytes.subarray(0, offset).toString().length;
  }
}
