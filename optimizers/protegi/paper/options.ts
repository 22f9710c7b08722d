import { z } from 'zod';
import { SELECTORS } from '../../../src/search/bandits/index.ts';
import { paraphrasePrompt } from '../paraphrase-prompt.ts';
import { promptOption } from '../prompt-option.ts';
import { editPrompt } from './meta-prompts/edit.ts';
import { gradientPrompt } from './meta-prompts/gradient.ts';

/**
 * Numbers of the paper (arXiv 2305.03495, experiments). It gives none for `selectionBudget`, which is the code's, and for
 * `errorGroups`: two groups give each parent's eight places enough different edits to choose from.
 */
export const PAPER = {
  beam: 4,
  steps: 6,
  minibatch: 64,
  errorsPerGroup: 4,
  errorGroups: 2,
  gradientsPerGroup: 4,
  editsPerGradient: 1,
  paraphrases: 2,
  maxSuccessors: 8,
  selectionBudget: 2048,
} as const;

const upTo = (max: number, paper: number, what: string) =>
  z.int().min(1).max(max).default(paper).describe(`${what} Paper: ${paper}.`);

export const paperOptions = z
  .strictObject({
    preset: z.literal('paper').describe('The algorithm and numbers of the publication.'),
    scale: z
      .enum(['auto', 'paper'])
      .default('auto')
      .describe(
        '`auto`: when the budget cannot pay all steps, the numbers below are upper limits and are scaled to the budget. `paper`: they are used as they are.',
      ),
    beam: upTo(32, PAPER.beam, 'Prompts kept after each step.'),
    steps: z
      .int()
      .min(1)
      .max(200)
      .optional()
      .describe(
        `Steps; when scaled, the most steps. Paper: ${PAPER.steps}. Default when scaled: as many as the budget pays.`,
      ),
    minibatch: upTo(1000, PAPER.minibatch, 'Train rows on which each prompt of the beam is tried to find errors.'),
    errorsPerGroup: upTo(20, PAPER.errorsPerGroup, 'Errors shown in one critique.'),
    errorGroups: z
      .int()
      .min(1)
      .max(16)
      .default(PAPER.errorGroups)
      .describe('Error groups per prompt and step; the paper gives no number.'),
    gradientsPerGroup: upTo(12, PAPER.gradientsPerGroup, 'Critiques asked for per error group.'),
    editsPerGradient: upTo(12, PAPER.editsPerGradient, 'Rewrites per critique.'),
    paraphrases: z
      .int()
      .min(0)
      .max(12)
      .default(PAPER.paraphrases)
      .describe(`Rewordings of each rewrite. Paper: ${PAPER.paraphrases}.`),
    maxSuccessors: upTo(64, PAPER.maxSuccessors, 'New prompts per parent, drawn at random, that enter the selection.'),
    selector: z.enum(SELECTORS).default('ucb').describe('Bandit that chooses the next beam.'),
    c: z.number().min(0).default(2).describe('Exploration constant of `ucb`. Paper: 2.'),
    a: z.number().gt(0).default(1).describe('Exploration constant of `ucb-e`.'),
    selectionBudget: z
      .int()
      .min(1)
      .max(100_000)
      .default(PAPER.selectionBudget)
      .describe('Evaluations per step that the bandit may use. Original code: 32 rows × 8 prompts × 8 rounds.'),
    prompts: z
      .strictObject({
        gradient: promptOption(gradientPrompt, 'gradient').describe('Replaces the request for critiques.'),
        edit: promptOption(editPrompt, 'edit').describe('Replaces the request for rewrites.'),
        paraphrase: promptOption(paraphrasePrompt, 'paraphrase').describe('Replaces the request for rewordings.'),
      })
      .default({})
      .describe('Your own meta-prompts; they must keep the slots of the built-in ones.'),
  })
  .meta({ id: 'ProtegiPaperOptions' });
export type PaperOptions = z.infer<typeof paperOptions>;

/** The meta-prompts of a job: its own texts where it brought some. */
export function metaPromptsOf(options: PaperOptions) {
  const { prompts } = options;
  return {
    gradient: gradientPrompt.override(prompts.gradient, 'optimizer.options.prompts.gradient'),
    edit: editPrompt.override(prompts.edit, 'optimizer.options.prompts.edit'),
    paraphrase: paraphrasePrompt.override(prompts.paraphrase, 'optimizer.options.prompts.paraphrase'),
  };
}
export type PaperPrompts = ReturnType<typeof metaPromptsOf>;
