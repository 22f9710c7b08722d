import { z } from 'zod';
import type { Row } from '../../domain/dataset.ts';
import { type FieldError, fieldError, ParetuneError } from '../../domain/errors.ts';
import { goalOf, OPERATIONAL_METRICS } from '../../domain/objective.ts';
import type { MeasuredRollout } from '../../domain/rollout.ts';
import type { ComparedRow, ComparisonView, ROW_OUTCOMES } from '../../domain/views/evaluation-view.ts';
import { metricRef } from '../../lab/aggregate.ts';
import { byRow, cohortRows, type RolloutsByRow, rowValue } from '../../lab/aggregate-values.ts';
import { cohortFields } from '../../lab/cohorts.ts';
import { compareMetric } from '../../lab/compare.ts';
import { createRandom } from '../../search/random.ts';
import { decodeCursor, page, pageSize } from '../../store/cursor.ts';
import { comparedCohorts, countCategories, countOutcomes, filterRows } from './compared-rows.ts';
import { comparedMetric } from './judge.ts';

/** What one side of a comparison has measured, as the record has it. */
export interface Measured {
  /** `<evaluation or job>/<candidate>`. */
  readonly subject: string;
  readonly dataset: { readonly ref: string; readonly sha256: string };
  readonly evaluatorVersions: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  readonly rollouts: readonly MeasuredRollout[];
}

export const ROW_ORDERS = ['row', 'lost'] as const;

export interface ComparisonRequest {
  /** What rows are compared in; default: the first evaluator. */
  readonly metric?: string | undefined;
  readonly outcome?: (typeof ROW_OUTCOMES)[number] | undefined;
  /** `<field>=<value>`, with a field that divides the rows. */
  readonly cohort?: string | undefined;
  /** What went wrong on either side. */
  readonly category?: string | undefined;
  /** `row` (default): as in the dataset. `lost`: lost rows first, then those that are won, tied and missing, the largest difference first. */
  readonly sort?: (typeof ROW_ORDERS)[number] | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Differences up to this are rounding. */
const SAME = 1e-12;
const placeSchema = z.tuple([z.int(), z.number(), z.int()]);
type Place = readonly [order: number, difference: number, index: number];
const COMPARED = ['promptTokens', 'outputTokens', 'costPerCall', 'errorRate'] as const;

/**
 * Two candidates by what was measured already, on the rows that both have: nothing is asked of a model. Throws `unprocessable` for scores
 * that cannot be compared: of other rows, or of an evaluator that was another one then.
 */
export function compareMeasured(a: Measured, b: Measured, request: ComparisonRequest): ComparisonView {
  checkComparable(a, b);
  const inB = new Set(b.rows.map(({ id }) => id));
  const rows = a.rows.filter(({ id }) => inB.has(id));
  const evaluators = Object.keys(a.evaluatorVersions).filter((id) => id in b.evaluatorVersions);
  const metric = request.metric ?? evaluators[0] ?? '';
  const ref = metricRef(metric, 'metric');
  const known: readonly string[] = [...evaluators, ...OPERATIONAL_METRICS];
  if (!known.includes(ref.base))
    throw fieldError('metric', `"${ref.base}" was not measured by both; there are ${known.join(', ')}`);
  const [before, after] = [byRow(a.rollouts), byRow(b.rollouts)];
  const metrics = [...new Set([metric, ...evaluators, ...COMPARED])].map((name) =>
    comparedMetric(
      compareMetric({ metric: name, goal: goalOf(metricRef(name)) }, rows, before, after, {
        random: createRandom(0, 'comparison', name),
      }),
    ),
  );
  const side = ({ subject, dataset }: Measured, rollouts: RolloutsByRow) => ({
    subject,
    dataset: dataset.ref,
    runs: [...rollouts.values()].reduce((most, runs) => Math.max(most, runs.length), 0),
  });
  const asked = cohortRows(ref, rows);
  const compared = asked.map((row) => comparedRow(metric, row, before, after));
  const wanted = filterRows(compared, cohortFields(asked), request);
  return {
    a: side(a, before),
    b: side(b, after),
    metric,
    metrics,
    rows: pageOfRows(wanted, request),
    outcomes: countOutcomes(wanted),
    cohorts: comparedCohorts(compared, cohortFields(asked)),
    categories: countCategories(compared),
  };
}

/** Throws `unprocessable` for two candidates of which nothing can be said: a search may measure each on rows of its own. */
export function checkInCommon(a: Measured, b: Measured): void {
  const open = new Set(b.rows.map(({ id }) => id));
  const inB = new Set(b.rollouts.flatMap(({ rowId }) => (open.has(rowId) ? [rowId] : [])));
  const inA = new Set(a.rows.map(({ id }) => id));
  if (a.rollouts.some(({ rowId }) => inA.has(rowId) && inB.has(rowId))) return;
  throw fieldError(
    'b',
    `${a.subject} and ${b.subject} have measured no row in common; evaluate both on the same split, or compare them --with the job's file`,
  );
}

function checkComparable(a: Measured, b: Measured): void {
  if (a.dataset.sha256 !== b.dataset.sha256)
    throw fieldError(
      'dataset',
      `${a.subject} was measured on ${a.dataset.ref} and ${b.subject} on ${b.dataset.ref}, which hold other rows: their scores cannot be compared; evaluate both on one dataset version`,
    );
  const shared = Object.keys(a.evaluatorVersions).filter((id) => id in b.evaluatorVersions);
  if (shared.length === 0)
    throw fieldError(
      'suite',
      `${a.subject} and ${b.subject} have no evaluator in common; evaluate both with one suite`,
    );
  const errors = shared.flatMap((id): FieldError[] => {
    const [before = '', after = ''] = [a.evaluatorVersions[id], b.evaluatorVersions[id]];
    if (before === after) return [];
    return [
      {
        path: `suite.${id}`,
        message: `the evaluator "${id}" of ${a.subject} is version ${before.slice(0, 12)} and that of ${b.subject} is version ${after.slice(0, 12)}: scores of different versions are never compared; evaluate both with one suite and one judge`,
      },
    ];
  });
  if (errors.length > 0)
    throw new ParetuneError(
      'unprocessable',
      errors.map(({ path, message }) => `${path}: ${message}`).join('; '),
      errors,
    );
}

function comparedRow(metric: string, row: Row, before: RolloutsByRow, after: RolloutsByRow): ComparedRow {
  const ref = metricRef(metric);
  const [a, b] = [rowValue(ref, before.get(row.id)), rowValue(ref, after.get(row.id))];
  const difference = a === null || b === null ? null : goalOf(ref) === 'maximize' ? b - a : a - b;
  const firstOf = (rollouts: RolloutsByRow) => rollouts.get(row.id)?.find(({ repeat }) => repeat === 0);
  const outputOf = (rollouts: RolloutsByRow) => firstOf(rollouts)?.output ?? null;
  const categoryOf = (rollouts: RolloutsByRow) => {
    const first = firstOf(rollouts);
    return first?.error?.category ?? first?.scores[ref.base]?.category ?? null;
  };
  return {
    rowId: row.id,
    outcome: difference === null ? 'missing' : difference > SAME ? 'won' : difference < -SAME ? 'lost' : 'tied',
    a,
    b,
    difference,
    cohort: row.cohort ?? null,
    input: typeof row.input === 'string' ? row.input : { ...row.input },
    ...(row.expected !== undefined && { expected: row.expected }),
    outputs: { a: outputOf(before), b: outputOf(after) },
    categories: { a: categoryOf(before), b: categoryOf(after) },
  };
}

const ORDER = ['lost', 'won', 'tied', 'missing'] as const satisfies readonly ComparedRow['outcome'][];

/** Where a row stands in the list: lost, won, tied, missing, the largest difference first, then as in the dataset. */
const placeOf = ({ outcome, difference }: ComparedRow, index: number, sort: (typeof ROW_ORDERS)[number]) =>
  sort === 'row' ? ([0, 0, index] as const) : ([ORDER.indexOf(outcome), -Math.abs(difference ?? 0), index] as const);

function pageOfRows(
  all: readonly ComparedRow[],
  { outcome, limit, cursor, sort = 'row' }: ComparisonRequest,
): ComparisonView['rows'] {
  const compare = (x: Place, y: Place) => x[0] - y[0] || x[1] - y[1] || x[2] - y[2];
  const wanted = all
    .map((row, index) => ({ row, place: placeOf(row, index, sort) }))
    .filter(({ row }) => outcome === undefined || row.outcome === outcome)
    .sort((x, y) => compare(x.place, y.place));
  const last = cursor === undefined ? null : decodeCursor(placeSchema, cursor);
  const size = pageSize(limit);
  const rest = last === null ? wanted : wanted.filter(({ place }) => compare(place, last) > 0);
  const { items, nextCursor } = page(rest.slice(0, size + 1), size, ({ place }) => place);
  return { items: items.map(({ row }) => row), nextCursor, total: wanted.length };
}
