import type { Row } from '../domain/dataset.ts';
import { fieldError } from '../domain/errors.ts';
import { type Objective, parseMetric } from '../domain/objective.ts';
import { actualLabel, cohortRows, cohortValue } from '../lab/aggregate-values.ts';

/** A field with more values than this is an identifier; no cohort of it could ever be shown to be safe. */
const MOST_COHORTS = 50;

/** What an objective or a gate asks of the rows: some in each split that it is read on. */
interface Asked {
  readonly path: string;
  readonly about: (row: Row) => boolean;
  readonly seen: Set<string>;
  readonly refusal: (split: string) => string;
}

interface CohortField {
  readonly path: string;
  readonly field: string;
  readonly values: Set<string>;
}

/**
 * Which objectives or gates some row can say anything about. A cohort that no row is in, or a recall of a label that no row has, is a misspelling
 * that would cost the whole budget: its constraint cannot be kept, and the verdict cannot be given.
 */
export class MetricRows {
  readonly #asked: Asked[] = [];
  readonly #fields: CohortField[] = [];

  /** `at` is where the list stands in the request. */
  constructor(asked: readonly Pick<Objective, 'metric' | 'perCohort'>[], at = 'objectives') {
    asked.forEach(({ metric, perCohort: field }, index) => {
      if (field !== undefined) {
        const path = `${at}.${index}.perCohort`;
        this.#fields.push({ path, field, values: new Set() });
        this.#ask(
          path,
          (row) => cohortValue(row, field) !== null,
          (split) =>
            `no ${split} row has the field "${field}"; write "cohort" or the name of a metadata field that the rows have`,
        );
      }
      const ref = parseMetric(metric);
      const label = ref?.aggregate === 'recall' ? ref.label : undefined;
      if (!ref || (ref.cohort === undefined && label === undefined)) return;
      const about = (row: Row) =>
        cohortRows(ref, [row]).length > 0 && (label === undefined || actualLabel(row) === label);
      this.#ask(
        `${at}.${index}.metric`,
        about,
        (split) =>
          `no ${split} row can say anything about "${metric}"; correct the cohort or label, or add such rows to the ${split} split`,
      );
    });
  }

  #ask(path: string, about: Asked['about'], refusal: Asked['refusal']): void {
    this.#asked.push({ path, about, refusal, seen: new Set() });
  }

  add(split: string, row: Row): void {
    for (const { seen, about } of this.#asked) if (!seen.has(split) && about(row)) seen.add(split);
    for (const { field, values } of this.#fields) {
      const value = cohortValue(row, field);
      if (value !== null && values.size <= MOST_COHORTS) values.add(value);
    }
  }

  /** Throws `unprocessable` when a split that the metric is read on has no row for it, or cohorts are too many to be cohorts. */
  check(splits: readonly string[]): void {
    for (const { path, seen, refusal } of this.#asked) {
      const missing = splits.find((split) => !seen.has(split));
      if (missing !== undefined) throw fieldError(path, refusal(missing));
    }
    for (const { path, field, values } of this.#fields) {
      if (values.size <= MOST_COHORTS) continue;
      throw fieldError(
        path,
        `"${field}" has more than ${MOST_COHORTS} values: that is an identifier, not a cohort; choose a field with fewer`,
      );
    }
  }
}
