import { and, asc, desc, eq, gt, inArray, lt, max } from 'drizzle-orm';
import type { PromptContent } from '../domain/prompt.ts';
import type { Db } from './db.ts';
import { type PromptStage, promptEnvironments, prompts, promptVersions, type VersionSource } from './schema.ts';
import type { Scope } from './scope.ts';
import { isVersionNumber } from './version-number.ts';

/** A prompt version as stored. Versions are immutable but for their stage. */
export type PromptVersionRow = typeof promptVersions.$inferSelect;

export interface NewPromptVersion {
  readonly sha256: string;
  readonly content: PromptContent;
  readonly message?: string | undefined;
  readonly author?: string | undefined;
  readonly reason?: string | undefined;
  readonly parent?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly source?: VersionSource | undefined;
  readonly stage: PromptStage;
  readonly createdAt: Date;
}

const ofPrompt = (scope: Scope, name: string) =>
  and(eq(promptVersions.projectId, scope.projectId), eq(promptVersions.name, name));

/**
 * Adds the next version, or returns the one that has this content. To be called in a transaction: the head row is locked, so that
 * concurrent writers get consecutive versions.
 */
export async function addPromptVersion(
  tx: Db,
  scope: Scope,
  name: string,
  version: NewPromptVersion,
): Promise<{ readonly row: PromptVersionRow; readonly created: boolean }> {
  const head = { projectId: scope.projectId, name };
  await tx
    .insert(prompts)
    .values({ ...head, createdAt: version.createdAt })
    .onConflictDoNothing();
  await tx
    .select({ name: prompts.name })
    .from(prompts)
    .where(and(eq(prompts.projectId, scope.projectId), eq(prompts.name, name)))
    .for('update');
  const [same] = await tx
    .select()
    .from(promptVersions)
    .where(and(ofPrompt(scope, name), eq(promptVersions.sha256, version.sha256)));
  if (same) return { row: same, created: false };
  const next = ((await newestPromptVersion(tx, scope, name)) ?? 0) + 1;
  const { labels, ...rest } = version;
  const [row] = await tx
    .insert(promptVersions)
    .values({ ...head, ...rest, version: next, labels: [...(labels ?? [])] })
    .returning();
  if (!row) throw new Error('an insert returned nothing');
  return { row, created: true };
}

export async function newestPromptVersion(db: Db, scope: Scope, name: string): Promise<number | null> {
  const [row] = await db
    .select({ version: max(promptVersions.version) })
    .from(promptVersions)
    .where(ofPrompt(scope, name));
  return row?.version ?? null;
}

export async function findPromptVersion(
  db: Db,
  scope: Scope,
  name: string,
  version: number,
): Promise<PromptVersionRow | undefined> {
  if (!isVersionNumber(version)) return undefined;
  const [row] = await db
    .select()
    .from(promptVersions)
    .where(and(ofPrompt(scope, name), eq(promptVersions.version, version)));
  return row;
}

/** Versions, newest first, older than `before`. */
export async function listPromptVersions(
  db: Db,
  scope: Scope,
  name: string,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<PromptVersionRow[]> {
  return db
    .select()
    .from(promptVersions)
    .where(and(ofPrompt(scope, name), page.before === undefined ? undefined : lt(promptVersions.version, page.before)))
    .orderBy(desc(promptVersions.version))
    .limit(page.limit);
}

/** The newest version of each prompt, by name, after the name `after`. */
export async function listPromptHeads(
  db: Db,
  scope: Scope,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<PromptVersionRow[]> {
  return db
    .selectDistinctOn([promptVersions.name])
    .from(promptVersions)
    .where(
      and(
        eq(promptVersions.projectId, scope.projectId),
        page.after === undefined ? undefined : gt(promptVersions.name, page.after),
      ),
    )
    .orderBy(asc(promptVersions.name), desc(promptVersions.version))
    .limit(page.limit);
}

/** What the environments of these prompts hold. */
export async function listEnvironments(
  db: Db,
  scope: Scope,
  names: readonly string[],
): Promise<{ readonly name: string; readonly environment: string; readonly version: number }[]> {
  if (names.length === 0) return [];
  return db
    .select({
      name: promptEnvironments.name,
      environment: promptEnvironments.environment,
      version: promptEnvironments.version,
    })
    .from(promptEnvironments)
    .where(and(eq(promptEnvironments.projectId, scope.projectId), inArray(promptEnvironments.name, [...names])))
    .orderBy(asc(promptEnvironments.name), asc(promptEnvironments.environment));
}

/** Names for a "did you mean". */
export async function promptNames(db: Db, scope: Scope, limit: number): Promise<string[]> {
  const rows = await db
    .select({ name: prompts.name })
    .from(prompts)
    .where(eq(prompts.projectId, scope.projectId))
    .orderBy(asc(prompts.name))
    .limit(limit);
  return rows.map((row) => row.name);
}
