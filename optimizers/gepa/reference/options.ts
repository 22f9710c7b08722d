import { z } from 'zod';
import { ParetuneError } from '../../../src/domain/errors.ts';
import { FRONTIER_TYPES } from '../../../src/search/frontier-keys.ts';
import { stopSchema } from '../stop-options.ts';
import { reflectPrompt } from './reflect-prompt.ts';

const mergeSchema = z.strictObject({
  enabled: z
    .boolean()
    .optional()
    .describe(
      'Merge two candidates component by component. Default: on for a chain, off for a single prompt, where the conditions of a merge can hardly ever be met.',
    ),
  maxInvocations: z.int().min(0).default(5).describe('Accepted merges; rejected ones are not counted.'),
  overlapFloor: z.int().min(0).default(5).describe('Validation rows that both parents must have a score on.'),
  screenRows: z.int().min(1).default(5).describe('Validation rows on which a merged candidate must match its parents.'),
});

const promptsSchema = z
  .strictObject({
    reflect: z
      .string()
      .optional()
      .describe(
        'Replaces the reflection request. Must have {{instructions}} and {{examples}}; may have {{component}} and {{rules}}.',
      ),
  })
  .superRefine(({ reflect }, context) => {
    try {
      reflectPrompt.override(reflect, 'prompts.reflect');
    } catch (error) {
      if (!(error instanceof ParetuneError)) throw error;
      context.addIssue({ code: 'custom', path: ['reflect'], message: error.errors[0]?.message ?? error.message });
    }
  });

export const referenceOptions = z
  .strictObject({
    preset: z.literal('reference').describe('The decisions of the paper and its package.'),
    minibatchSize: z
      .int()
      .min(1)
      .max(1000)
      .default(3)
      .describe('Training rows of one reflection and of its acceptance.'),
    frontier: z
      .enum(FRONTIER_TYPES)
      .default('instance')
      .describe(
        'What candidates are kept for leading on: validation rows, objectives, both, or each pair of row and objective.',
      ),
    candidateSelection: z
      .enum(['pareto', 'current-best', 'epsilon-greedy', 'top-k-pareto'])
      .default('pareto')
      .describe('How the parent of a proposal is chosen.'),
    epsilon: z
      .number()
      .min(0)
      .max(1)
      .default(0.1)
      .describe('Of `epsilon-greedy`: the share of uniformly drawn parents.'),
    topK: z
      .int()
      .min(1)
      .default(5)
      .describe('Of `top-k-pareto`: the best candidates to which the frontier is restricted.'),
    componentSelection: z
      .enum(['round-robin', 'all'])
      .default('round-robin')
      .describe('Which components a proposal rewrites: the next one of the parent, or each of them.'),
    acceptance: z
      .enum(['strict-improvement', 'improvement-or-equal'])
      .default('strict-improvement')
      .describe("How the child's score sum on the minibatch must compare with its parent's."),
    merge: mergeSchema.prefault({}),
    skipPerfectScore: z.boolean().default(true).describe('Do not reflect on a minibatch whose scores are all perfect.'),
    perfectScore: z.number().default(1).describe('The row score that counts as perfect.'),
    stop: stopSchema.prefault({}),
    prompts: promptsSchema.prefault({}),
  })
  .meta({ id: 'GepaReferenceOptions' });
export type ReferenceOptions = z.infer<typeof referenceOptions>;
