import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { protegi } from '../index.ts';
import { paperOptions } from './options.ts';
import { paperPlan, plannedProposals, plannedRollouts, scaleToBudget } from './plan.ts';

const defaults = paperOptions.parse({ preset: 'paper' });
const rows = { train: 120, validation: 60 };

describe('the numbers of the paper', () => {
  it('are the plan when the budget pays them, or on demand', () => {
    const paper = paperPlan(defaults);
    expect(paper).toMatchObject({
      steps: 6,
      beam: 4,
      minibatch: 64,
      gradientsPerGroup: 4,
      paraphrases: 2,
      maxSuccessors: 8,
    });
    // First step: 64 + 9 arms × 120 rows = 1,144; five steps of 4 × 64 + 2,048 = 2,304; 60 rows × (1 baseline + 6 leaders + 4 of the beam).
    expect(plannedRollouts(paper, rows)).toBe(1144 + 5 * 2304 + 60 * 11);
    expect(scaleToBudget(defaults, 14_000, rows)).toEqual(paper);
    expect(scaleToBudget(defaults, Infinity, rows)).toEqual(paper);
    expect(scaleToBudget({ ...defaults, scale: 'paper' }, 100, rows)).toEqual(paper);
  });
});

describe('scaleToBudget', () => {
  it('sizes 1200 rollouts on 120 + 60 rows by the documented rule', () => {
    const plan = scaleToBudget(defaults, 1200, rows);
    // b = 1200 / (20 · 60) = 1; 2 + b successors; 6 rows for each of 4 arms; 12 rows of minibatch: 36 rollouts a step; 1200 − 3 · 60 for steps.
    expect(plan).toMatchObject({
      scaled: true,
      beam: 1,
      maxSuccessors: 3,
      selectionBudget: 24,
      minibatch: 12,
      paraphrases: 0,
    });
    expect(plan.interimValidations).toBe(1);
    expect(plan.steps).toBe(Math.floor(1020 / 36));
  });

  it('widens the beam and looks at more rows as the budget grows', () => {
    const plans = [1200, 2400, 4800, 9600].map((rollouts) => scaleToBudget(defaults, rollouts, rows));
    expect(plans.map((plan) => plan.beam)).toEqual([1, 2, 4, 4]);
    expect(plans.map((plan) => plan.selectionBudget / (plan.beam * (1 + plan.maxSuccessors)))).toEqual([6, 6, 6, 13]);
  });

  it('never plans more than the budget, and at least three proposals as soon as one step fits', () => {
    fc.assert(
      fc.property(
        fc.record({
          beam: fc.integer({ min: 1, max: 8 }),
          steps: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
          minibatch: fc.integer({ min: 1, max: 100 }),
          errorsPerGroup: fc.integer({ min: 1, max: 8 }),
          maxSuccessors: fc.integer({ min: 3, max: 12 }),
          selectionBudget: fc.integer({ min: 1, max: 4000 }),
        }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 0, max: 20_000 }),
        (own, train, validation, extra) => {
          const options = paperOptions.parse({ preset: 'paper', ...own });
          const size = { train, validation };
          // Baseline, one more prompt on validation, the errors of one group, two rows for each of four arms.
          const least = 2 * validation + options.errorsPerGroup + 8;
          const plan = scaleToBudget(options, least + extra, size);
          expect(plannedRollouts(plan, size)).toBeLessThanOrEqual(least + extra);
          expect(plan.steps).toBeGreaterThanOrEqual(1);
          expect(plannedProposals(plan, options.editsPerGradient)).toBeGreaterThanOrEqual(3);
          expect(plan.beam).toBeLessThanOrEqual(options.beam);
          expect(plan.minibatch).toBeLessThanOrEqual(options.minibatch);
          expect(plan.maxSuccessors).toBeLessThanOrEqual(options.maxSuccessors);
          expect(plan.selectionBudget).toBeLessThanOrEqual(options.selectionBudget);
          if (options.steps !== undefined) expect(plan.maxSteps).toBeLessThanOrEqual(options.steps);
        },
      ),
      {
        numRuns: 500,
        // A cap on the selection that a smaller share did not lower, and a beam that is too wide for the least rows of each arm.
        examples: [
          [
            { beam: 6, steps: undefined, minibatch: 1, errorsPerGroup: 1, maxSuccessors: 5, selectionBudget: 1680 },
            47,
            1,
            1693,
          ],
          [
            { beam: 7, steps: undefined, minibatch: 1, errorsPerGroup: 7, maxSuccessors: 8, selectionBudget: 125 },
            14,
            1,
            123,
          ],
        ],
      },
    );
  });

  it('plans no step when the budget pays none', () => {
    const plan = scaleToBudget(defaults, 125, rows);
    expect(plan.steps).toBe(0);
    expect(plannedRollouts(plan, rows)).toBe(60);
    expect(protegi.proposals({ rollouts: 125, ...rows }, { preset: 'paper' })).toBe(0);
  });
});

describe('options', () => {
  it('refuse a meta-prompt of the job that lost a slot, with the slot in the message', () => {
    const result = paperOptions.safeParse({
      preset: 'paper',
      prompts: { edit: 'Improve {{current_instructions}} {{examples}} {{count}}' },
    });
    expect(result.error?.issues[0]?.path).toEqual(['prompts', 'edit']);
    expect(result.error?.issues[0]?.message).toContain('{{critique}}');
  });

  it('refuse unknown members and presets', () => {
    expect(paperOptions.safeParse({ preset: 'paper', beams: 3 }).success).toBe(false);
    expect(paperOptions.safeParse({ preset: 'fast' }).success).toBe(false);
  });
});
