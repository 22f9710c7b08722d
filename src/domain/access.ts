/** What a key may do; each may also do what those after it may. */
export const KEY_ROLES = ['admin', 'editor', 'viewer'] as const;
export type KeyRole = (typeof KEY_ROLES)[number];
