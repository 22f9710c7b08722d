import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { and, asc, eq, isNull, lt, or } from 'drizzle-orm';
import type { KeyRole } from '../domain/access.ts';
import type { Db } from './db.ts';
import { apiKeys } from './schema.ts';

/** A key as it may be shown: without its hash. */
export type ApiKey = Omit<typeof apiKeys.$inferSelect, 'hash'>;

const PATTERN = /^pt_([A-Za-z0-9]{12})_[A-Za-z0-9_-]{43}$/;
/** `lastUsedAt` is exact to this: it is not worth a write per request. */
const LAST_USED_STEP_MS = 60_000;

const shown = {
  id: apiKeys.id,
  projectId: apiKeys.projectId,
  name: apiKeys.name,
  role: apiKeys.role,
  createdAt: apiKeys.createdAt,
  lastUsedAt: apiKeys.lastUsedAt,
  revokedAt: apiKeys.revokedAt,
};

// A fast hash is right here: a key is 256 random bits, which no dictionary holds; a slow one would only help to exhaust the server.
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export interface NewKey {
  readonly projectId: string;
  readonly name: string;
  readonly role: KeyRole;
}

/** Creates a key `pt_<id>_<secret>`. `key` is returned this once and never stored. `bytes` is the source of randomness. */
export async function createApiKey(
  db: Db,
  { projectId, name, role }: NewKey,
  at: Date,
  bytes: (size: number) => Buffer = randomBytes,
): Promise<{ readonly key: string; readonly record: ApiKey }> {
  const id = bytes(6).toString('hex');
  const key = `pt_${id}_${bytes(32).toString('base64url')}`;
  const [record] = await db
    .insert(apiKeys)
    .values({ id, projectId, name, role, hash: sha256(key), createdAt: at })
    .returning(shown);
  if (!record) throw new Error('an insert returns its row');
  return { key, record };
}

/** The key's record when it is right and not revoked. Notes its use. */
export async function verifyApiKey(db: Db, key: string, at: Date): Promise<ApiKey | undefined> {
  const id = PATTERN.exec(key)?.[1];
  if (id === undefined) return undefined;
  const [found] = await db.select().from(apiKeys).where(eq(apiKeys.id, id));
  if (!found) return undefined;
  const { hash, ...record } = found;
  if (!timingSafeEqual(Buffer.from(hash, 'hex'), Buffer.from(sha256(key), 'hex')) || record.revokedAt) return undefined;
  await db
    .update(apiKeys)
    .set({ lastUsedAt: at })
    .where(
      and(
        eq(apiKeys.id, id),
        or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, new Date(at.getTime() - LAST_USED_STEP_MS))),
      ),
    );
  return record;
}

/** Oldest first, revoked ones too. */
export async function listApiKeys(db: Db, projectId: string): Promise<ApiKey[]> {
  return db
    .select(shown)
    .from(apiKeys)
    .where(eq(apiKeys.projectId, projectId))
    .orderBy(asc(apiKeys.createdAt), asc(apiKeys.id));
}

/** True when it was valid until now. */
export async function revokeApiKey(db: Db, projectId: string, id: string, at: Date): Promise<boolean> {
  const revoked = await db
    .update(apiKeys)
    .set({ revokedAt: at })
    .where(and(eq(apiKeys.projectId, projectId), eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
    .returning({ id: apiKeys.id });
  return revoked.length === 1;
}

/** Whether any project has a valid key: keys are then required, and the service may listen beyond loopback. */
export async function hasApiKeys(db: Db): Promise<boolean> {
  const [key] = await db.select({ id: apiKeys.id }).from(apiKeys).where(isNull(apiKeys.revokedAt)).limit(1);
  return key !== undefined;
}
