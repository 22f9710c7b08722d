/** What a command knows of the world. Tests and the entry point make one; commands touch no global. */
export interface Io {
  /** Results. */
  out(text: string): void;
  /** Progress, warnings and errors. */
  err(text: string): void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Where results go. */
  readonly result: Terminal;
  /** Where progress goes. */
  readonly progress: Terminal;
  /** Aborted with Interrupted at the first Ctrl-C. */
  readonly interrupt: AbortSignal;
  /** Milliseconds. */
  now(): number;
}

export interface Terminal {
  /** A person looks at it: lines may be redrawn in place. */
  readonly live: boolean;
  /** ANSI colours are wanted. */
  readonly color: boolean;
  /** Lines, blocks and arrows can be shown; false in a locale that is said not to be UTF-8. */
  readonly unicode: boolean;
  readonly columns: () => number;
  readonly rows: () => number;
}

const NO_EDGE = 10_000;

interface Stream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** How to write to a stream: plain for files, pipes, CI and dumb terminals; no colour under NO_COLOR. */
export function terminalOf(stream: Stream, environment: Io['environment']): Terminal {
  const live = stream.isTTY === true && environment['TERM'] !== 'dumb' && !environment['CI'];
  return {
    live,
    color: live && !environment['NO_COLOR'],
    unicode: !live || isUtf8(environment),
    // A file and a pipe have no edge: what is cut off there is lost.
    columns: () => Math.max(40, stream.columns ?? (stream.isTTY ? 80 : NO_EDGE)),
    rows: () => stream.rows ?? 24,
  };
}

/** By the first variable that says something, as the C library has it. Where none does, terminals of today are UTF-8. */
function isUtf8(environment: Io['environment']): boolean {
  const locale = ['LC_ALL', 'LC_CTYPE', 'LANG'].map((name) => environment[name]).find((value) => value);
  return locale === undefined || /utf-?8/i.test(locale);
}

/** One JSON document on standard output. */
export const printJson = (io: Io, value: unknown): void => io.out(`${JSON.stringify(value, null, 2)}\n`);
