import { customType, text, timestamp } from 'drizzle-orm/pg-core';

/**
 * A JSON value kept exactly as written: `json`, not `jsonb`.
 *
 * - `jsonb` sorts object keys. Rows and output schemas are rendered into prompts, where the order of keys is part of the text.
 * - `jsonb` refuses `\u0000` and lone surrogates, which models do answer with; a journal must take whatever came.
 * - drizzle's own `json()` parses twice, so that the string `"true"` comes back as the boolean `true`.
 *
 * `null` and `undefined` are SQL NULL.
 */
export const exactJson = <T>() =>
  customType<{ data: T; driverData: unknown }>({
    dataType: () => 'json',
    toDriver: (value) => JSON.stringify(value),
    // Both drivers have parsed it.
    fromDriver: (value) => value as T,
  })();

/** Text from outside (model outputs, feedback): PostgreSQL cannot hold NUL characters in text, so they become U+FFFD. */
export const foreignText = customType<{ data: string; driverData: string }>({
  dataType: () => 'text',
  toDriver: (value) => value.replaceAll('\u0000', '\uFFFD'),
});

/** An instant with the resolution of a JavaScript Date, so that cursors made from it are exact. */
export const instant = () => timestamp({ withTimezone: true, precision: 3, mode: 'date' });

/** First columns of the facts of a job. No foreign key: the tables are large, and only ever appended to. */
export const jobKey = () => ({ projectId: text().notNull(), jobId: text().notNull() });
