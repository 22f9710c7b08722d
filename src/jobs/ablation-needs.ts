import type { Objective } from '../domain/objective.ts';
import type { MeasuredRollout } from '../domain/rollout.ts';
import { metricRef } from '../lab/aggregate.ts';
import { byRow, rowValue } from '../lab/aggregate-values.ts';
import type { Variant } from './ablation-plan.ts';

/** What the open rows say of one change of the winner, each row measured with it and without it. */
export interface HunkNeed {
  /** Rows that were measured both ways; 0 = the budget did not reach. */
  readonly rows: number;
  /** Rows whose headline is worse without the change. */
  readonly needing: readonly string[];
  /** Rows whose headline is better without it. */
  readonly betterWithout: readonly string[];
}

/** One answer per variant, from first runs of the two sides on the same rows. */
export function needsOf(
  variants: readonly Variant[],
  winnerId: string,
  rolloutsOf: ReadonlyMap<string, readonly MeasuredRollout[]>,
  headline: Objective,
): HunkNeed[] {
  const ref = metricRef(headline.metric);
  const sign = headline.goal === 'maximize' ? 1 : -1;
  const winner = byRow(rolloutsOf.get(winnerId) ?? []);
  return variants.map(({ candidate }) => {
    const differences = [...byRow(rolloutsOf.get(candidate.id) ?? [])].flatMap(([rowId, rollouts]) => {
      const [without, whole] = [rowValue(ref, rollouts), rowValue(ref, winner.get(rowId))];
      return without === null || whole === null ? [] : [{ rowId, lost: sign * (whole - without) }];
    });
    const where = (test: (lost: number) => boolean) =>
      differences.filter(({ lost }) => test(lost)).map(({ rowId }) => rowId);
    return {
      rows: differences.length,
      needing: where((lost) => lost > 1e-9),
      betterWithout: where((lost) => lost < -1e-9),
    };
  });
}
