import type { RowInput } from '../../domain/dataset.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { EvaluatorSpec, Suite } from '../../domain/suite.ts';
import type { Imported } from '../contract.ts';
import type { Graded, RowCheck } from './assertion.ts';
import type { PlacedRow } from './rows.ts';

/** Rows with their checks, and the suite that goes with them. */
export function assembled(name: string, placed: readonly PlacedRow[]): Pick<Imported, 'datasets' | 'suites'> {
  if (placed.length === 0) return { datasets: [], suites: [] };
  const shared = sharedGraded(placed);
  const { checksOf, referenceOf, evaluators } = shared ? apart(placed, shared) : combined(placed);
  const rows = placed.map((each): RowInput => {
    const checks = checksOf(each);
    const reference = referenceOf(each);
    return {
      ...each.row,
      ...(reference !== undefined && { expected: reference }),
      metadata: {
        ...each.row.metadata,
        ...(checks.length > 0 && {
          checks: {
            checks: [...checks],
            ...(each.threshold !== undefined && { threshold: Math.min(1, Math.max(0, each.threshold)) }),
          },
        }),
      },
    };
  });
  const suite: Suite | null = evaluators.length > 0 ? { evaluators: [...evaluators] } : null;
  return { datasets: [{ name, rows }], suites: suite ? [{ name, suite }] : [] };
}

interface Assembly {
  readonly checksOf: (placed: PlacedRow) => readonly RowCheck[];
  /** The expected answer of a row. */
  readonly referenceOf: (placed: PlacedRow) => Json | undefined;
  readonly evaluators: readonly EvaluatorSpec[];
}

/** What code decides as checks of the rows, and what a judge is asked of all rows as evaluators with figures and cards of their own. */
function apart(placed: readonly PlacedRow[], graded: readonly Graded[]): Assembly {
  const withReference = graded.some(({ expected }) => expected !== undefined);
  return {
    checksOf: ({ checks }) => checks,
    referenceOf: ({ checks, graded: own }) => (withReference ? firstReference(own) : soleExpected(checks)),
    evaluators: [
      ...(placed.some(({ checks }) => checks.length > 0) ? rowEvaluators('row-checks') : []),
      ...graded.map(({ type, options, threshold, negate }, index) => ({
        id: `${type}-${index + 1}`,
        type,
        ...(Object.keys(options).length > 0 && { options }),
        ...(threshold !== undefined && { threshold: Math.min(1, Math.max(0, threshold)) }),
        ...(negate && { negate: true }),
      })),
    ],
  };
}

/** Everything as checks of the rows: promptfoo's score of a test, whoever decides its assertions. */
function combined(placed: readonly PlacedRow[]): Assembly {
  const asked = placed.map(({ graded, gradedInSets }) => [...graded, ...gradedInSets]);
  const model = asked.flat().find(({ type }) => type === EMBEDDED)?.options['model'];
  const calls = Math.max(...asked.map((list) => list.filter(({ type }) => type !== EMBEDDED).length));
  return {
    checksOf: ({ judgedChecks }) => judgedChecks,
    referenceOf: ({ checks, graded }) => soleExpected(checks) ?? firstReference(graded),
    evaluators: rowEvaluators('judged-row-checks', {
      ...(calls > 1 && { judgeCalls: calls }),
      ...(model !== undefined && { model }),
    }),
  };
}

const EMBEDDED = 'embedding-similarity';

/** promptfoo's score of a test, and its pass. */
const rowEvaluators = (type: string, options: JsonObject = {}): EvaluatorSpec[] => [
  { id: 'assertions', type, ...(Object.keys(options).length > 0 && { options }) },
  { id: 'passed', type, options: { ...options, report: 'pass' } },
];

const firstReference = (graded: readonly Graded[]): Json | undefined =>
  graded.find(({ expected }) => expected !== undefined)?.expected;

/** The text that a row's one `equals` asks for: what other evaluators and reports show as the right answer. */
function soleExpected(checks: readonly JsonObject[]): Json | undefined {
  const equal = checks.filter((check) => check['type'] === 'exact-match' && check['negate'] !== true);
  return equal.length === 1 ? equal[0]?.['expected'] : undefined;
}

/**
 * Model-graded assertions, when they can be evaluators of their own: all tests share them, and nothing weighs them against the others.
 * The references may differ.
 */
function sharedGraded(placed: readonly PlacedRow[]): readonly Graded[] | null {
  const keyOf = ({ type, options, threshold, negate }: Graded) =>
    JSON.stringify([type, options, threshold ?? null, negate]);
  const [first] = placed;
  const wanted = first?.graded ?? [];
  const keys = JSON.stringify(wanted.map(keyOf).sort());
  const together = placed.every(
    ({ graded, gradedInSets, threshold }) =>
      gradedInSets.length === 0 &&
      JSON.stringify(graded.map(keyOf).sort()) === keys &&
      graded.every(({ weight }) => weight === 1) &&
      (graded.length === 0 || threshold === undefined),
  );
  return together ? wanted : null;
}
