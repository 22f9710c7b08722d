import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { category, missing, right, wrong } from './common/grade.ts';
import { gated, gateIds, isMissing, memberIds, membersOf, told } from './common/members.ts';

export const anyOf = defineEvaluator({
  type: 'any-of',
  title: 'Any of',
  description:
    'At least one of these evaluators of the suite passes, each at its own threshold: 1 or 0. 0 when a gate fails, before anything else is looked at. One that passes decides; else the value is missing when one of them, or a gate, is.',
  needs: ['scores'],
  combines: ({ of, gates }) => [...gates, ...of],
  options: z.strictObject({ of: memberIds('Ids of the evaluators of which one must pass.'), gates: gateIds }),
  defaultThreshold: 1,
  evaluate({ scores }, { of, gates }) {
    const decided = gated(membersOf(scores, gates));
    if (decided) return decided;
    const members = membersOf(scores, of);
    const passed = members.find(({ score }) => score.value !== null && score.pass);
    if (passed) return right(`"${passed.id}" passes: ${told(passed)}`);
    const absent = members.find(isMissing);
    if (absent) return missing(`none passes, and "${absent.id}" could not be measured: ${told(absent)}`);
    return wrong(
      category('none-passes', of[0] ?? ''),
      `expected one of ${of.length} evaluators to pass, none did: ${members.slice(0, 5).map(told).join('; ')}`,
    );
  },
});
