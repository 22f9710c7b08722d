import type { Db } from './db.ts';
import { projects } from './schema.ts';

/** Creates a project; one that exists stays as it is. */
export async function ensureProject(db: Db, id: string, name: string = id): Promise<void> {
  await db.insert(projects).values({ id, name }).onConflictDoNothing();
}
