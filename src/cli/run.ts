import { CommanderError } from 'commander';
import { EXIT, type ExitCode, failureOf, failureText, Interrupted } from './exit.ts';
import { type Io, printJson } from './io.ts';
import { createProgram } from './program.ts';

/** Runs one command line (`args` without node and script) and says what it ended with; nothing is thrown. */
export async function runCommandLine(args: readonly string[], io: Io, version: string): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  try {
    const program = createProgram(io, version, (ended) => {
      code = ended;
    });
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    // Help, version, and what commander has already complained about.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
    // After Ctrl-C the calls that it broke off complain in their own words.
    const cause = io.interrupt.aborted && isAbort(error) ? new Interrupted() : error;
    const { exit, ...failure } = failureOf(cause);
    io.err(`${failureText({ exit, ...failure })}\n`);
    if (args.includes('--json')) printJson(io, { error: failure });
    return exit;
  }
}

const isAbort = (error: unknown) => error instanceof Error && error.name === 'AbortError';
