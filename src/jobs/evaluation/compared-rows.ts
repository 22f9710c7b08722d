import { fieldError } from '../../domain/errors.ts';
import type { ComparedCohort, ComparedRow, ComparisonView } from '../../domain/views/evaluation-view.ts';
import type { CohortField } from '../../lab/cohorts.ts';

/** The rows in a cohort, and with a category of failure; `cohort` is `<field>=<value>`. */
export function filterRows(
  rows: readonly ComparedRow[],
  fields: readonly CohortField[],
  { cohort, category }: { readonly cohort?: string | undefined; readonly category?: string | undefined },
): readonly ComparedRow[] {
  const inside = cohort === undefined ? null : membersOf(fields, cohort);
  return rows.filter(
    ({ rowId, categories }) =>
      (inside === null || inside.has(rowId)) &&
      (category === undefined || categories.a === category || categories.b === category),
  );
}

function membersOf(fields: readonly CohortField[], cohort: string): ReadonlySet<string> {
  const found = fields.flatMap(({ field, members }) =>
    members.flatMap(([value, rows]) => (`${field}=${value}` === cohort ? rows.map(({ id }) => id) : [])),
  );
  if (found.length > 0) return new Set(found);
  const known = fields.map(({ field, members }) => `${field}=${members[0]?.[0]}`);
  throw fieldError(
    'cohort',
    `no compared row is in "${cohort}"; write <field>=<value>${known.length > 0 ? `, such as ${known.join(', ')}` : ': these rows have no cohorts'}`,
    'invalid_request',
  );
}

export function countOutcomes(rows: readonly ComparedRow[]): ComparisonView['outcomes'] {
  const counts = { won: 0, lost: 0, tied: 0, missing: 0 };
  for (const { outcome } of rows) counts[outcome] += 1;
  return counts;
}

/** Rows of each side by what went wrong, the most frequent first. */
export function countCategories(rows: readonly ComparedRow[]): ComparisonView['categories'] {
  const counts = new Map<string, { a: number; b: number }>();
  for (const { categories } of rows)
    for (const side of ['a', 'b'] as const) {
      const name = categories[side];
      if (name === null) continue;
      const known = counts.get(name) ?? { a: 0, b: 0 };
      known[side] += 1;
      counts.set(name, known);
    }
  return [...counts]
    .map(([name, count]) => ({ name, ...count }))
    .sort((x, y) => y.a + y.b - x.a - x.b || (x.name < y.name ? -1 : 1));
}

/** What each cohort contributes to the mean difference of all rows that both sides have measured. */
export function comparedCohorts(rows: readonly ComparedRow[], fields: readonly CohortField[]): ComparedCohort[] {
  const byId = new Map(rows.map((row) => [row.rowId, row]));
  const compared = rows.filter(({ difference }) => difference !== null).length;
  return fields.flatMap(({ field, members }) => {
    const placed = new Set<string>();
    const cohorts = members.map(([value, inside]) => {
      for (const { id } of inside) placed.add(id);
      const own = inside.flatMap(({ id }) => byId.get(id) ?? []);
      return cohortOf(field, value, own, compared);
    });
    const rest = rows.filter(({ rowId }) => !placed.has(rowId));
    return rest.length === 0 ? cohorts : [...cohorts, cohortOf(field, null, rest, compared)];
  });
}

function cohortOf(field: string, value: string | null, rows: readonly ComparedRow[], compared: number): ComparedCohort {
  const both = rows.filter(({ difference }) => difference !== null);
  const sum = (of: (row: ComparedRow) => number | null) => both.reduce((total, row) => total + (of(row) ?? 0), 0);
  const mean = (of: (row: ComparedRow) => number | null) => (both.length === 0 ? null : sum(of) / both.length);
  return {
    field,
    value,
    rows: rows.length,
    a: mean(({ a }) => a),
    b: mean(({ b }) => b),
    contribution: compared === 0 ? 0 : sum(({ difference }) => difference) / compared,
    ...countOutcomes(rows),
  };
}
