import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { KEY_ROLES } from '../../domain/access.ts';
import { exactJson, instant } from './columns.ts';

/** The project of everything that names none. It exists from the first start. */
export const DEFAULT_PROJECT = 'default';

export const projects = pgTable('projects', {
  id: text().primaryKey(),
  name: text().notNull(),
  createdAt: instant().notNull().defaultNow(),
});

/** Column of what belongs to a project. */
export const projectId = () =>
  text()
    .notNull()
    .references(() => projects.id);

/** `hash` is the SHA-256 (hex) of the whole key; the key itself is shown once and never stored. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text().primaryKey(),
    projectId: projectId(),
    name: text().notNull(),
    role: text({ enum: KEY_ROLES }).notNull(),
    hash: text().notNull(),
    createdAt: instant().notNull().defaultNow(),
    lastUsedAt: instant(),
    revokedAt: instant(),
  },
  (t) => [index('api_keys_by_project').on(t.projectId, t.createdAt)],
);

/** First answers by idempotency key. `status` is null while the first request is under way. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    projectId: projectId(),
    key: text().notNull(),
    /** Method and path: `POST /v1/jobs`. */
    operation: text().notNull(),
    bodyHash: text().notNull(),
    status: integer(),
    response: exactJson<unknown>(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.key, t.operation] }), index('idempotency_keys_by_age').on(t.createdAt)],
);
