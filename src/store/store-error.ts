/** SQLSTATE or system code of an error, looked for behind drizzle's wrapper and in the parts of an aggregate. */
function errorCode(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code;
    if (current instanceof AggregateError && current.errors.length > 0) return errorCode(current.errors[0]);
  }
  return undefined;
}

/** True when a unique key refused an insert. */
export const isUniqueViolation = (error: unknown): boolean => errorCode(error) === '23505';

/**
 * True when the server could not be reached, refused the login, or went away: nothing is wrong with the query. Class 08 connection,
 * 28 authorization, 3D no such database, 53 resources, 57P shutdown.
 */
export function isConnectionError(error: unknown): boolean {
  const code = errorCode(error);
  if (code !== undefined) {
    return /^(08|28|3D|53|57P)/.test(code) || /^(ECONN|EHOST|ENET|ETIMEDOUT|ENOTFOUND|EAI_|EPIPE)/.test(code);
  }
  for (let current = error; current instanceof Error; current = current.cause) {
    // pg's own errors carry no code.
    if (/timeout exceeded when trying to connect|Connection terminated|connection timeout/i.test(current.message))
      return true;
  }
  return false;
}

/**
 * An error as it may be logged: drizzle's message repeats every parameter of its query, which are prompts and rows. Where an error of the
 * chain of causes does, the answer says what the database said; any other error stays as it is.
 */
export function withoutValues(error: unknown): Error {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    if (current.name !== 'DrizzleQueryError' && !current.message.startsWith('Failed query:')) continue;
    const cause = current.cause instanceof Error ? current.cause : undefined;
    const clean = new Error(`the database refused a statement: ${cause?.message ?? 'unknown reason'}`);
    const code = errorCode(current);
    return code === undefined ? clean : Object.assign(clean, { code });
  }
  return error instanceof Error ? error : new Error(String(error));
}
