import { z } from 'zod';
import type { SearchTask } from '../../../src/search/contract.ts';
import { type Example, renderedExamples } from '../../../src/search/examples.ts';
import type { MetaPrompt } from '../../../src/search/meta-prompt.ts';
import { currentInstructions } from '../../../src/search/reflection-text.ts';
import { requestRules } from '../../../src/search/request-rules.ts';
import { structuredAnswer } from '../../../src/search/structured-answer.ts';
import type { ReflectSlot } from './reflect-prompt.ts';

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
      rules: requestRules(task, subject),
    }),
    ...answer,
  });
  return reply?.value ?? null;
}
