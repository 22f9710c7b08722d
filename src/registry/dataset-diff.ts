import { COMPARED, countDatasetDiff, type DiffCounts, listDatasetDiff } from '../store/dataset-diff.ts';
import { findDatasetRows, type StoredRow } from '../store/dataset-rows.ts';
import type { VersionKey } from '../store/datasets.ts';
import type { Db } from '../store/db.ts';
import type { Scope } from '../store/scope.ts';
import { limitOf, type Page, type PageRequest, pageOf, textCursor } from './page.ts';
import { type DatasetRow, fromStoredRow } from './stored-row.ts';

export interface RowChange {
  readonly id: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Fields that differ, for a changed row. */
  readonly fields: readonly (typeof COMPARED)[number][];
  readonly before: DatasetRow | null;
  readonly after: DatasetRow | null;
}

interface VersionName extends VersionKey {
  readonly ref: string;
  readonly sha256: string;
}

/** Rows that differ between two versions, by row id, page by page; the counts are of all rows. */
export interface DatasetDiff extends Page<RowChange> {
  readonly from: { readonly ref: string; readonly sha256: string };
  readonly to: { readonly ref: string; readonly sha256: string };
  readonly counts: DiffCounts;
}

export async function diffDatasets(
  db: Db,
  scope: Scope,
  from: VersionName,
  to: VersionName,
  request: PageRequest,
): Promise<DatasetDiff> {
  const limit = limitOf(request);
  const ids = await listDatasetDiff(db, scope, from, to, { after: textCursor(request), limit: limit + 1 });
  const shown = ids.slice(0, limit);
  const before = byId(await findDatasetRows(db, scope, from, shown));
  const after = byId(await findDatasetRows(db, scope, to, shown));
  const page = pageOf(
    ids,
    limit,
    (id) => id,
    (id) => change(id, before.get(id), after.get(id)),
  );
  const nameOf = ({ ref, sha256 }: VersionName) => ({ ref, sha256 });
  return { from: nameOf(from), to: nameOf(to), counts: await countDatasetDiff(db, scope, from, to), ...page };
}

const byId = (rows: readonly StoredRow[]) => new Map(rows.map((row) => [row.rowId, row] as const));

function change(id: string, before: StoredRow | undefined, after: StoredRow | undefined): RowChange {
  const fields = before && after ? COMPARED.filter((field) => !sameText(before[field], after[field])) : [];
  return {
    id,
    change: before ? (after ? 'changed' : 'removed') : 'added',
    fields,
    before: before ? fromStoredRow(before) : null,
    after: after ? fromStoredRow(after) : null,
  };
}

/** As the database compares: the order of an object's keys counts, because it shows in a rendered prompt. */
const sameText = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
