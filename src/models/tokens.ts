import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Message } from '../domain/model.ts';

type Count = (text: string) => number;
let tokenizer: Count | undefined;

/** o200k_base, loaded at the first use: its table takes 0.2 s and 100 MB that a process which never counts should not pay. */
function loaded(): Count {
  if (tokenizer === undefined) {
    const require = createRequire(import.meta.url);
    const {
      countTokens: count,
    }: typeof import('gpt-tokenizer/encoding/o200k_base') = require('gpt-tokenizer/encoding/o200k_base');
    // A text may hold "<|endoftext|>": it is text like any other here, not a control token and not an error.
    const options = { disallowedSpecial: new Set<string>() };
    tokenizer = (text) => count(text, options);
  }
  return tokenizer;
}

/** BPE in JavaScript is quadratic in an unbroken run of characters: slices keep it linear (the error is about 0.2 %). */
const SLICE = 4096;
/** Remembered counts; an entry is a 44-character key and a number. */
const REMEMBERED = 4096;
/** Below this a count is cheaper than a hash. */
const WORTH_REMEMBERING = 256;
const remembered = new Map<string, number>();

function countSlices(text: string): number {
  const count = loaded();
  let total = 0;
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + SLICE, text.length);
    if (end < text.length) {
      const space = text.lastIndexOf(' ', end);
      if (space > start + SLICE / 2) end = space;
      else if (isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
    }
    total += count(text.slice(start, end));
    start = end;
  }
  return total;
}

const isHighSurrogate = (code: number) => code >= 0xd800 && code <= 0xdbff;

/** Tokens of a text by o200k_base: exact for current OpenAI models, a comparable measure for all others. */
export function countTokens(text: string): number {
  if (text.length < WORTH_REMEMBERING) return text === '' ? 0 : countSlices(text);
  const key = createHash('sha256').update(text).digest('base64');
  let total = remembered.get(key);
  if (total === undefined) {
    total = countSlices(text);
    const oldest = remembered.size >= REMEMBERED ? remembered.keys().next().value : undefined;
    if (oldest !== undefined) remembered.delete(oldest);
  } else {
    remembered.delete(key);
  }
  remembered.set(key, total);
  return total;
}

/** Tokens of the texts of a prompt, without what a chat template adds. */
export function countPromptTokens(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => sum + countTokens(message.content), 0);
}
