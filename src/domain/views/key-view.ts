import { z } from 'zod';
import { KEY_ROLES } from '../access.ts';

/** Wire shapes of API keys. No shape but that of a new key has the secret. */
const time = z.iso.datetime();

const roleSchema = z
  .enum(KEY_ROLES)
  .describe('viewer reads; editor also writes and starts what costs money; admin also manages keys.');

export const keyRequestSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(100).describe('Who or what uses it.'),
    role: roleSchema.default('editor'),
  })
  .meta({ id: 'KeyRequest' });

export const keyViewSchema = z
  .object({
    id: z.string().describe('The part of the key between the underscores; not secret.'),
    name: z.string(),
    role: roleSchema,
    project: z.string().describe('Everything that the key can see and change belongs to it.'),
    createdAt: time,
    lastUsedAt: time.nullable().describe('To the minute; null when it was never used.'),
    revokedAt: time.nullable(),
    current: z.boolean().describe('It is the key of this request.'),
  })
  .meta({ id: 'Key' });
export type KeyView = z.infer<typeof keyViewSchema>;

export const newKeySchema = keyViewSchema
  .extend({ key: z.string().describe('The secret. It is in this answer and nowhere else: only its hash is stored.') })
  .meta({ id: 'NewKey' });
export type NewKeyView = z.infer<typeof newKeySchema>;
