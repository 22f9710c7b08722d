import { z } from 'zod';
import type { Candidate } from '../../../src/domain/candidate.ts';
import type { Draft, SearchTask } from '../../../src/search/contract.ts';
import { currentInstructions, delimited } from '../../../src/search/reflection-text.ts';
import { structuredAnswer } from '../../../src/search/structured-answer.ts';
import { examplesText } from './examples.ts';
import type { Parent } from './failures.ts';
import type { PaperOptions, PaperPrompts } from './options.ts';
import type { Plan } from './plan.ts';

const reasons = structuredAnswer('reasons', z.strictObject({ reasons: z.array(z.string()) }));
const instructions = structuredAnswer('instructions', z.strictObject({ instructions: z.array(z.string()) }));

/** The publication uses temperature 1.0 for everything that proposes. */
const TEMPERATURE = 1;

interface Critique {
  readonly parent: Candidate;
  readonly component: string;
  readonly examples: string;
  readonly rows: readonly string[];
  readonly reason: string;
}

interface Edit {
  readonly critique: Critique;
  readonly text: string;
}

/**
 * Expand(p) for the whole beam (Algorithm 2 of the paper): errors → critiques → edits that see the same errors → paraphrases. Requests
 * of one kind go out together. What the reflection model could not answer is left out. One list of drafts per parent, in order.
 * The prompts of a chain take turns from group to group and from step to step.
 */
export async function expand(
  task: SearchTask,
  options: PaperOptions,
  plan: Plan,
  prompts: PaperPrompts,
  parents: readonly Parent[],
  step: number,
): Promise<Draft[][]> {
  const critiques = await criticise(task, plan, prompts, parents, step);
  const edits = await edit(task, options, prompts, critiques);
  const reworded = await paraphrase(task, plan, prompts, edits);
  return parents.map(({ candidate }) =>
    edits.flatMap((one, index) => {
      if (one.critique.parent.id !== candidate.id) return [];
      const reason = `${one.critique.reason}\nRows: ${one.critique.rows.join(', ')}`;
      const draft = (text: string, operator: string): Draft => ({
        components: { ...candidate.components, [one.critique.component]: text },
        parents: [candidate],
        operator,
        reason,
        reflectedOn: one.critique.rows,
      });
      return [draft(one.text, 'gradient-edit'), ...(reworded[index] ?? []).map((text) => draft(text, 'paraphrase'))];
    }),
  );
}

async function criticise(
  task: SearchTask,
  plan: Plan,
  { gradient }: PaperPrompts,
  parents: readonly Parent[],
  step: number,
): Promise<Critique[]> {
  const asked = parents.flatMap(({ candidate, groups }) =>
    groups.map(async (group, index) => {
      const component = task.components[(step - 1 + index) % task.components.length] ?? '';
      const examples = examplesText(task, group, component);
      const answer = await task.author.ask({
        purpose: gradient.purpose,
        metaPromptHash: gradient.hash,
        messages: gradient.render({
          current_instructions: currentInstructions(candidate.components[component] ?? ''),
          examples,
          count: String(plan.gradientsPerGroup),
        }),
        ...reasons,
        temperature: TEMPERATURE,
      });
      const rows = group.map((error) => error.rowId);
      return useful(answer?.value.reasons, plan.gradientsPerGroup).map((reason) => ({
        parent: candidate,
        component,
        examples,
        rows,
        reason,
      }));
    }),
  );
  return (await Promise.all(asked)).flat();
}

async function edit(
  task: SearchTask,
  { editsPerGradient }: PaperOptions,
  { edit: prompt }: PaperPrompts,
  critiques: readonly Critique[],
): Promise<Edit[]> {
  const asked = critiques.map(async (critique) => {
    const answer = await task.author.ask({
      purpose: prompt.purpose,
      metaPromptHash: prompt.hash,
      messages: prompt.render({
        current_instructions: currentInstructions(critique.parent.components[critique.component] ?? ''),
        examples: critique.examples,
        critique: delimited('critique', critique.reason),
        count: String(editsPerGradient),
      }),
      ...instructions,
      temperature: TEMPERATURE,
    });
    return useful(answer?.value.instructions, editsPerGradient).map((text) => ({ critique, text }));
  });
  return (await Promise.all(asked)).flat();
}

/** One list of rewordings per edit. */
async function paraphrase(
  task: SearchTask,
  { paraphrases }: Plan,
  { paraphrase: prompt }: PaperPrompts,
  edits: readonly Edit[],
): Promise<string[][]> {
  if (paraphrases === 0) return [];
  const asked = edits.map(async ({ text }) => {
    const answer = await task.author.ask({
      purpose: prompt.purpose,
      metaPromptHash: prompt.hash,
      messages: prompt.render({ current_instructions: currentInstructions(text), count: String(paraphrases) }),
      ...instructions,
      temperature: TEMPERATURE,
    });
    return useful(answer?.value.instructions, paraphrases);
  });
  return Promise.all(asked);
}

/** The first `count` items that say something. */
function useful(items: readonly string[] | undefined, count: number): string[] {
  return (items ?? []).filter((item) => item.trim() !== '').slice(0, count);
}
