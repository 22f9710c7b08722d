import type { PGlite } from '@electric-sql/pglite';
import { is, SQL, sql } from 'drizzle-orm';
import { type Db as BossDriver, fromDrizzle, fromPglite } from 'pg-boss';
import type { Db } from '../store/db.ts';
import { rawRows } from '../store/raw-rows.ts';

/**
 * pg-boss on the embedded database's single connection. pg-boss' own adapter sends `BEGIN; …; COMMIT;` blocks as they are: between the
 * failure of one and its `ROLLBACK`, the statements of everybody else run into the aborted transaction. Here such a block runs as
 * a transaction of the embedded database, which nobody else can enter.
 */
export function embeddedDriver(lite: PGlite): BossDriver {
  const adapter = fromPglite(lite);
  return {
    ...adapter,
    executeSql: async (text, values) => {
      if (values?.length) return lite.query<Record<string, unknown>>(text, values);
      const block = /^\s*BEGIN;([\s\S]*)COMMIT;?\s*$/i.exec(text)?.[1];
      const results = block === undefined ? await lite.exec(text) : await lite.transaction((tx) => tx.exec(block));
      return { rows: results.flatMap((result) => result.rows) };
    },
  };
}

/** pg-boss inside a transaction of ours: what it sends commits or rolls back with our rows. */
export function transactionDriver(tx: Db): BossDriver {
  return fromDrizzle(
    {
      execute: async (statement) => {
        if (!is(statement, SQL)) throw new Error('pg-boss builds its statements with the tag that it was given');
        return { rows: await rawRows(tx, statement) };
      },
    },
    sql,
  );
}
