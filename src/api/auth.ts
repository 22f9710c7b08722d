import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../domain/clock.ts';
import { ParetuneError } from '../domain/errors.ts';
import { type ApiKey, hasApiKeys, verifyApiKey } from '../store/api-keys.ts';
import type { Database } from '../store/database.ts';
import { DEFAULT_PROJECT } from '../store/schema.ts';
import type { Scope } from '../store/scope.ts';
import { Lasting } from './lasting.ts';
import { isLoopbackHost, isLoopbackOrigin } from './loopback.ts';

/** Who sent a request, and whose data it may touch. */
export interface Caller {
  readonly scope: Scope;
  readonly role: ApiKey['role'];
  /** Null where no key exists. */
  readonly keyId: string | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the time a handler of `/v1` runs. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** Least role that may call the route; default: `viewer` to read, `editor` to write. */
    access?: ApiKey['role'];
  }
}

const RANK: Readonly<Record<ApiKey['role'], number>> = { viewer: 0, editor: 1, admin: 2 };

/** A revoked key, or the first key, holds after this at the latest. */
const REMEMBERED_MS = 1_000;

/** Who sent the request. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error('the route is not behind authentication');
  return request.caller;
}

/** Data of whose project a handler may touch. */
export function scopeOf(request: FastifyRequest): Scope {
  return callerOf(request).scope;
}

/**
 * Makes the hook that lets a request in. As soon as one key exists, each needs `Authorization: Bearer pt_…`; its project and role are the
 * caller's. Before that the service belongs to its machine: the project is `default`, and only pages and names of this machine may call,
 * so that a web site cannot reach it by pointing its own name at 127.0.0.1.
 */
export function createAuthentication({ db }: Database, clock: Clock): (request: FastifyRequest) => Promise<void> {
  const required = new Lasting<boolean>(clock, REMEMBERED_MS);
  const keys = new Lasting<ApiKey | undefined>(clock, REMEMBERED_MS);

  const identify = async (request: FastifyRequest): Promise<Caller> => {
    const header = request.headers.authorization;
    if (header !== undefined) {
      const key = /^Bearer +(\S+)$/i.exec(header)?.[1];
      // Kept under its hash: a key is nowhere in memory longer than its request.
      const found =
        key &&
        (await keys.get(createHash('sha256').update(key).digest('hex'), () => verifyApiKey(db, key, clock.now())));
      if (!found) throw unauthenticated('the API key is wrong or revoked');
      return { scope: { projectId: found.projectId }, role: found.role, keyId: found.id };
    }
    if (await required.get('', () => hasApiKeys(db))) throw unauthenticated('the request has no API key');
    const { host = '', origin } = request.headers;
    if (!isLoopbackHost(host) || (origin !== undefined && !isLoopbackOrigin(origin))) {
      throw new ParetuneError(
        'forbidden',
        'without an API key the service answers to this machine only, under a loopback name (localhost, 127.0.0.1, [::1]); create a key with "paretune keys create" to use it from elsewhere',
      );
    }
    return { scope: { projectId: DEFAULT_PROJECT }, role: 'admin', keyId: null };
  };

  return async (request) => {
    const caller = await identify(request);
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const needed = request.routeOptions.config.access ?? (reads ? 'viewer' : 'editor');
    if (RANK[caller.role] < RANK[needed]) {
      throw new ParetuneError(
        'forbidden',
        `${request.method} ${request.routeOptions.url} needs a key with the role ${needed}; this one has ${caller.role}`,
      );
    }
    request.caller = caller;
  };
}

const unauthenticated = (why: string) =>
  new ParetuneError('unauthenticated', `${why}; send the header "Authorization: Bearer pt_…"`);
