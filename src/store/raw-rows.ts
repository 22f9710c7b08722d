import type { SQL } from 'drizzle-orm';
import type { Db } from './db.ts';

/** Rows of a raw statement. Both drivers answer with `rows`, which drizzle's common type does not say. `bigint` comes as text or number. */
export async function rawRows(db: Db, statement: SQL): Promise<Record<string, unknown>[]> {
  const result: unknown = await db.execute(statement);
  if (typeof result === 'object' && result !== null && 'rows' in result && Array.isArray(result.rows))
    return result.rows;
  throw new Error('the driver answered a statement without rows');
}
