import type { Refusal } from '../domain/candidate.ts';
import { type Components, type PromptContent, protectedClauses } from '../domain/prompt.ts';
import { placeholders } from '../domain/template.ts';
import type { CopyDetector } from './copy-detector.ts';

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
        detail: `"${id}" quotes the dataset row "${copied}", or names words by which it alone is known; a prompt must state rules, not examples of the data`,
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
