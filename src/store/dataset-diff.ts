import { sql } from 'drizzle-orm';
import type { VersionKey } from './datasets.ts';
import type { Db } from './db.ts';
import { datasetRows } from './schema.ts';
import type { Scope } from './scope.ts';

/** Columns that make two rows of one id differ. */
export const COMPARED = ['input', 'expected', 'context', 'cohort', 'metadata', 'split', 'excluded'] as const;

/** Rows of two versions by id: how many are in one only, and how many are in both and differ. */
export interface DiffCounts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly unchanged: number;
}

/** One version's rows, with the content as one text: JSON columns keep their text, so equal rows are equal texts. */
const side = (scope: Scope, key: VersionKey) => {
  const content = sql.join(
    COMPARED.map((column) => sql`coalesce(${datasetRows[column]}::text, '')`),
    sql` || chr(1) || `,
  );
  return sql`select ${datasetRows.rowId} as row_id, md5(${content}) as content from ${datasetRows}
    where ${datasetRows.projectId} = ${scope.projectId} and ${datasetRows.name} = ${key.name}
      and ${datasetRows.version} = ${key.version}`;
};

const joined = (scope: Scope, from: VersionKey, to: VersionKey) =>
  sql`(${side(scope, from)}) f full outer join (${side(scope, to)}) t on f.row_id = t.row_id`;

export async function countDatasetDiff(db: Db, scope: Scope, from: VersionKey, to: VersionKey): Promise<DiffCounts> {
  const [counts] = await records(
    db,
    sql`select
      (count(*) filter (where f.row_id is null))::int as added,
      (count(*) filter (where t.row_id is null))::int as removed,
      (count(*) filter (where f.content <> t.content))::int as changed,
      (count(*) filter (where f.content = t.content))::int as unchanged
    from ${joined(scope, from, to)}`,
  );
  const count = (name: string) => Number(counts?.[name] ?? 0);
  return {
    added: count('added'),
    removed: count('removed'),
    changed: count('changed'),
    unchanged: count('unchanged'),
  };
}

/** Ids of rows that differ, in order of id (by code point, whatever the database's language), after the id `after`. */
export async function listDatasetDiff(
  db: Db,
  scope: Scope,
  from: VersionKey,
  to: VersionKey,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<string[]> {
  const rows = await records(
    db,
    sql`select coalesce(f.row_id, t.row_id) as id from ${joined(scope, from, to)}
      where f.content is distinct from t.content
        ${page.after === undefined ? sql`` : sql`and coalesce(f.row_id, t.row_id) collate "C" > ${page.after}`}
      order by coalesce(f.row_id, t.row_id) collate "C" limit ${page.limit}`,
  );
  return rows.map((row) => String(row['id']));
}

/** Rows of a raw statement: both drivers give them under `rows`, and drizzle does not say so. */
async function records(db: Db, statement: ReturnType<typeof sql>): Promise<Record<string, unknown>[]> {
  const result: unknown = await db.execute(statement);
  if (result === null || typeof result !== 'object' || !('rows' in result) || !Array.isArray(result.rows)) {
    throw new Error('a statement returned no rows');
  }
  return result.rows;
}
