import { and, asc, desc, eq, gt, lt, max } from 'drizzle-orm';
import type { Suite } from '../domain/suite.ts';
import type { Db } from './db.ts';
import { suites, suiteVersions } from './schema.ts';
import type { Scope } from './scope.ts';
import { isVersionNumber } from './version-number.ts';

/** A suite version as stored. */
export type SuiteVersionRow = typeof suiteVersions.$inferSelect;

export interface NewSuiteVersion {
  readonly sha256: string;
  readonly content: Suite;
  readonly message?: string | undefined;
  readonly author?: string | undefined;
  readonly createdAt: Date;
}

const ofSuite = (scope: Scope, name: string) =>
  and(eq(suiteVersions.projectId, scope.projectId), eq(suiteVersions.name, name));

/**
 * Adds the next version, or returns the one that has this content. To be called in a transaction: the head row is locked, so that
 * concurrent writers get consecutive versions.
 */
export async function addSuiteVersion(
  tx: Db,
  scope: Scope,
  name: string,
  version: NewSuiteVersion,
): Promise<{ readonly row: SuiteVersionRow; readonly created: boolean }> {
  const head = { projectId: scope.projectId, name };
  await tx
    .insert(suites)
    .values({ ...head, createdAt: version.createdAt })
    .onConflictDoNothing();
  await tx
    .select({ name: suites.name })
    .from(suites)
    .where(and(eq(suites.projectId, scope.projectId), eq(suites.name, name)))
    .for('update');
  const [same] = await tx
    .select()
    .from(suiteVersions)
    .where(and(ofSuite(scope, name), eq(suiteVersions.sha256, version.sha256)));
  if (same) return { row: same, created: false };
  const next = ((await newestSuiteVersion(tx, scope, name)) ?? 0) + 1;
  const [row] = await tx
    .insert(suiteVersions)
    .values({ ...head, ...version, version: next })
    .returning();
  if (!row) throw new Error('an insert returned nothing');
  return { row, created: true };
}

export async function newestSuiteVersion(db: Db, scope: Scope, name: string): Promise<number | null> {
  const [row] = await db
    .select({ version: max(suiteVersions.version) })
    .from(suiteVersions)
    .where(ofSuite(scope, name));
  return row?.version ?? null;
}

export async function findSuiteVersion(
  db: Db,
  scope: Scope,
  name: string,
  version: number,
): Promise<SuiteVersionRow | undefined> {
  if (!isVersionNumber(version)) return undefined;
  const [row] = await db
    .select()
    .from(suiteVersions)
    .where(and(ofSuite(scope, name), eq(suiteVersions.version, version)));
  return row;
}

/** Versions, newest first, older than `before`. */
export async function listSuiteVersions(
  db: Db,
  scope: Scope,
  name: string,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<SuiteVersionRow[]> {
  return db
    .select()
    .from(suiteVersions)
    .where(and(ofSuite(scope, name), page.before === undefined ? undefined : lt(suiteVersions.version, page.before)))
    .orderBy(desc(suiteVersions.version))
    .limit(page.limit);
}

/** The newest version of each suite, by name, after the name `after`. */
export async function listSuiteHeads(
  db: Db,
  scope: Scope,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<SuiteVersionRow[]> {
  return db
    .selectDistinctOn([suiteVersions.name])
    .from(suiteVersions)
    .where(
      and(
        eq(suiteVersions.projectId, scope.projectId),
        page.after === undefined ? undefined : gt(suiteVersions.name, page.after),
      ),
    )
    .orderBy(asc(suiteVersions.name), desc(suiteVersions.version))
    .limit(page.limit);
}

/** Names for a "did you mean". */
export async function suiteNames(db: Db, scope: Scope, limit: number): Promise<string[]> {
  const rows = await db
    .select({ name: suites.name })
    .from(suites)
    .where(eq(suites.projectId, scope.projectId))
    .orderBy(asc(suites.name))
    .limit(limit);
  return rows.map((row) => row.name);
}
