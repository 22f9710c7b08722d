import { and, asc, desc, eq, gt, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { Split } from '../domain/dataset.ts';
import type { VersionKey } from './datasets.ts';
import type { Db } from './db.ts';
import { datasetRows } from './schema.ts';
import type { Scope } from './scope.ts';

/** A row as stored, without the key of its version. */
export type StoredRow = Omit<typeof datasetRows.$inferSelect, 'projectId' | 'name' | 'version'>;

const ofVersion = (scope: Scope, key: VersionKey) =>
  and(eq(datasetRows.projectId, scope.projectId), eq(datasetRows.name, key.name), eq(datasetRows.version, key.version));

const columns = {
  position: datasetRows.position,
  rowId: datasetRows.rowId,
  split: datasetRows.split,
  input: datasetRows.input,
  expected: datasetRows.expected,
  context: datasetRows.context,
  cohort: datasetRows.cohort,
  metadata: datasetRows.metadata,
  excluded: datasetRows.excluded,
};

/** Adds rows, one array per column: with a parameter per value an upload takes 2.6 times as long. */
export async function insertDatasetRows(
  db: Db,
  scope: Scope,
  key: VersionKey,
  rows: readonly StoredRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const array = (value: (row: StoredRow) => unknown) => sql.param(rows.map(value));
  const json = (value: (row: StoredRow) => unknown) =>
    array((row) => {
      const member = value(row);
      return member === null ? null : JSON.stringify(member);
    });
  await db.execute(sql`
    insert into ${datasetRows}
      (project_id, name, version, position, row_id, split, input, expected, context, cohort, metadata, excluded)
    select ${scope.projectId}, ${key.name}, ${key.version}::int, position, row_id, split,
      input::json, expected::json, context::json, cohort, metadata::json, excluded
    from unnest(
      ${array((row) => row.position)}::int[], ${array((row) => row.rowId)}::text[], ${array((row) => row.split)}::text[],
      ${json((row) => row.input)}::text[], ${json((row) => row.expected)}::text[], ${json((row) => row.context)}::text[],
      ${array((row) => row.cohort)}::text[], ${json((row) => row.metadata)}::text[],
      ${array((row) => row.excluded)}::text[]
    ) as u (position, row_id, split, input, expected, context, cohort, metadata, excluded)`);
}

/** Puts the rows at these positions into a split. */
export async function assignRowsToSplit(
  db: Db,
  scope: Scope,
  key: VersionKey,
  split: Split,
  positions: readonly number[],
): Promise<void> {
  await db
    .update(datasetRows)
    .set({ split })
    // One array literal instead of thousands of parameters.
    .where(and(ofVersion(scope, key), sql`${datasetRows.position} = any(${`{${positions.join(',')}}`}::int[])`));
}

/** Which rows of a version. */
export interface RowFilter {
  readonly split?: Split | undefined;
  readonly cohort?: string | undefined;
  /** In the id, the input or the expected answer, whatever the case. */
  readonly search?: string | undefined;
}

const matches = ({ split, cohort, search }: RowFilter) =>
  and(
    split === undefined ? undefined : eq(datasetRows.split, split),
    cohort === undefined ? undefined : eq(datasetRows.cohort, cohort),
    search === undefined
      ? undefined
      : or(...[sql`${datasetRows.rowId}`, stored('input'), stored('expected')].map(containing(search))),
  );

/** JSON as its text: what is looked for is escaped in the same way. */
const stored = (column: 'input' | 'expected') => sql`${datasetRows[column]}::text`;
const containing = (search: string) => (text: SQL) =>
  sql`strpos(lower(${text}), lower(${JSON.stringify(search).slice(1, -1)}::text)) > 0`;

/** Rows in upload order, after the position `after`. */
export async function listDatasetRows(
  db: Db,
  scope: Scope,
  key: VersionKey,
  page: RowFilter & { readonly after?: number | undefined; readonly limit: number },
): Promise<StoredRow[]> {
  return db
    .select(columns)
    .from(datasetRows)
    .where(
      and(
        ofVersion(scope, key),
        matches(page),
        page.after === undefined ? undefined : gt(datasetRows.position, page.after),
      ),
    )
    .orderBy(asc(datasetRows.position))
    .limit(page.limit);
}

/** Rows by cohort and split, the largest cohorts first; at most `limit` cohorts. */
export async function countByCohort(db: Db, scope: Scope, key: VersionKey, limit: number) {
  const inSplit = (split: Split) =>
    sql<number>`count(*) filter (where ${datasetRows.split} = ${split})`.mapWith(Number);
  return db
    .select({
      cohort: datasetRows.cohort,
      rows: sql<number>`count(*)`.mapWith(Number),
      train: inSplit('train'),
      validation: inSplit('validation'),
      test: inSplit('test'),
      excluded: sql<number>`count(*) filter (where ${datasetRows.excluded} is not null)`.mapWith(Number),
    })
    .from(datasetRows)
    .where(ofVersion(scope, key))
    .groupBy(datasetRows.cohort)
    .orderBy(desc(sql`count(*)`), asc(datasetRows.cohort))
    .limit(limit);
}

/** Ids, cohorts and metadata of a split's rows in upload order: what a job holds of its dataset. */
export async function listRowRefs(
  db: Db,
  scope: Scope,
  key: VersionKey,
  page: { readonly split: Split; readonly after?: number | undefined; readonly limit: number },
): Promise<Pick<StoredRow, 'position' | 'rowId' | 'cohort' | 'metadata'>[]> {
  return db
    .select({
      position: datasetRows.position,
      rowId: datasetRows.rowId,
      cohort: datasetRows.cohort,
      metadata: datasetRows.metadata,
    })
    .from(datasetRows)
    .where(
      and(
        ofVersion(scope, key),
        eq(datasetRows.split, page.split),
        page.after === undefined ? undefined : gt(datasetRows.position, page.after),
      ),
    )
    .orderBy(asc(datasetRows.position))
    .limit(page.limit);
}

export async function findDatasetRows(
  db: Db,
  scope: Scope,
  key: VersionKey,
  rowIds: readonly string[],
): Promise<StoredRow[]> {
  if (rowIds.length === 0) return [];
  return db
    .select(columns)
    .from(datasetRows)
    .where(and(ofVersion(scope, key), inArray(datasetRows.rowId, [...rowIds])));
}

export async function rowIdsAt(
  db: Db,
  scope: Scope,
  key: VersionKey,
  positions: readonly number[],
): Promise<{ readonly position: number; readonly rowId: string }[]> {
  if (positions.length === 0) return [];
  return db
    .select({ position: datasetRows.position, rowId: datasetRows.rowId })
    .from(datasetRows)
    .where(and(ofVersion(scope, key), inArray(datasetRows.position, [...positions])));
}
