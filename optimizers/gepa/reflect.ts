import { z } from 'zod';
import { placeholders } from '../../src/domain/template.ts';
import type { SearchTask } from '../../src/search/contract.ts';
import type { MetaPrompt } from '../../src/search/meta-prompt.ts';
import { currentInstructions, delimited, truncated } from '../../src/search/reflection-text.ts';
import { structuredAnswer } from '../../src/search/structured-answer.ts';
import type { ReflectSlot } from './reflect-prompt.ts';
import { type Example, renderedExamples } from './reflection-examples.ts';

const answer = structuredAnswer(
  'reflection',
  z.strictObject({
    diagnosis: z.string().describe('One to three sentences on why the answers fell short.'),
    instruction: z.string().describe('The complete new instruction text.'),
  }),
);
export type Reflection = { readonly diagnosis: string; readonly instruction: string };

export interface ReflectOn {
  readonly component: string;
  /** The component's present text. */
  readonly text: string;
  readonly examples: readonly Example[];
  /** Why earlier proposals for this component were refused before they were measured. */
  readonly refusals: readonly string[];
}

/** Characters of one refusal that are told; a refusal may quote rows. */
const REFUSAL_LIMIT = 400;

/** Asks for a new text of one component. Null when no usable answer came. */
export async function reflect(
  task: SearchTask,
  prompt: MetaPrompt<ReflectSlot>,
  subject: ReflectOn,
): Promise<Reflection | null> {
  const reply = await task.author.ask({
    purpose: prompt.purpose,
    metaPromptHash: prompt.hash,
    messages: prompt.render({
      component: task.components.length > 1 ? `, as the step "${subject.component}" of a chain of prompts` : '',
      instructions: currentInstructions(subject.text),
      examples: renderedExamples(subject.examples),
      rules: rules(task, subject),
    }),
    ...answer,
  });
  return reply?.value ?? null;
}

/** What the checks of a proposal will ask, said beforehand; lines that extend the list of the request. */
function rules(task: SearchTask, { text, examples, refusals }: ReflectOn): string {
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
