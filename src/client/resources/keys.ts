import type { z } from 'zod';
import {
  type KeyView,
  type keyRequestSchema,
  keyViewSchema,
  type NewKeyView,
  newKeySchema,
} from '../../domain/views/key-view.ts';
import { path, type Transport } from '../transport.ts';
import { type Page, pageOf } from '../wire.ts';

export type KeyBody = z.input<typeof keyRequestSchema>;

const keyPageSchema = pageOf(keyViewSchema);

/** `/v1/keys`, for keys with the role admin. */
export function keysResource(transport: Transport) {
  return {
    list: (): Promise<Page<KeyView>> => transport.read(keyPageSchema, { method: 'GET', path: '/v1/keys' }),
    /** Resolves with the secret, this once. */
    create: (body: KeyBody): Promise<NewKeyView> =>
      transport.read(newKeySchema, { method: 'POST', path: '/v1/keys', json: body, once: true }),
    /** `self`: even the key that this client uses. */
    revoke: async (id: string, options: { readonly self?: boolean } = {}): Promise<void> => {
      await transport.text({
        method: 'DELETE',
        path: path`/v1/keys/${id}`,
        ...(options.self && { query: { self: 'true' } }),
      });
    },
  };
}
