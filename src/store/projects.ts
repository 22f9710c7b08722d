import { eq } from 'drizzle-orm';
import type { Db } from './db.ts';
import { projects } from './schema.ts';

export type ProjectRow = typeof projects.$inferSelect;

/** Creates a project; one that exists stays as it is. */
export async function ensureProject(db: Db, id: string, name: string = id): Promise<void> {
  await db.insert(projects).values({ id, name }).onConflictDoNothing();
}

export async function getProject(db: Db, id: string): Promise<ProjectRow | undefined> {
  const [project] = await db.select().from(projects).where(eq(projects.id, id));
  return project;
}
