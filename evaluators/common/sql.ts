import type * as PgQuery from 'libpg-query';

/** Characters of SQL that are parsed: one endless operator takes the parser quadratic time, 0.3 seconds for this many. */
export const MAX_SQL = 10_000;

export type SqlCheck =
  | { readonly kind: 'valid'; readonly statements: number; readonly changes: string | null }
  /** `at`: position of the error in characters, null when the parser does not say. */
  | { readonly kind: 'broken'; readonly reason: string; readonly at: number | null }
  | { readonly kind: 'too-deep' };

let parser: typeof PgQuery | undefined;

/** Loads the parser (1.7 MB of WebAssembly): it is not needed by jobs that do not ask for SQL. */
export async function loadSqlParser(): Promise<void> {
  if (parser) return;
  const loaded = await import('libpg-query');
  await loaded.loadModule();
  parser = loaded;
}

/**
 * Whether a text is SQL as PostgreSQL's own grammar has it, how many statements, and what in them changes data (null: nothing). An LALR
 * parser, and what nests deeper than its stack is an error of its own. Needs `loadSqlParser` to have been awaited.
 */
export function checkSql(text: string): SqlCheck {
  if (!parser) throw new Error('the SQL parser is not loaded');
  const nul = text.indexOf('\0');
  if (nul >= 0) return { kind: 'broken', reason: 'a NUL character', at: nul };
  try {
    const { stmts = [] } = parser.parseSync(text);
    return { kind: 'valid', statements: stmts.length, changes: changesOf(stmts) };
  } catch (error) {
    // The tree is deeper than the stack of this process, or the text deeper than that of the parser.
    if (error instanceof RangeError) return { kind: 'too-deep' };
    if (!(error instanceof parser.SqlError)) throw error;
    if (/^memory exhausted/.test(error.message)) return { kind: 'too-deep' };
    return { kind: 'broken', reason: error.message, at: error.sqlDetails?.cursorPosition ?? null };
  }
}

/** Statements that only read, by the parser's names. */
const READING = new Set(['SelectStmt', 'ExplainStmt', 'VariableShowStmt']);
/** Parts of a statement that change data or lock rows: data-changing WITH, SELECT INTO, SELECT FOR UPDATE. */
const CHANGING: ReadonlySet<string> = new Set([
  ...[
    'InsertStmt',
    'UpdateStmt',
    'DeleteStmt',
    'MergeStmt',
    'CreateTableAsStmt',
    'ExecuteStmt',
    'intoClause',
    'lockingClause',
  ],
]);

/** The first part of the statements that does not only read; null when there is none. */
function changesOf(statements: readonly { readonly stmt?: object | undefined }[]): string | null {
  for (const { stmt = {} } of statements) {
    const other = Object.keys(stmt).find((name) => !READING.has(name));
    if (other !== undefined) return other;
  }
  const open: unknown[] = [statements];
  while (open.length > 0) {
    const value = open.pop();
    if (value === null || typeof value !== 'object') continue;
    for (const [name, member] of Object.entries(value)) {
      if (CHANGING.has(name)) return name;
      open.push(member);
    }
  }
  return null;
}
