import type { PGlite } from '@electric-sql/pglite';
import type { Pool } from 'pg';
import type { Db } from './db.ts';

/** An open database. `kind` decides nothing but how many processes may use it: `pglite` has exactly one. */
export interface Database {
  readonly kind: 'postgres' | 'pglite';
  /** For single statements. Not to be used inside `transaction`: pass `tx` on (a violation throws). */
  readonly db: Db;
  /** Runs `body` in one transaction; a throw rolls it back. */
  transaction<T>(body: (tx: Db) => Promise<T>): Promise<T>;
  /**
   * Calls `onPayload` for each NOTIFY on the channel, from any process. `onGap` says that notifications may have been missed (the
   * connection was lost and is back).
   *
   * @returns the end of listening.
   */
  listen(channel: string, onPayload: (payload: string) => void, onGap: () => void): Promise<() => Promise<void>>;
  /** The driver, for the queue, which brings SQL of its own. */
  readonly driver:
    | { readonly kind: 'postgres'; readonly pool: Pool; readonly url: string }
    | { readonly kind: 'pglite'; readonly lite: PGlite };
  /** Resolves when the server answers; rejects otherwise. */
  ping(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** A PostgreSQL server. Without it the embedded database is used. */
  readonly url?: string | undefined;
  /** Directory of the embedded database, created when missing; `memory` keeps nothing. */
  readonly dataDir?: string | undefined;
  /** Where the image lies that a new embedded database starts from (default `~/.cache/paretune`). */
  readonly cacheDir?: string | undefined;
  /** Connections of this process to PostgreSQL (default 10). */
  readonly poolSize?: number | undefined;
  /** Takes the data directory although another host's lock lies on it: for containers whose host name has changed. */
  readonly forceUnlock?: boolean | undefined;
  /** Told of connection errors that no query can be blamed for (an idle connection broke); the pool recovers by itself. */
  readonly onError?: ((error: Error) => void) | undefined;
}
