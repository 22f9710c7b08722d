import { and, eq, isNull, lt } from 'drizzle-orm';
import { ParetuneError } from '../domain/errors.ts';
import type { Db } from './db.ts';
import { idempotencyKeys } from './schema.ts';

export interface IdempotentRequest {
  readonly projectId: string;
  /** The client's `Idempotency-Key`. */
  readonly key: string;
  /** Method and path: `POST /v1/jobs`. */
  readonly operation: string;
  /** Content hash of the body. */
  readonly bodyHash: string;
}

/** The first answer to a key. */
export interface StoredAnswer {
  readonly status: number;
  readonly response: unknown;
}

/** A claim this old belongs to a process that died before it answered. */
const ABANDONED_MS = 5 * 60_000;

const of = ({ projectId, key, operation }: IdempotentRequest) =>
  and(eq(idempotencyKeys.projectId, projectId), eq(idempotencyKeys.key, key), eq(idempotencyKeys.operation, operation));

/**
 * Claims a key: undefined = this request is the first and is to be carried out, then `completeIdempotent` or, when it failed,
 * `releaseIdempotent`; otherwise the first answer. Called in the transaction that does the work and completes the key, claim and effect
 * stand or fall together.
 *
 * @throws ParetuneError `idempotency_conflict` when the key was used with another body, `conflict` while the first request is under way.
 */
export async function claimIdempotent(db: Db, request: IdempotentRequest, at: Date): Promise<StoredAnswer | undefined> {
  await db
    .delete(idempotencyKeys)
    .where(
      and(
        of(request),
        isNull(idempotencyKeys.status),
        lt(idempotencyKeys.createdAt, new Date(at.getTime() - ABANDONED_MS)),
      ),
    );
  const claimed = await db
    .insert(idempotencyKeys)
    .values({ ...request, createdAt: at })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key });
  if (claimed.length === 1) return undefined;
  const [first] = await db.select().from(idempotencyKeys).where(of(request));
  if (first && first.bodyHash !== request.bodyHash) {
    throw new ParetuneError(
      'idempotency_conflict',
      `Idempotency-Key "${request.key}" was used for ${request.operation} with another body: send a new key with a new body`,
    );
  }
  if (!first || first.status === null) {
    throw new ParetuneError(
      'conflict',
      `the first request with Idempotency-Key "${request.key}" is still under way: try again`,
    );
  }
  return { status: first.status, response: first.response };
}

/** Keeps the first answer. */
export async function completeIdempotent(db: Db, request: IdempotentRequest, answer: StoredAnswer): Promise<void> {
  await db.update(idempotencyKeys).set(answer).where(of(request));
}

/** Gives a claim back after a failure, so that the client may try again with the same key. */
export async function releaseIdempotent(db: Db, request: IdempotentRequest): Promise<void> {
  await db.delete(idempotencyKeys).where(and(of(request), isNull(idempotencyKeys.status)));
}

/** Forgets answers older than `before`; returns how many. */
export async function forgetIdempotent(db: Db, before: Date): Promise<number> {
  const forgotten = await db
    .delete(idempotencyKeys)
    .where(lt(idempotencyKeys.createdAt, before))
    .returning({ key: idempotencyKeys.key });
  return forgotten.length;
}
