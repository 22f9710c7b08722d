import { and, asc, desc, eq, gt, lt, max, notExists, sql } from 'drizzle-orm';
import type { Json } from '../domain/json.ts';
import type { Db } from './db.ts';
import { datasetRows, datasets, datasetVersions } from './schema.ts';
import type { Scope } from './scope.ts';
import { isVersionNumber } from './version-number.ts';

/** A dataset version as stored. */
export type DatasetVersionRow = typeof datasetVersions.$inferSelect;
/** Which version of which dataset. */
export interface VersionKey {
  readonly name: string;
  readonly version: number;
}

const ofDataset = (scope: Scope, name: string) =>
  and(eq(datasetVersions.projectId, scope.projectId), eq(datasetVersions.name, name));
const ofVersion = (scope: Scope, key: VersionKey) =>
  and(ofDataset(scope, key.name), eq(datasetVersions.version, key.version));
const ready = eq(datasetVersions.status, 'ready');

/**
 * Takes the next version number for an upload. To be called in a transaction: the head row is locked. The version is `staging`: nobody
 * sees it before `publishDatasetVersion`.
 */
export async function stageDatasetVersion(
  tx: Db,
  scope: Scope,
  name: string,
  values: { readonly message?: string | undefined; readonly author?: string | undefined; readonly createdAt: Date },
): Promise<VersionKey> {
  await lockDataset(tx, scope, name, values.createdAt);
  const [newest] = await tx
    .select({ version: max(datasetVersions.version) })
    .from(datasetVersions)
    .where(ofDataset(scope, name));
  const version = (newest?.version ?? 0) + 1;
  await tx.insert(datasetVersions).values({ projectId: scope.projectId, name, version, ...values });
  return { name, version };
}

async function lockDataset(tx: Db, scope: Scope, name: string, createdAt: Date): Promise<void> {
  await tx.insert(datasets).values({ projectId: scope.projectId, name, createdAt }).onConflictDoNothing();
  await tx
    .select({ name: datasets.name })
    .from(datasets)
    .where(and(eq(datasets.projectId, scope.projectId), eq(datasets.name, name)))
    .for('update');
}

/**
 * Makes a staged version ready, unless a ready version has the same content: then that one is returned and the staged one stays to be
 * discarded. To be called in a transaction.
 */
export async function publishDatasetVersion(
  tx: Db,
  scope: Scope,
  key: VersionKey,
  values: Required<Pick<DatasetVersionRow, 'sha256' | 'rowCount' | 'splits' | 'splitRatio' | 'bytes'>> & {
    readonly warnings: readonly Json[];
    readonly createdAt: Date;
  },
): Promise<{ readonly row: DatasetVersionRow; readonly created: boolean }> {
  await lockDataset(tx, scope, key.name, values.createdAt);
  const [same] = await tx
    .select()
    .from(datasetVersions)
    .where(and(ofDataset(scope, key.name), eq(datasetVersions.sha256, values.sha256), ready))
    .orderBy(desc(datasetVersions.version))
    .limit(1);
  if (same) return { row: same, created: false };
  const [row] = await tx
    .update(datasetVersions)
    .set({ ...values, status: 'ready' })
    .where(and(ofVersion(scope, key), eq(datasetVersions.status, 'staging')))
    .returning();
  if (!row) throw new Error('the upload was discarded while it was running');
  return { row, created: true };
}

/** Removes a staged version with its rows, and the dataset if it has no other. Ready versions are not touched. */
export async function discardDatasetVersion(tx: Db, scope: Scope, key: VersionKey): Promise<void> {
  const removed = await tx
    .delete(datasetVersions)
    .where(and(ofVersion(scope, key), eq(datasetVersions.status, 'staging')))
    .returning({ version: datasetVersions.version });
  if (removed.length === 0) return;
  await tx
    .delete(datasetRows)
    .where(
      and(
        eq(datasetRows.projectId, scope.projectId),
        eq(datasetRows.name, key.name),
        eq(datasetRows.version, key.version),
      ),
    );
  await tx
    .delete(datasets)
    .where(
      and(
        eq(datasets.projectId, scope.projectId),
        eq(datasets.name, key.name),
        notExists(tx.select({ one: sql`1` }).from(datasetVersions).where(ofDataset(scope, key.name))),
      ),
    );
}

/** Uploads of all projects that began before `before` and are still staging: their process died. For maintenance alone. */
export async function abandonedUploads(db: Db, before: Date): Promise<(Scope & VersionKey)[]> {
  return db
    .select({
      projectId: datasetVersions.projectId,
      name: datasetVersions.name,
      version: datasetVersions.version,
    })
    .from(datasetVersions)
    .where(and(eq(datasetVersions.status, 'staging'), lt(datasetVersions.createdAt, before)));
}

export async function newestDatasetVersion(db: Db, scope: Scope, name: string): Promise<number | null> {
  const [row] = await db
    .select({ version: max(datasetVersions.version) })
    .from(datasetVersions)
    .where(and(ofDataset(scope, name), ready));
  return row?.version ?? null;
}

export async function findDatasetVersion(
  db: Db,
  scope: Scope,
  name: string,
  version: number,
): Promise<DatasetVersionRow | undefined> {
  if (!isVersionNumber(version)) return undefined;
  const [row] = await db
    .select()
    .from(datasetVersions)
    .where(and(ofVersion(scope, { name, version }), ready));
  return row;
}

/** Ready versions, newest first, older than `before`. */
export async function listDatasetVersions(
  db: Db,
  scope: Scope,
  name: string,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<DatasetVersionRow[]> {
  return db
    .select()
    .from(datasetVersions)
    .where(
      and(
        ofDataset(scope, name),
        ready,
        page.before === undefined ? undefined : lt(datasetVersions.version, page.before),
      ),
    )
    .orderBy(desc(datasetVersions.version))
    .limit(page.limit);
}

/** The newest ready version of each dataset, by name, after the name `after`. */
export async function listDatasetHeads(
  db: Db,
  scope: Scope,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<DatasetVersionRow[]> {
  return db
    .selectDistinctOn([datasetVersions.name])
    .from(datasetVersions)
    .where(
      and(
        eq(datasetVersions.projectId, scope.projectId),
        ready,
        page.after === undefined ? undefined : gt(datasetVersions.name, page.after),
      ),
    )
    .orderBy(asc(datasetVersions.name), desc(datasetVersions.version))
    .limit(page.limit);
}

/** Names for a "did you mean". */
export async function datasetNames(db: Db, scope: Scope, limit: number): Promise<string[]> {
  const rows = await db
    .selectDistinct({ name: datasetVersions.name })
    .from(datasetVersions)
    .where(and(eq(datasetVersions.projectId, scope.projectId), ready))
    .orderBy(asc(datasetVersions.name))
    .limit(limit);
  return rows.map((row) => row.name);
}
