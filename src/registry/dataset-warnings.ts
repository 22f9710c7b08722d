import { z } from 'zod';
import { counted } from '../domain/counted.ts';
import { SPLITS } from '../domain/dataset.ts';
import type { RowFeatures } from './row-features.ts';
import { type SplitPlan, splitOf } from './split.ts';
import type { UnionFind } from './union-find.ts';

/** Something a user should know about a dataset that does not stop it. */
export const datasetWarningSchema = z
  .strictObject({
    code: z.enum([
      'tiny-dataset',
      'missing-expected',
      'one-expected-answer',
      'conflicting-expected',
      'empty-split',
      'duplicates-across-splits',
      'near-duplicates-across-splits',
    ]),
    message: z.string(),
    rows: z.array(z.string()).optional().describe('A few examples, by id.'),
  })
  .meta({ id: 'DatasetWarning' });
export type DatasetWarning = z.infer<typeof datasetWarningSchema>;

/** Below this many rows no usual effect can be told from noise. */
const TINY = 30;
const EXAMPLES = 6;

/** Looks a dataset over. `idsAt` gives the ids of a few rows by position. */
export async function datasetWarnings(
  features: RowFeatures,
  plan: SplitPlan,
  idsAt: (positions: readonly number[]) => Promise<string[]>,
): Promise<DatasetWarning[]> {
  const warnings: DatasetWarning[] = [];
  const used = plan.order;
  if (used.length < TINY) {
    warnings.push({
      code: 'tiny-dataset',
      message: `only ${counted(used.length, 'row')} to use; with fewer than ${TINY} a better prompt can hardly be told from luck: add rows`,
    });
  }
  const examples = (positions: Iterable<number>) => idsAt([...positions].slice(0, EXAMPLES));
  const missing = used.filter((position) => features.label(position) === 0);
  if (missing.length > 0) {
    const rows = await examples(missing);
    warnings.push({
      code: 'missing-expected',
      message: `no expected answer in ${missing.length} of ${counted(used.length, 'row')} (such as ${list(rows)}): evaluators that need one cannot score them`,
      rows,
    });
  }
  const [first] = used;
  if (
    first !== undefined &&
    used.length > 1 &&
    missing.length === 0 &&
    used.every((position) => features.label(position) === features.label(first))
  ) {
    warnings.push({
      code: 'one-expected-answer',
      message:
        'all rows expect the same answer: a prompt that always gives it would be perfect; add rows with other answers',
    });
  }
  for (const split of SPLITS) {
    if (plan.counts[split] > 0) continue;
    warnings.push({
      code: 'empty-split',
      message: `no row is in the ${split} split: a job on this dataset needs ${
        { train: 'it to learn from', validation: 'it to choose by', test: 'it for a verdict' }[split]
      }; give rows "split": "${split}" or more rows`,
    });
  }
  const conflicts = members(plan, plan.groups.exact, (positions) => {
    const labels = new Set(positions.map((position) => features.label(position)).filter((label) => label !== 0));
    return labels.size > 1;
  });
  if (conflicts.length > 0) {
    const rows = await examples(conflicts);
    warnings.push({
      code: 'conflicting-expected',
      message: `${conflicts.length} rows have the same input as another row but expect another answer (such as ${list(rows)}): no prompt can satisfy both`,
      rows,
    });
  }
  const across = (positions: readonly number[]) => new Set(positions.map((position) => plan.codes[position])).size > 1;
  const equal = members(plan, plan.groups.exact, across);
  if (equal.length > 0) warnings.push(await overlap('duplicates-across-splits', 'the same input as', equal));
  const known = new Set(equal);
  const similar = members(plan, plan.groups.near, across).filter((position) => !known.has(position));
  if (similar.length > 0) warnings.push(await overlap('near-duplicates-across-splits', 'nearly the input of', similar));
  return warnings;

  async function overlap(code: DatasetWarning['code'], how: string, positions: readonly number[]) {
    const few = positions.slice(0, EXAMPLES);
    const rows = await idsAt(few);
    const named = rows.map((id, index) => `${id} in ${splitOf(plan, few[index] ?? 0)}`);
    return {
      code,
      message: `${counted(positions.length, 'row')} with ${how} a row in another split (such as ${list(named)}): what is learnt on one leaks into the other`,
      rows,
    };
  }
}

/** Positions of all members of the groups (of two or more) that the test holds for, group by group. */
function members(plan: SplitPlan, groups: UnionFind, test: (positions: readonly number[]) => boolean): number[] {
  const byRoot = new Map<number, number[]>();
  plan.order.forEach((position, rank) => {
    const root = groups.root(rank);
    // Most rows are alone: their root is not worth a list before a second member comes.
    if (root === rank) return;
    const known = byRoot.get(root);
    if (known) known.push(position);
    else byRoot.set(root, [plan.order[root] ?? 0, position]);
  });
  return [...byRoot.values()].filter(test).flat();
}

const list = (ids: readonly string[]): string => ids.join(', ');
