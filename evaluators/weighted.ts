import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { category, graded, missing, right } from './common/grade.ts';
import { gated, gateIds, isMissing, membersOf, memberWeights, told } from './common/members.ts';

const SHOWN = 5;

export const weighted = defineEvaluator({
  type: 'weighted',
  title: 'Weighted mean',
  description:
    'Weighted mean of other evaluators of the suite, Σ weight · value / Σ weight. 0 when a gate fails, before anything else is looked at; missing when a gate or a weighted evaluator is missing.',
  needs: ['scores'],
  combines: ({ weights, gates }) => [...gates, ...Object.keys(weights)],
  options: z.strictObject({ weights: memberWeights, gates: gateIds }),
  defaultThreshold: 0.5,
  evaluate({ scores }, { weights, gates }) {
    const decided = gated(membersOf(scores, gates));
    if (decided) return decided;
    const members = membersOf(scores, Object.keys(weights));
    const absent = members.find(isMissing);
    if (absent) return missing(`the mean needs "${absent.id}": ${told(absent)}`);
    const parts = members.map((member) => ({
      member,
      weight: weights[member.id] ?? 0,
      value: member.score.value ?? 0,
    }));
    const total = parts.reduce((sum, { weight }) => sum + weight, 0);
    const value = parts.reduce((sum, part) => sum + part.weight * part.value, 0) / total;
    const details = { members: Object.fromEntries(parts.map((part) => [part.member.id, part.value])) };
    const losses = parts
      .filter((part) => part.value < 1)
      .sort((a, b) => b.weight * (1 - b.value) - a.weight * (1 - a.value));
    const [worst] = losses;
    if (!worst || value >= 1) return right(`all ${parts.length} evaluators of the mean are at 1`, details);
    return graded(
      value,
      category('low', worst.member.id),
      `weighted mean ${value.toFixed(2)}; what costs most: ${losses
        .slice(0, SHOWN)
        .map(({ member, weight }) => `${told(member)}, weight ${Number((weight / total).toFixed(2))}`)
        .join('; ')}`,
      details,
    );
  },
});
