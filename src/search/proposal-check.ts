import type { Refusal } from '../domain/candidate.ts';
import type { Row } from '../domain/dataset.ts';
import { type Components, type PromptContent, protectedClauses } from '../domain/prompt.ts';
import { placeholders } from '../domain/template.ts';

export interface CheckContext {
  readonly prompt: PromptContent;
  readonly baseline: Components;
  /** Normalised texts of all earlier candidates, by `normalisedText`. */
  readonly seen: ReadonlySet<string>;
  readonly promptTokenLimit: number | null;
  readonly countTokens: (components: Components) => number;
  readonly copies: CopyDetector;
}

export interface Refused {
  readonly refusal: Refusal;
  /** For users and for the reflection model: what is wrong and what would be right. */
  readonly detail: string;
}

/** A candidate's text for comparison: whitespace collapsed, components in a fixed order. */
export function normalisedText(components: Components): string {
  return JSON.stringify(
    Object.keys(components)
      .sort()
      .map((id) => [id, (components[id] ?? '').replace(/\s+/g, ' ').trim()]),
  );
}

/** Checks a draft before it costs a rollout. Null = it may be measured. The first broken rule is reported. */
export function checkProposal(components: Components, context: CheckContext): Refused | null {
  for (const [id, text] of Object.entries(components)) {
    const before = context.baseline[id];
    if (before === undefined) return { refusal: 'unparsable', detail: `"${id}" is not a component of this prompt` };
    if (text.trim() === '') return { refusal: 'empty', detail: `the text of "${id}" is empty` };
    const wanted = placeholders(before);
    const found = placeholders(text);
    const gone = wanted.filter((name) => !found.includes(name));
    if (gone.length > 0)
      return { refusal: 'placeholder-missing', detail: `"${id}" lost ${gone.map((name) => `{{${name}}}`).join(', ')}` };
    const invented = found.filter((name) => !wanted.includes(name));
    if (invented.length > 0) {
      return {
        refusal: 'placeholder-invented',
        detail: `"${id}" has ${invented.map((name) => `{{${name}}}`).join(', ')}, which the baseline does not have there`,
      };
    }
    const lost = protectedClauses(context.prompt, id).find(
      (clause) => before.includes(clause) && !text.includes(clause),
    );
    if (lost !== undefined)
      return {
        refusal: 'protected-clause-gone',
        detail: `"${id}" lost the protected clause ${JSON.stringify(lost.slice(0, 200))}`,
      };
  }
  if (context.seen.has(normalisedText(components)))
    return { refusal: 'duplicate', detail: 'the text is equal to an earlier candidate' };
  if (context.promptTokenLimit !== null) {
    const tokens = context.countTokens(components);
    if (tokens > context.promptTokenLimit) {
      return { refusal: 'token-limit', detail: `${tokens} prompt tokens, the limit is ${context.promptTokenLimit}` };
    }
  }
  for (const [id, text] of Object.entries(components)) {
    if (text === context.baseline[id]) continue;
    const copied = context.copies.find(text);
    if (copied)
      return {
        refusal: 'copies-rows',
        detail: `"${id}" quotes the dataset row "${copied}"; a prompt must state rules, not examples of the data`,
      };
    const addressed = ADDRESSES_JUDGE.exec(text);
    if (addressed && !ADDRESSES_JUDGE.test(context.baseline[id] ?? '')) {
      return { refusal: 'addresses-judge', detail: `"${id}" speaks to the grader: ${JSON.stringify(addressed[0])}` };
    }
  }
  return null;
}

/** Text that speaks to whoever grades the answer rather than to the task model. */
const ADDRESSES_JUDGE =
  /\b(?:(?:dear|note to(?: the)?|attention,?) (?:grader|judge|evaluator)s?|(?:grader|judge|evaluator)s? (?:should|must|will|shall) (?:give|award|assign|mark|score|rate)|(?:give|award|assign) (?:this|the|every) (?:answer|response|output) (?:a |the )?(?:full|maximum|highest|perfect|top) (?:score|mark|rating)s?)\b/i;

/** Words in a row that make a quote: shorter runs are ordinary language. */
const QUOTE_WORDS = 10;
/** With a number of four digits or more among them, fewer words point at one input: customers and orders have such numbers. */
const NUMBERED_WORDS = 4;
const LONG_NUMBER = /\d{4,}/;

/**
 * Finds long word-for-word quotes of dataset inputs: a prompt that memorises rows does not generalise, and leaks data. It knows the rows
 * that it was shown: those that the search has measured, for a reflection model cannot quote what it has never seen, and the words of a
 * whole dataset may not fit into memory.
 */
export class CopyDetector {
  readonly #shingles = new Map<string, string>();
  /** Numbered runs; null = several rows have it, so that it points at none. */
  readonly #numbered = new Map<string, string | null>();
  readonly #allowed: ReadonlySet<string>;
  readonly #shown = new Set<string>();

  /** Quotes that the baseline itself holds are the user's own and allowed. */
  constructor(shown: Iterable<Row>, baseline: Components) {
    this.#allowed = new Set(Object.values(baseline).flatMap((text) => [...shingles(text), ...numberedRuns(text)]));
    for (const row of shown) this.show(row);
  }

  show(row: Row): void {
    if (this.#shown.has(row.id)) return;
    this.#shown.add(row.id);
    const text =
      typeof row.input === 'string'
        ? row.input
        : Object.values(row.input)
            .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
            .join(' ');
    for (const shingle of shingles(text)) {
      if (!this.#allowed.has(shingle) && !this.#shingles.has(shingle)) this.#shingles.set(shingle, row.id);
    }
    for (const run of new Set(numberedRuns(text))) {
      if (!this.#allowed.has(run)) this.#numbered.set(run, this.#numbered.has(run) ? null : row.id);
    }
  }

  /** Id of a row that the text quotes, or undefined. */
  find(text: string): string | undefined {
    for (const shingle of shingles(text)) {
      const row = this.#shingles.get(shingle);
      if (row !== undefined) return row;
    }
    for (const run of numberedRuns(text)) {
      const row = this.#numbered.get(run);
      if (row) return row;
    }
    return undefined;
  }
}

const shingles = (text: string): string[] => runs(text, QUOTE_WORDS);

const numberedRuns = (text: string): string[] => runs(text, NUMBERED_WORDS).filter((run) => LONG_NUMBER.test(run));

function runs(text: string, length: number): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const found: string[] = [];
  for (let at = 0; at + length <= words.length; at++) found.push(words.slice(at, at + length).join(' '));
  return found;
}
