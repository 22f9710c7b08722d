import type { ToolCall } from '../../src/domain/model.ts';
import type { StepTrace } from '../../src/domain/rollout.ts';
import type { Sample } from '../../src/lab/evaluator.ts';
import { asText, clip } from '../common/text.ts';

/** Characters of each text that a judge is shown; of a longer text the beginning and the end. */
export const SHOWN = {
  input: 8_000,
  output: 16_000,
  expected: 8_000,
  context: 24_000,
  documents: 24_000,
  prompt: 16_000,
  calls: 8_000,
  trace: 16_000,
  first: 12_000,
  second: 12_000,
} as const;
export type DataName = keyof typeof SHOWN;
/** Sections that are made of a sample; those of a pair are made by hand. */
export type SectionName = Exclude<DataName, 'first' | 'second'>;

/** Documents that are judged one by one; those after them are not shown. */
export const MAX_DOCUMENTS = 20;
/** The same of calls to tools: a run with more has other problems. */
export const MAX_CALLS = 30;

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
export function section(name: SectionName, sample: Sample): string {
  switch (name) {
    case 'input':
      return untrusted(name, typeof sample.input === 'string' ? sample.input : JSON.stringify(sample.input));
    case 'output':
      return untrusted(name, sample.output);
    case 'expected':
      return untrusted(name, asText(sample.expected ?? null));
    case 'context':
      return untrusted(name, sample.context.join('\n\n'));
    case 'documents':
      return untrusted(name, numbered(sample.context.slice(0, MAX_DOCUMENTS), SHOWN[name]));
    case 'calls':
      return untrusted(
        name,
        sample.toolCalls.length === 0
          ? '(none)'
          : numbered(sample.toolCalls.slice(0, MAX_CALLS).map(callText), SHOWN[name]),
      );
    case 'trace':
      return untrusted(name, numbered(sample.trace.map(stepText), SHOWN[name]));
    case 'prompt':
      return untrusted(name, sample.messages.map(({ role, content }) => `${role}: ${content}`).join('\n\n'));
  }
}

/** A list whose items a judge names by number. Each gets its share of the room, so that none is lost in the middle. */
function numbered(items: readonly string[], room: number): string {
  const share = Math.floor(room / Math.max(1, items.length)) - 60;
  return items.map((item, index) => `[${index + 1}] ${shorten(item, Math.max(20, share))}`).join('\n\n');
}

const callText = ({ name, arguments: given }: ToolCall) => `${name}(${given})`;

function stepText({ component, output, toolCalls, finish }: StepTrace): string {
  const calls = toolCalls.map((call) => `\ncalls ${callText(call)}`).join('');
  return `step ${component}, ended with ${finish}:\n${output}${calls}`;
}

/** A reading of judges' texts: one paragraph of bounded length. */
export function said(text: string, max = 400): string {
  const line = clip(text, max * 2)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}
