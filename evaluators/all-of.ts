import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { category, missing, right, wrong } from './common/grade.ts';
import { hasFailed, isMissing, memberIds, membersOf, told } from './common/members.ts';

export const allOf = defineEvaluator({
  type: 'all-of',
  title: 'All of',
  description:
    'All of these evaluators of the suite pass, each at its own threshold: 1 or 0. One that fails decides; else the value is missing when one of them is.',
  needs: ['scores'],
  combines: ({ of }) => of,
  options: z.strictObject({ of: memberIds('Ids of the evaluators that must pass.') }),
  defaultThreshold: 1,
  evaluate({ scores }, { of }) {
    const members = membersOf(scores, of);
    const failed = members.filter(hasFailed);
    const [first] = failed;
    if (first) {
      return wrong(
        category('failed', first.id),
        `expected all of ${of.length} evaluators to pass, ${failed.length} did not: ${failed.slice(0, 5).map(told).join('; ')}`,
        { failed: failed.map(({ id }) => id) },
      );
    }
    const absent = members.find(isMissing);
    if (absent) return missing(`all must pass, and "${absent.id}" could not be measured: ${told(absent)}`);
    return right(`all of ${of.join(', ')} pass`);
  },
});
