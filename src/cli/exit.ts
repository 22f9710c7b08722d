// Straight from its file: this is loaded for `--help`, too, and the rest of the client brings zod.
import { ApiProblem, ServiceUnreachable } from '../client/errors.ts';
import { type FieldError, ParetuneError } from '../domain/errors.ts';

/** What a command tells its caller. */
export const EXIT = {
  done: 0,
  /** Also a replay that does not find what its job had found. */
  gateFailed: 1,
  badInput: 2,
  unreachable: 3,
  noImprovement: 4,
  /** A defect of Paretune itself (sysexits' EX_SOFTWARE). */
  defect: 70,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The user pressed Ctrl-C, or the process was told to stop. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(message = 'interrupted') {
    super(message);
  }
}

/** Ends a command with a sentence and a code. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly exit: ExitCode;
  constructor(exit: ExitCode, message: string) {
    super(message);
    this.exit = exit;
  }
}

/** What a failed command says and returns. */
export interface Failure {
  readonly exit: ExitCode;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
}

/** Errors of the lab that an evaluation in this process can end with. */
const NAMED: Readonly<Record<string, Pick<Failure, 'exit' | 'code'>>> = {
  BudgetExhausted: { exit: EXIT.badInput, code: 'budget_exhausted' },
  ModelCallError: { exit: EXIT.unreachable, code: 'provider_failed' },
  ErrorCapReached: { exit: EXIT.unreachable, code: 'provider_failed' },
};

/** Problems that are an answer. */
const PROBLEM_EXITS: Readonly<Record<string, ExitCode>> = { journal_miss: EXIT.gateFailed };

export function failureOf(error: unknown): Failure {
  if (error instanceof Interrupted)
    return { exit: EXIT.interrupted, code: 'interrupted', detail: error.message, errors: [] };
  if (error instanceof Refusal) return { exit: error.exit, code: 'refused', detail: error.message, errors: [] };
  if (error instanceof ServiceUnreachable)
    return {
      exit: EXIT.unreachable,
      code: 'unreachable',
      detail: `${error.message}; start it with "paretune serve", or name another with --url or PARETUNE_URL`,
      errors: [],
    };
  if (error instanceof ApiProblem) {
    const exit =
      PROBLEM_EXITS[error.code] ?? (error.status >= 500 || error.status === 429 ? EXIT.unreachable : EXIT.badInput);
    const request = exit === EXIT.unreachable && error.requestId ? ` (request ${error.requestId})` : '';
    return { exit, code: error.code, detail: `${error.detail}${request}`, errors: error.errors };
  }
  if (error instanceof ParetuneError) {
    const exit = error.code === 'unavailable' ? EXIT.unreachable : EXIT.badInput;
    return { exit, code: error.code, detail: error.message, errors: error.errors };
  }
  const named = error instanceof Error ? NAMED[error.name] : undefined;
  if (named && error instanceof Error) return { ...named, detail: error.message, errors: [] };
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exit: EXIT.defect, code: 'internal', detail, errors: [] };
}

/** A failure for people: one line per field, or the one sentence. */
export function failureText({ code, detail, errors }: Failure): string {
  if (code === 'interrupted') return detail;
  // A detail made of its fields repeats them; the list is easier to read.
  const repeats = errors.length > 0 && errors.every((each) => detail.includes(each.message));
  const lines = errors.map(({ path, message }) => `  ${path}: ${message}`);
  if (errors.length === 0) return `error: ${detail}`;
  return repeats ? `error: not valid\n${lines.join('\n')}` : `error: ${detail}\n${lines.join('\n')}`;
}
