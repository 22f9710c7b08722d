import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { ParetuneError } from '../domain/errors.ts';

interface Holder {
  readonly pid: number;
  /** Kernel start time in clock ticks; empty where the system does not tell. */
  readonly started: string;
  readonly host: string;
}

/** Locks that this process holds: two openings in one process would destroy a directory as surely as two processes. */
const held = new Set<string>();

/** Start time of a process, which tells a live holder from a recycled pid; undefined when there is no such process or no /proc. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function isAlive(holder: Holder): boolean {
  // A container's process 1 meets the pid of its predecessor. What this process holds is in `held`.
  if (holder.pid === process.pid) return false;
  if (startTime(process.pid) !== undefined) return startTime(holder.pid) === holder.started;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseHolder(file: string, text: string): Holder {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'pid' in value && 'started' in value && 'host' in value) {
      const { pid, started, host } = value;
      if (typeof pid === 'number' && typeof started === 'string' && typeof host === 'string')
        return { pid, started, host };
    }
  } catch {
    // Answered below.
  }
  throw new ParetuneError(
    'unavailable',
    `the lock file ${file} is not one of ours; if no paretune process runs, remove it`,
  );
}

/** Creates `file` with the text or answers false when it exists. Linked from a finished file, it is never seen half-written. */
function createWhole(file: string, text: string): boolean {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, text);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

function take(file: string, subject: string, force: boolean): void {
  const me: Holder = { pid: process.pid, started: startTime(process.pid) ?? '', host: hostname() };
  for (let attempt = 0; attempt < 10; attempt++) {
    if (!held.has(file) && createWhole(file, JSON.stringify(me))) {
      held.add(file);
      return;
    }
    const text = readIfThere(file);
    if (text === undefined) continue;
    const holder = parseHolder(file, text);
    const foreign = holder.host !== me.host && !force;
    if (held.has(file) || foreign || (holder.host === me.host && isAlive(holder))) {
      const fix = foreign
        ? 'if that machine or container is gone, start once with --force-unlock'
        : 'stop it, use it over HTTP, or set DATABASE_URL to a PostgreSQL server, which any number of processes may use';
      throw new ParetuneError(
        'unavailable',
        `${subject} is in use by process ${holder.pid} on ${holder.host} (lock file ${file}): ${fix}`,
      );
    }
    // Only the holder of the take-over lock removes a dead holder's file, and only while it still is that file: otherwise a slow
    // starter would remove the lock that a fast one has just taken.
    take(`${file}.takeover`, subject, force);
    try {
      if (readIfThere(file) === text) unlinkSync(file);
    } finally {
      release(`${file}.takeover`);
    }
  }
  throw new ParetuneError('unavailable', `${subject} is being opened by another process: try again`);
}

function release(file: string): void {
  if (held.delete(file)) unlinkSync(file);
}

/**
 * Takes the lock that the embedded database does not take itself: two processes on one directory lose each other's rows. A live holder is
 * never robbed, whatever its age; a dead one's lock is taken over. A holder on another host cannot be examined, so it is refused
 * unless `force` is set.
 *
 * @returns the release, to be called once the directory is closed.
 * @throws ParetuneError `unavailable`, naming the holder's pid and the fix.
 */
export function lockDataDir(directory: string, options: { readonly force?: boolean } = {}): () => void {
  const file = `${directory}.lock`;
  take(file, directory, options.force ?? false);
  return () => release(file);
}
