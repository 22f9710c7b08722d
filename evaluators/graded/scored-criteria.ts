import { z } from 'zod';
import { type Graded, JudgeFailed } from '../../src/lab/evaluator.ts';
import { category, graded } from '../common/grade.ts';
import { said } from './untrusted.ts';

export interface Criterion {
  readonly criterion: string;
  readonly weight: number;
}

/** The answer of a judge that scores numbered criteria one by one. */
export const scoredCriteriaSchema = z.object({
  criteria: z.array(z.object({ criterion: z.int(), reason: z.string(), score: z.number() })),
});

/** Scale and criteria as a remark before the material. */
export function criteriaText(criteria: readonly Criterion[], scale: number): string {
  return `Scale: 1 to ${scale}.\nCriteria:\n${criteria.map((each, index) => `${index + 1}. ${each.criterion}`).join('\n')}`;
}

/**
 * Weighted mean of (score − 1) / (scale − 1) over the criteria. Throws JudgeFailed when the judge left one out or left the scale.
 *
 * @param nameOf - A short name of a criterion, for the category and the feedback; default: its text.
 */
export function gradeCriteria(
  answer: z.infer<typeof scoredCriteriaSchema>,
  criteria: readonly Criterion[],
  scale: number,
  nameOf: (criterion: string, index: number) => string = (criterion) => criterion,
): Graded {
  const scored = criteria.map(({ criterion, weight }, index) => {
    const found = answer.criteria.find((one) => one.criterion === index + 1);
    if (!found) throw new JudgeFailed(`the judge left out criterion ${index + 1} of ${criteria.length}`);
    if (!Number.isInteger(found.score) || found.score < 1 || found.score > scale) {
      throw new JudgeFailed(`the judge scored criterion ${index + 1} with ${found.score}; the scale is 1 to ${scale}`);
    }
    return { name: nameOf(criterion, index), weight, reason: found.reason, score: found.score };
  });
  const total = scored.reduce((sum, each) => sum + each.weight, 0);
  const value = scored.reduce((sum, each) => sum + (each.weight * (each.score - 1)) / (scale - 1), 0) / total;
  const broken = scored.filter((each) => each.score < scale);
  const [worst] = [...broken].sort((a, b) => a.score - b.score);
  const lines = broken
    .slice(0, 10)
    .map((each) => `- "${said(each.name, 150)}": ${each.score} of ${scale} — ${said(each.reason, 300)}`);
  return graded(
    value,
    worst ? category('criterion', worst.name) : null,
    worst
      ? `${broken.length} of ${criteria.length} criteria are not fully met:\n${lines.join('\n')}`
      : `all criteria are met: ${said(scored.map((each) => each.reason).join(' '))}`,
    { scores: scored.map((each) => each.score) },
  );
}
