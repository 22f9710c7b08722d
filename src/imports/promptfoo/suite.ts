import type { RowInput } from '../../domain/dataset.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { EvaluatorSpec, Suite } from '../../domain/suite.ts';
import type { Imported } from '../contract.ts';
import type { Graded } from './assertion.ts';
import type { Skip } from './files.ts';
import type { PlacedRow } from './rows.ts';

/** Rows with their checks, and the suite that goes with them. */
export function assembled(
  name: string,
  placed: readonly PlacedRow[],
  skip: Skip,
): Pick<Imported, 'datasets' | 'suites'> {
  if (placed.length === 0) return { datasets: [], suites: [] };
  const graded = sharedGraded(placed, skip);
  const withReference = graded.some(({ expected }) => expected !== undefined);
  const rows = placed.map(({ row, checks, threshold, graded: own }): RowInput => {
    const reference = withReference
      ? own.find(({ expected }) => expected !== undefined)?.expected
      : soleExpected(checks);
    return {
      ...row,
      ...(reference !== undefined && { expected: reference }),
      metadata: {
        ...row.metadata,
        ...(checks.length > 0 && {
          checks: {
            checks: [...checks],
            ...(threshold !== undefined && { threshold: Math.min(1, Math.max(0, threshold)) }),
          },
        }),
      },
    };
  });
  if (graded.length > 0 && placed.some(({ threshold }) => threshold !== undefined))
    skip(
      'threshold',
      'the threshold of a test, for its model-graded assertions',
      'it holds for the other checks of the row; combine all of them with "weighted" to weigh both',
    );
  const checked = placed.some(({ checks }) => checks.length > 0);
  const evaluators: EvaluatorSpec[] = [
    ...(checked
      ? [
          { id: 'assertions', type: 'row-checks' },
          { id: 'passed', type: 'row-checks', options: { report: 'pass' } },
        ]
      : []),
    ...graded.map(({ type, options, threshold, negate }, index) => ({
      id: `${type}-${index + 1}`,
      type,
      ...(Object.keys(options).length > 0 && { options }),
      ...(threshold !== undefined && { threshold: Math.min(1, Math.max(0, threshold)) }),
      ...(negate && { negate: true }),
    })),
  ];
  const suite: Suite | null = evaluators.length > 0 ? { evaluators } : null;
  return { datasets: [{ name, rows }], suites: suite ? [{ name, suite }] : [] };
}

/** The text that a row's one `equals` asks for: what other evaluators and reports show as the right answer. */
function soleExpected(checks: readonly JsonObject[]): Json | undefined {
  const equal = checks.filter((check) => check['type'] === 'exact-match' && check['negate'] !== true);
  return equal.length === 1 ? equal[0]?.['expected'] : undefined;
}

/** Model-graded assertions that all tests share; the references may differ. Others are named. */
function sharedGraded(placed: readonly PlacedRow[], skip: Skip): readonly Graded[] {
  const keyOf = ({ type, options, threshold, negate }: Graded) =>
    JSON.stringify([type, options, threshold ?? null, negate]);
  const first = placed[0]?.graded ?? [];
  const shared = first.filter((each) =>
    placed.every(({ graded }) => graded.some((other) => keyOf(other) === keyOf(each))),
  );
  const keys = new Set(shared.map(keyOf));
  placed.forEach(({ graded }, index) => {
    for (const each of graded)
      if (!keys.has(keyOf(each)))
        skip(
          `row ${index + 1}`,
          each.type,
          'a judge is asked the same of all rows; move it to defaultTest, or say in one rubric what holds when',
        );
  });
  if (shared.some(({ weight }) => weight !== 1))
    skip(
      'assert',
      'weights of model-graded assertions',
      'they are evaluators of their own; combine them with "weighted"',
    );
  return shared;
}
