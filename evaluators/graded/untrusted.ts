import type { Sample } from '../../src/lab/evaluator.ts';
import { asText, clip } from '../common/text.ts';

/** Characters of each text that a judge is shown; of a longer text the beginning and the end. */
export const SHOWN = { input: 8_000, output: 16_000, expected: 8_000, context: 24_000, prompt: 16_000 } as const;
export type DataName = keyof typeof SHOWN;

/** The part of a text that is shown, with a note on what was left out; three quarters from the beginning, the rest from the end. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return clip(text, limit);
  const head = Math.floor(limit * 0.75);
  const tail = limit - head;
  return `${clip(text, head)}\n[… ${text.length - limit} characters left out …]\n${clip(text.slice(-tail), tail)}`;
}

/**
 * A text of a dataset or a model, between tags that it cannot close: inside, every "<" (also a look-alike) before the tag's name, a slash
 * or nothing visible between them, becomes "[". The replacement is not longer than what it replaces, so that a bound on the size of a
 * call holds for hostile texts too.
 */
export function untrusted(name: DataName, text: string): string {
  const shown = shorten(text, SHOWN[name]).replace(/[<＜﹤‹](?=[\s\p{C}/\\]{0,40}data\b)/giu, '[');
  return `<data name="${name}">\n${shown}\n</data>`;
}

/** The sections that a grader reads, by name. Compact JSON for what is not text. */
export function section(name: DataName, sample: Sample): string {
  switch (name) {
    case 'input':
      return untrusted(name, typeof sample.input === 'string' ? sample.input : JSON.stringify(sample.input));
    case 'output':
      return untrusted(name, sample.output);
    case 'expected':
      return untrusted(name, asText(sample.expected ?? null));
    case 'context':
      return untrusted(name, sample.context.join('\n\n'));
    case 'prompt':
      return untrusted(name, sample.messages.map(({ role, content }) => `${role}: ${content}`).join('\n\n'));
  }
}

/** A reading of judges' texts: one paragraph of bounded length. */
export function said(text: string, max = 400): string {
  const line = clip(text, max * 2)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}
