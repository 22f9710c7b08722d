import { z } from 'zod';
import { paraphrasePrompt } from '../paraphrase-prompt.ts';
import { promptOption } from '../prompt-option.ts';
import { critiquePrompt } from './critique-prompt.ts';
import { editPrompt } from './edit-prompt.ts';

const probability = z.number().min(0).max(1);

export const defaultOptions = z
  .strictObject({
    preset: z
      .literal('default')
      .default('default')
      .describe('Beam search with section-level edits, judged on a few rows of one common order; the default.'),
    firstRows: z
      .int()
      .min(1)
      .default(12)
      .describe('Training rows on which the baseline is measured before the first step.'),
    block: z.int().min(1).default(4).describe('Training rows that are measured at a time while errors are looked for.'),
    beam: z
      .int()
      .min(1)
      .max(16)
      .default(1)
      .describe('Prompts kept after each step: the leader and the best of the others.'),
    groups: z.int().min(1).max(16).default(3).describe('Groups of errors of one cause per step, over the whole beam.'),
    errorsPerGroup: z
      .int()
      .min(1)
      .max(20)
      .default(3)
      .describe('Errors shown in one critique, and in the edits that follow from it.'),
    contrasts: z
      .int()
      .min(0)
      .max(20)
      .default(1)
      .describe(
        'Rows that succeed, shown beside the errors: rows that an earlier edit broke, then those most like the errors.',
      ),
    critiques: z.int().min(1).max(12).default(2).describe('Critiques asked for per group.'),
    editsPerCritique: z.int().min(1).max(8).default(1).describe('Edits asked for per critique.'),
    memory: z.int().min(0).default(4).describe('Rejected edits that a critique is told of.'),
    combine: z
      .boolean()
      .default(true)
      .describe('Edits of one step that fix different rows are applied to one text, which is judged first.'),
    selection: z
      .strictObject({
        block: z.int().min(1).default(3).describe('Rows of the common order between two decisions.'),
        minRows: z
          .int()
          .min(0)
          .optional()
          .describe('Rows that the leader passes before a candidate may replace it. Default: 3 to 6, by the budget.'),
        maxRows: z.int().min(1).default(12).describe('Rows of the common order after which a step is decided.'),
        accept: probability
          .default(0.8)
          .describe('Replace the leader when the probability that the candidate is not worse is at least this.'),
        reject: probability
          .default(0.25)
          .describe('Drop a candidate that is better than the leader with at most this probability.'),
        harm: probability.default(0.1).describe('Prior probability that a changed sentence breaks rows that pass.'),
      })
      .prefault({}),
    maxTries: z.int().min(1).default(4).describe('Critiques of one error before it is given up.'),
    paraphrases: z
      .int()
      .min(0)
      .max(12)
      .default(2)
      .describe('Rewordings of the leader that join the selection while the pool stagnates; 0: none.'),
    stagnation: z
      .int()
      .min(1)
      .default(3)
      .describe('Steps without a new leader after which the pool counts as stagnant.'),
    perfectScore: z.number().default(1).describe('The row score that counts as perfect.'),
    stop: z
      .strictObject({
        maxSteps: z.int().min(1).optional().describe('Steps at most.'),
        noImprovement: z.int().min(1).optional().describe('Steps in a row without a new leader.'),
        overfitting: z
          .int()
          .min(1)
          .default(8)
          .describe(
            'Failing validation rows in a row on which new leaders, which gained on training rows, gained nothing: ends as `no-improvement`.',
          ),
        refusedInARow: z
          .int()
          .min(1)
          .default(5)
          .describe('Steps in a row without a usable edit: ends as `no-improvement`.'),
      })
      .prefault({}),
    prompts: z
      .strictObject({
        critique: promptOption(critiquePrompt, 'critique').describe('Replaces the request for critiques.'),
        edit: promptOption(editPrompt, 'edit').describe('Replaces the request for edits.'),
        paraphrase: promptOption(paraphrasePrompt, 'paraphrase').describe('Replaces the request for rewordings.'),
      })
      .default({})
      .describe('Your own meta-prompts; they must keep the slots of the built-in ones.'),
  })
  .meta({ id: 'ProtegiDefaultOptions' });
export type DefaultOptions = z.infer<typeof defaultOptions>;

/** The meta-prompts of a job: its own texts where it brought some. */
export function metaPromptsOf({ prompts }: DefaultOptions) {
  return {
    critique: critiquePrompt.override(prompts.critique, 'optimizer.options.prompts.critique'),
    edit: editPrompt.override(prompts.edit, 'optimizer.options.prompts.edit'),
    paraphrase: paraphrasePrompt.override(prompts.paraphrase, 'optimizer.options.prompts.paraphrase'),
  };
}
export type DefaultPrompts = ReturnType<typeof metaPromptsOf>;
