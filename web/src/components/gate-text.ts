import type { SuiteVersion } from '../../../src/client/index.ts';

type Gate = NonNullable<SuiteVersion['content']['gates']>[number];

/** What a gate asks, as a sentence. */
export function gateText(gate: Gate): string {
  const { metric, min, max, betterThanBaseline, notWorseThanBaseline, coverage, perCohort, confident } = gate;
  const asks = [
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
    ...(betterThanBaseline ? ['better than the baseline with confidence'] : []),
    ...(notWorseThanBaseline === undefined ? [] : [`at most ${notWorseThanBaseline} worse than the baseline`]),
    ...(coverage === undefined ? [] : [`a value on at least ${Math.round(coverage * 100)} % of the rows`]),
  ];
  const where = perCohort === undefined ? '' : `, in each ${perCohort} too`;
  const how = confident ? ', shown with 95 % confidence' : '';
  return `${metric}: ${asks.join(' and ')}${where}${how}.`;
}
