import type { Row } from '../domain/dataset.ts';
import type { Objective } from '../domain/objective.ts';
import { createRandom } from '../search/random.ts';
import { aggregateMetric, metricRef } from './aggregate.ts';
import { cohortRows, type RolloutsByRow, rowValue } from './aggregate-values.ts';
import { type Constraint, constraintsOf, overLimit } from './constraints.ts';
import { lossPValue } from './loss-evidence.ts';
import { pairedFigures } from './paired-figures.ts';
import { holm } from './statistics/holm.ts';
import { normalCdf } from './statistics/normal.ts';

/** Chance that a candidate which truly equals the baseline is called infeasible. More than in a verdict: a search can try again. */
const ALPHA = 0.05;

export interface SearchedRows {
  /** On which the candidate is judged. */
  readonly rows: readonly Row[];
  /** All rows of the search: where the baseline was measured elsewhere only, it is compared without pairing. */
  readonly all: readonly Row[];
  readonly baseline: RolloutsByRow;
  readonly candidate: RolloutsByRow;
}

/**
 * How far a candidate breaks the hard constraints on rows of the search: 0 = feasible, otherwise the sum of relative excesses. A limit is
 * held against the measured value. "Not worse than the baseline" is broken only when the rows say so: the loss passes the margin with p
 * below 0.05, corrected over all such constraints (Holm); on a few rows of a cohort, a candidate that truly equals the baseline looks
 * worse half of the time. A constraint that none of the rows is about says nothing; one of which no row has a score is broken by 1,
 * because what is unknown never wins.
 */
export function violationOf(objectives: readonly Objective[], searched: SearchedRows): number {
  const asked = constraintsOf(objectives, searched.rows).filter(
    ({ objective, rows }) => cohortRows(metricRef(objective.metric), rows).length > 0,
  );
  const elsewhere = new Map(constraintsOf(objectives, searched.all).map((each) => [each.name, each.rows]));
  let total = 0;
  const losses: Loss[] = [];
  for (const constraint of asked) {
    const ref = metricRef(constraint.objective.metric);
    const { value } = aggregateMetric(ref, constraint.rows, searched.candidate);
    if (value === null) total += 1;
    else if (constraint.rule === 'limit') total += excess(constraint, value, constraint.allowed);
    else losses.push(lossOf(constraint, elsewhere.get(constraint.name) ?? [], searched));
  }
  const pValues = holm(losses.map(({ pValue }) => pValue));
  return losses.reduce((sum, loss, index) => sum + ((pValues[index] ?? 1) < ALPHA ? loss.excess : 0), total);
}

interface Loss {
  readonly pValue: number;
  readonly excess: number;
}

function lossOf(constraint: Constraint, elsewhere: readonly Row[], { baseline, candidate }: SearchedRows): Loss {
  const { objective, rows, allowed } = constraint;
  const ref = metricRef(objective.metric);
  const valuesOn = (of: readonly Row[], rollouts: RolloutsByRow) =>
    cohortRows(ref, of).flatMap((row) => rowValue(ref, rollouts.get(row.id)) ?? []);
  const own = valuesOn(rows, candidate);
  const figures = pairedFigures(objective, rows, baseline, candidate, { random: createRandom('violation') });
  const bound = (before: number) => (objective.goal === 'maximize' ? before - allowed : before + allowed);
  if (2 * figures.rows >= own.length && figures.winner !== null && figures.baseline !== null) {
    const past = excess(constraint, figures.winner, bound(figures.baseline));
    return { pValue: lossPValue(figures, allowed), excess: past };
  }
  const reference = valuesOn(elsewhere, baseline);
  // Percentiles and F1 are no means of rows: without pairs nothing can be said of them.
  if (ref.aggregate !== 'mean' && ref.aggregate !== 'passRate') return { pValue: 1, excess: 0 };
  if (own.length < 2 || reference.length < 2) return { pValue: 1, excess: 0 };
  const [after, before] = [moments(own), moments(reference)];
  const past = excess(constraint, after.mean, bound(before.mean));
  const error = Math.sqrt(after.squaredError + before.squaredError);
  const distance = (objective.goal === 'maximize' ? 1 : -1) * (after.mean - before.mean) + allowed;
  return { pValue: error === 0 ? 1 : normalCdf(distance / error), excess: past };
}

function moments(values: readonly number[]): { readonly mean: number; readonly squaredError: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return { mean, squaredError: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n };
}

const excess = ({ objective }: Constraint, value: number, bound: number) =>
  overLimit(objective, value, bound) / Math.max(Math.abs(bound), 1e-6);
