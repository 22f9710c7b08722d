import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../domain/clock.ts';
import { SPLITS, type SplitRatio } from '../domain/dataset.ts';
import type { Database } from '../store/database.ts';
import { assignRowsToSplit, insertDatasetRows, rowIdsAt, type StoredRow } from '../store/dataset-rows.ts';
import {
  abandonedUploads,
  type DatasetVersionRow,
  discardDatasetVersion,
  publishDatasetVersion,
  stageDatasetVersion,
  type VersionKey,
} from '../store/datasets.ts';
import type { Scope } from '../store/scope.ts';
import { DatasetHash } from './dataset-hash.ts';
import { datasetWarnings } from './dataset-warnings.ts';
import { RowFeatures } from './row-features.ts';
import type { ReadRow } from './rows/read-rows.ts';
import { planSplits, type SplitPlan } from './split.ts';
import { toStoredRow } from './stored-row.ts';

/** A batch ends at whichever comes first. */
const BATCH_ROWS = 500;
const BATCH_BYTES = 1024 * 1024;
/** Positions in one update. */
const BATCH_POSITIONS = 5000;

export interface UploadOptions {
  readonly ratio: SplitRatio;
  readonly message?: string | undefined;
  readonly author?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

/**
 * Stores a stream of rows as the next version of a dataset. The rows go into a staged version in batches; it becomes visible at the very
 * end, and is removed when anything fails before, or when it was only to be looked at. Memory: one batch, and about 120 bytes per row.
 */
export async function uploadDataset(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  scope: Scope,
  name: string,
  rows: AsyncIterable<ReadRow>,
  options: UploadOptions,
): Promise<{ readonly row: DatasetVersionRow; readonly created: boolean }> {
  const createdAt = clock.now();
  const { ratio, dryRun = false, ...notes } = options;
  const key = await database.transaction((tx) => stageDatasetVersion(tx, scope, name, { ...notes, createdAt }));
  try {
    const { features, hash, ownSplits } = await storeRows(database, scope, key, rows);
    const plan = await planSplits(features, ratio);
    await storeSplits(database, scope, key, features, plan);
    const warnings = await datasetWarnings(features, plan, (positions) => idsAt(database, scope, key, positions));
    const splitRatio = ownSplits ? null : ratio;
    const values = {
      sha256: hash.digest(splitRatio),
      rowCount: features.size,
      splits: plan.counts,
      splitRatio,
      warnings: warnings.map(({ code, message, rows }) => ({ code, message, ...(rows && { rows }) })),
      bytes: hash.bytes,
      createdAt,
    };
    if (dryRun) {
      await discard(database, scope, key);
      const { message = null, author = null } = notes;
      const row = { projectId: scope.projectId, ...key, status: 'staging' as const, message, author, ...values };
      return { row, created: false };
    }
    const published = await database.transaction((tx) => publishDatasetVersion(tx, scope, key, values));
    if (!published.created) await discard(database, scope, key);
    return published;
  } catch (error) {
    await discard(database, scope, key);
    throw error;
  }
}

/** Removes what uploads left behind whose process died. `before`: uploads that began later may still be running. */
export async function removeAbandonedUploads(database: Database, before: Date): Promise<number> {
  const uploads = await abandonedUploads(database.db, before);
  for (const { projectId, ...key } of uploads) await discard(database, { projectId }, key);
  return uploads.length;
}

const discard = (database: Database, scope: Scope, key: VersionKey): Promise<void> =>
  database.transaction((tx) => discardDatasetVersion(tx, scope, key));

async function storeRows(database: Database, scope: Scope, key: VersionKey, rows: AsyncIterable<ReadRow>) {
  const features = new RowFeatures();
  const hash = new DatasetHash();
  let ownSplits = false;
  let batch: StoredRow[] = [];
  let bytes = 0;
  const flush = async () => {
    await insertDatasetRows(database.db, scope, key, batch);
    batch = [];
    bytes = 0;
    // The embedded database answers without leaving this turn of the event loop.
    await nextTurn();
  };
  for await (const { row, position } of rows) {
    const stored = toStoredRow(row, position);
    features.add(stored);
    ownSplits ||= stored.split !== null;
    bytes += hash.add(stored);
    batch.push(stored);
    if (batch.length >= BATCH_ROWS || bytes >= BATCH_BYTES) await flush();
  }
  await flush();
  return { features, hash, ownSplits };
}

async function storeSplits(
  database: Database,
  scope: Scope,
  key: VersionKey,
  features: RowFeatures,
  plan: SplitPlan,
): Promise<void> {
  for (const [index, split] of SPLITS.entries()) {
    const drawn: number[] = [];
    plan.codes.forEach((code, position) => {
      if (code === index + 1 && features.ownSplit(position) === undefined) drawn.push(position);
    });
    for (let start = 0; start < drawn.length; start += BATCH_POSITIONS) {
      await assignRowsToSplit(database.db, scope, key, split, drawn.slice(start, start + BATCH_POSITIONS));
      await nextTurn();
    }
  }
}

async function idsAt(database: Database, scope: Scope, key: VersionKey, positions: readonly number[]) {
  const found = new Map(
    (await rowIdsAt(database.db, scope, key, positions)).map((row) => [row.position, row.rowId] as const),
  );
  return positions.map((position) => found.get(position) ?? '');
}
