import type { Row, Split } from '../domain/dataset.ts';
import { fieldError } from '../domain/errors.ts';
import { type Objective, parseMetric } from '../domain/objective.ts';
import { actualLabel, cohortRows } from '../lab/aggregate-values.ts';

/**
 * Which objectives some row can say anything about. A cohort that no row is in, or a recall of a label that no row has, is a misspelling
 * that would cost the whole budget: its constraint cannot be kept, and the verdict cannot be given.
 */
export class MetricRows {
  readonly #open: { index: number; metric: string; row: (row: Row) => boolean; seen: Set<Split> }[] = [];

  constructor(objectives: readonly Objective[]) {
    objectives.forEach(({ metric }, index) => {
      const ref = parseMetric(metric);
      const label = ref?.aggregate === 'recall' ? ref.label : undefined;
      if (!ref || (ref.cohort === undefined && label === undefined)) return;
      const row = (each: Row) =>
        cohortRows(ref, [each]).length > 0 && (label === undefined || actualLabel(each) === label);
      this.#open.push({ index, metric, row, seen: new Set() });
    });
  }

  add(split: Split, row: Row): void {
    for (const each of this.#open) if (!each.seen.has(split) && each.row(row)) each.seen.add(split);
  }

  /** Throws `unprocessable` when a split that the metric is read on has no row for it. */
  check(splits: readonly Split[]): void {
    for (const { index, metric, seen } of this.#open) {
      const missing = splits.find((split) => !seen.has(split));
      if (missing === undefined) continue;
      throw fieldError(
        `objectives.${index}.metric`,
        `no ${missing} row can say anything about "${metric}"; correct the cohort or label, or add such rows to the ${missing} split`,
      );
    }
  }
}
