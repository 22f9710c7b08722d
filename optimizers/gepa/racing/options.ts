import { z } from 'zod';
import { ParetuneError } from '../../../src/domain/errors.ts';
import type { MetaPrompt } from '../../../src/search/meta-prompt.ts';
import { stopSchema } from '../stop-options.ts';
import { crossoverPrompt } from './crossover-prompt.ts';
import { proposePrompt } from './propose-prompt.ts';

const promptsSchema = z
  .strictObject({
    propose: z
      .string()
      .optional()
      .describe(
        'Replaces the reflection request. Must have {{instructions}} and {{examples}}; may have {{component}}, {{count}}, {{memory}} and {{rules}}.',
      ),
    crossover: z
      .string()
      .optional()
      .describe(
        'Replaces the request for a crossover. Must have {{instructions}}, {{other}}, {{won}} and {{kept}}; may have {{component}}, {{count}} and {{rules}}.',
      ),
  })
  .superRefine(({ propose, crossover }, context) => {
    const check = (prompt: MetaPrompt, text: string | undefined, name: string) => {
      try {
        prompt.override(text, `prompts.${name}`);
      } catch (error) {
        if (!(error instanceof ParetuneError)) throw error;
        context.addIssue({ code: 'custom', path: [name], message: error.errors[0]?.message ?? error.message });
      }
    };
    check(proposePrompt, propose, 'propose');
    check(crossoverPrompt, crossover, 'crossover');
  });

const probability = z.number().min(0).max(1);

/** What the ablations of the bench do not justify is off by default (docs/optimizers.md). */
export const racingOptions = z
  .strictObject({
    preset: z.literal('racing').default('racing').describe('Reflective evolution by paired races; the default.'),
    firstRows: z
      .int()
      .min(1)
      .default(12)
      .describe('Rows on which the baseline is measured before the first reflection.'),
    block: z.int().min(1).default(3).describe('Rows that are measured at a time while failures are looked for.'),
    batchSize: z.int().min(1).max(50).default(2).describe('Failing rows that one reflection is shown.'),
    fill: z
      .int()
      .min(1)
      .default(2)
      .describe('A failure without similar ones is shown together with others, up to this many rows.'),
    lanes: z
      .int()
      .min(1)
      .max(32)
      .default(1)
      .describe(
        'Groups of failures that are reflected on and raced side by side. More than one is faster by the clock, and closes less of the gap for the same rollouts.',
      ),
    hypotheses: z.int().min(1).max(8).default(4).describe('Alternative texts that one reflection is asked for.'),
    entrants: z
      .int()
      .min(1)
      .max(8)
      .default(2)
      .describe(
        'Texts of one reflection that race, one after the other until one wins: what several hypotheses agree on, then the hypotheses that change least.',
      ),
    consensus: z
      .boolean()
      .default(true)
      .describe(
        'Whether the changes that at least two hypotheses of a reflection make are put into a text of their own, which races first.',
      ),
    contrasts: z
      .int()
      .min(0)
      .default(2)
      .describe(
        'Passing rows that a reflection is shown: those that an earlier edit for the same failures broke, then those most like the failures.',
      ),
    memory: z.int().min(0).default(4).describe('Rejected edits that a reflection is told of.'),
    race: z
      .strictObject({
        accept: probability
          .default(0.8)
          .describe('Accept a child when the probability that it is not worse is at least this.'),
        odds: z
          .number()
          .min(1)
          .default(2)
          .describe(
            'What a child may gain, weighed with its probability, against what it may lose: with less than this times as much, the race goes on.',
          ),
        reject: probability.default(0.25).describe('Reject it when it is better with at most this probability.'),
        harm: probability.default(0.2).describe('Prior probability that a changed sentence breaks rows that pass.'),
        minRegressionRows: z
          .int()
          .min(0)
          .optional()
          .describe('Passing rows of the parent before an acceptance. Default: 3 to 6, by the budget.'),
        unseen: z
          .int()
          .min(0)
          .default(3)
          .describe(
            'Failures like those shown, but unseen by the author of an edit, up to which one must come right. 0: none has to.',
          ),
        maxRegressionRows: z.int().min(0).default(36).describe('Passing rows after which the race is decided.'),
      })
      .prefault({}),
    dropOne: z
      .boolean()
      .default(true)
      .describe('Race a rejected child that fixes its rows but breaks others once more, without one of its sentences.'),
    deepen: z
      .int()
      .min(0)
      .default(1)
      .describe(
        'Reflections in vain on a failure after which a hypothesis that changed nothing is reflected on in its turn: its rule may be held back by another one. 0: never.',
      ),
    specialists: probability
      .default(0)
      .describe(
        'Share of the reflections whose parent is a specialist, where there is one: a child that lost its race, although it is right on failures of the incumbent. What it broke is reflected on.',
      ),
    crossover: probability
      .default(0)
      .describe(
        'Share of the reflections, where there is such a specialist, that are asked to bring it and the incumbent together, each with the rows it wins.',
      ),
    merge: probability
      .default(0)
      .describe(
        'For a chain: share of the rounds, where there is such a specialist and other steps have changed since, that begin with its text of the step beside the other steps of the incumbent.',
      ),
    maxTries: z
      .int()
      .min(1)
      .default(4)
      .describe(
        'Reflections on one failing row before it waits; once nothing else is left, it is tried as often again and then given up.',
      ),
    audit: z
      .int()
      .min(0)
      .default(24)
      .describe('Rows with inherited results that are measured again when no failure is left; 0: stop instead.'),
    lend: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe(
        'Share of the validation rows, drawn by the seed, that may be reflected on once no training failure is left. 0: validation is never shown. The sealed rows are not touched either way.',
      ),
    prune: z
      .boolean()
      .default(false)
      .describe(
        'When nothing is left to learn, take out sentences without which the rows they were adopted for, and others that pass, stay right. Costs about 100 rollouts.',
      ),
    perfectScore: z.number().default(1).describe('The row score that counts as perfect.'),
    stop: stopSchema.prefault({}),
    prompts: promptsSchema.prefault({}),
  })
  .meta({ id: 'GepaRacingOptions' });
export type RacingOptions = z.infer<typeof racingOptions>;
