import { placeholders } from '../domain/template.ts';
import type { SearchTask } from './contract.ts';
import type { Example } from './examples.ts';
import { delimited, truncated } from './reflection-text.ts';

/** Characters of one refusal that are told; a refusal may quote rows. */
const REFUSAL_LIMIT = 400;

export interface RuleSubject {
  /** The component's present text. */
  readonly text: string;
  readonly examples: readonly Example[];
  /** Why earlier proposals for this component were refused before they were measured. */
  readonly refusals: readonly string[];
}

/** What the checks of a proposal will ask, said beforehand; lines that extend the list of the request. */
export function requestRules(task: SearchTask, { text, examples, refusals }: RuleSubject): string {
  const lines: string[] = [];
  const names = placeholders(text).map((name) => `{{${name}}}`);
  if (names.length > 0) {
    lines.push(`- Keep each of these placeholders, character by character, and add no other: ${names.join(', ')}.`);
  }
  if (task.promptTokenLimit !== null) {
    const present = examples
      .map((example) => example.measured.values['promptTokens'] ?? null)
      .find((count) => count !== null);
    const whole = task.components.length > 1 ? 'The prompts of all steps together' : 'The prompt';
    const now = present === undefined ? '' : ` (now ${present})`;
    lines.push(`- ${whole} may have at most ${task.promptTokenLimit} tokens${now}.`);
  }
  if (refusals.length > 0) {
    const list = refusals.map((detail) => `- ${truncated(detail, REFUSAL_LIMIT)}`).join('\n');
    lines.push(
      `- Earlier versions were refused before they were tried, for these reasons:\n${delimited('refused', list)}`,
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}
