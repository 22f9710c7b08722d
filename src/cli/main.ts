#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { EXIT, type ExitCode, failureOf, failureText, Interrupted } from './exit.ts';
import { type Io, printJson, terminalOf } from './io.ts';
import { createProgram } from './program.ts';

const interrupt = new AbortController();
let signals = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    signals += 1;
    if (signals === 1) interrupt.abort(new Interrupted());
    // Whoever asks twice does not want to wait.
    else process.exit(EXIT.interrupted);
  });
}
// `paretune best … | head` closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});

const io: Io = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  environment: process.env,
  cwd: process.cwd(),
  result: terminalOf(process.stdout, process.env),
  progress: terminalOf(process.stderr, process.env),
  interrupt: interrupt.signal,
  now: () => performance.now(),
};

process.exitCode = await main(process.argv);

async function main(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  try {
    const program = createProgram(io, version(), (ended) => {
      code = ended;
    });
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    // Help, version, and what commander has already complained about.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
    const failure = failureOf(interrupt.signal.aborted ? interrupted(error) : error);
    io.err(`${failureText(failure)}\n`);
    if (argv.includes('--json')) printJson(io, { error: { ...failure, exit: undefined } });
    return failure.exit;
  }
}

/** After Ctrl-C the calls that it broke off complain in many ways. */
const interrupted = (error: unknown) =>
  error instanceof Error && error.name === 'AbortError' ? new Interrupted() : error;

/** Compiled code lies under `dist/`. */
function version(): string {
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version: found }: { name?: string; version?: string } = JSON.parse(
        readFileSync(new URL(up, import.meta.url), 'utf8'),
      );
      if (name === 'paretune' && found !== undefined) return found;
    } catch {
      // The next one.
    }
  }
  return 'unknown';
}
