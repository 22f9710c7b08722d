import type { Row, Split, SplitRatio } from '../domain/dataset.ts';
import type { StoredRow } from '../store/dataset-rows.ts';
import { DatasetHash } from './dataset-hash.ts';
import { type DatasetWarning, datasetWarnings } from './dataset-warnings.ts';
import { RowFeatures } from './row-features.ts';
import { checkedInlineRows } from './rows/read-rows.ts';
import { planSplits, splitOf } from './split.ts';
import { fromStoredRow, toStoredRow } from './stored-row.ts';

/** Rows that came inside a request, prepared as an upload would be: the same ids, splits, warnings and hash. */
export interface InlineDataset {
  readonly rows: readonly { readonly row: Row; readonly split: Split | null }[];
  readonly sha256: string;
  readonly splits: Readonly<Record<Split, number>>;
  /** Null when rows came with splits of their own. */
  readonly splitRatio: SplitRatio | null;
  readonly warnings: readonly DatasetWarning[];
}

/**
 * Checks rows and assigns their splits. `path` is where they stand in the request. Throws `invalid_request` with an error per broken row.
 */
export async function prepareInlineRows(
  input: readonly unknown[],
  ratio: SplitRatio,
  path = 'dataset.rows',
): Promise<InlineDataset> {
  const features = new RowFeatures();
  const hash = new DatasetHash();
  const stored: StoredRow[] = [];
  for await (const { row, position } of checkedInlineRows(input, path)) {
    const kept = toStoredRow(row, position);
    features.add(kept);
    hash.add(kept);
    stored.push(kept);
  }
  const plan = await planSplits(features, ratio);
  const warnings = await datasetWarnings(features, plan, async (positions) =>
    positions.map((position) => stored[position]?.rowId ?? ''),
  );
  const splitRatio = stored.some((row) => row.split !== null) ? null : ratio;
  return {
    rows: stored.map((row, position) => {
      const { split, excluded, ...rest } = fromStoredRow(row);
      return { row: rest, split: splitOf(plan, position) };
    }),
    sha256: hash.digest(splitRatio),
    splits: plan.counts,
    splitRatio,
    warnings,
  };
}
