import type { Row, Split } from '../domain/dataset.ts';
import type { Objective } from '../domain/objective.ts';
import { cohortValue } from '../lab/aggregate-values.ts';
import type { JobWarning } from './warnings.ts';

/** Below this many sealed rows a constraint of a cohort can hardly be shown to hold. */
const SMALL = 30;
const SHOWN = 4;

/** Counts the sealed rows of cohorts that a hard constraint holds in. */
export class CohortCounts {
  readonly #counts: ReadonlyMap<string, Map<string, number>>;

  constructor(objectives: readonly Objective[]) {
    this.#counts = new Map(
      objectives.flatMap(({ perCohort }) => (perCohort === undefined ? [] : [[perCohort, new Map()]])),
    );
  }

  add(split: Split, row: Row): void {
    if (split !== 'test') return;
    for (const [field, counts] of this.#counts) {
      const value = cohortValue(row, field);
      if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }

  warnings(): JobWarning[] {
    return [...this.#counts].flatMap(([field, counts]) => {
      const small = [...counts].filter(([, rows]) => rows < SMALL);
      if (small.length === 0) return [];
      const named = small.slice(0, SHOWN).map(([value, rows]) => `${value} (${rows})`);
      const more = small.length > SHOWN ? ` and ${small.length - SHOWN} more` : '';
      return [
        {
          code: 'small-cohort',
          message: `cohorts of "${field}" with fewer than ${SMALL} sealed rows: ${named.join(', ')}${more}; a constraint on them will be under-powered: add rows, merge cohorts, or drop perCohort`,
        },
      ];
    });
  }
}
