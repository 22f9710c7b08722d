import type { KeyRole } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import { fieldError, ParetuneError } from '../domain/errors.ts';
import type { KeyView, NewKeyView } from '../domain/views/key-view.ts';
import { type ApiKey, createApiKey, hasApiKeys, listApiKeys, revokeApiKey } from '../store/api-keys.ts';
import type { Database } from '../store/database.ts';
import type { Scope } from '../store/scope.ts';

/** Who manages keys: `keyId` is null where the service has no key yet. */
export interface KeyHolder {
  readonly scope: Scope;
  readonly keyId: string | null;
}

export interface KeyRegistry {
  /** Of the project, oldest first, revoked ones too. */
  list(holder: KeyHolder): Promise<KeyView[]>;
  /** The answer has the secret, this once. The first key of a service has to be an admin's: nobody else could make the next one. */
  create(holder: KeyHolder, request: { readonly name: string; readonly role: KeyRole }): Promise<NewKeyView>;
  /**
   * A revoked key stays revoked. The holder's own key is revoked only when that is said (`self`), and only when another admin key of the
   * project is left: without a key the service would be open to whoever reaches it.
   */
  revoke(holder: KeyHolder, id: string, self: boolean): Promise<void>;
}

export function createKeyRegistry({ db }: Database, clock: Clock): KeyRegistry {
  const list = (holder: KeyHolder) => listApiKeys(db, holder.scope.projectId);
  return {
    list: async (holder) => (await list(holder)).map((key) => viewOf(key, holder)),
    create: async (holder, { name, role }) => {
      if (role !== 'admin' && !(await hasApiKeys(db))) {
        throw fieldError(
          'role',
          `the first key has to be an admin's, not a ${role}'s: from then on every request needs a key, and only an admin can make more`,
        );
      }
      const made = await createApiKey(db, { projectId: holder.scope.projectId, name, role }, clock.now());
      return { ...viewOf(made.record, holder), key: made.key };
    },
    revoke: async (holder, id, self) => {
      const keys = await list(holder);
      const key = keys.find((each) => each.id === id);
      if (!key) throw new ParetuneError('not_found', `there is no key "${id}" in this project`);
      if (id === holder.keyId) refuseSelf(keys, id, self);
      if (!key.revokedAt) await revokeApiKey(db, holder.scope.projectId, id, clock.now());
    },
  };
}

function refuseSelf(keys: readonly ApiKey[], id: string, self: boolean): void {
  if (!self) {
    throw new ParetuneError(
      'conflict',
      `"${id}" is the key of this request; add ?self=true to revoke it all the same, or use another admin key`,
    );
  }
  if (!keys.some((key) => key.id !== id && key.role === 'admin' && !key.revokedAt)) {
    throw new ParetuneError(
      'conflict',
      `"${id}" is the last admin key of the project: nobody could manage its keys any more; make another one first`,
    );
  }
}

const viewOf = ({ projectId, ...key }: ApiKey, { keyId }: KeyHolder): KeyView => ({
  id: key.id,
  name: key.name,
  role: key.role,
  project: projectId,
  createdAt: key.createdAt.toISOString(),
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  revokedAt: key.revokedAt?.toISOString() ?? null,
  current: key.id === keyId,
});
