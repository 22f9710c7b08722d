#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { EXIT, Interrupted } from './exit.ts';
import { asciiMarks } from './format.ts';
import { type Io, terminalOf } from './io.ts';
import { runCommandLine } from './run.ts';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Whoever asks twice does not want to wait.
    if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
    interrupt.abort(new Interrupted());
  });
}
// `paretune best … | head` closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});

const result = terminalOf(process.stdout, process.env);
const progress = terminalOf(process.stderr, process.env);
const io: Io = {
  out: (text) => process.stdout.write(result.unicode ? text : asciiMarks(text)),
  err: (text) => process.stderr.write(progress.unicode ? text : asciiMarks(text)),
  environment: process.env,
  cwd: process.cwd(),
  result,
  progress,
  interrupt: interrupt.signal,
  now: () => performance.now(),
};

process.exitCode = await runCommandLine(process.argv.slice(2), io, version());

/** From package.json, which compiled code has one folder further up. */
function version(): string {
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8'));
      if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
    } catch {
      // The next one.
    }
  }
  return 'unknown';
}
