import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataDir } from './data-dir-lock.ts';

describe('the lock of a data directory', () => {
  let parent: string;
  let directory: string;
  let file: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'paretune-lock-'));
    directory = join(parent, 'database');
    file = `${directory}.lock`;
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(parent, { recursive: true });
  });

  /** Starts a process that takes the lock and stays; answers what it said. */
  async function contender(): Promise<{ child: ChildProcess; said: string }> {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'testing/hold-lock.ts'), directory],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    children.push(child);
    const [said] = await once(child.stdout, 'data');
    return { child, said: String(said).trim() };
  }

  it('refuses a second process, naming the first one and the way out', async () => {
    const { child, said } = await contender();
    expect(said).toBe('locked');
    expect(() => lockDataDir(directory)).toThrow(new RegExp(`in use by process ${child.pid} .*DATABASE_URL`));
  });

  it('refuses a second opening in the same process, and lets go on release', () => {
    const release = lockDataDir(directory);
    expect(() => lockDataDir(directory)).toThrow(`in use by process ${process.pid}`);
    release();
    expect(existsSync(file)).toBe(false);
    lockDataDir(directory)();
  });

  it('takes over from a killed process; of several that try, one wins', async () => {
    const { child } = await contender();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(file)).toBe(true);
    const answers = await Promise.all(Array.from({ length: 5 }, contender));
    expect(answers.filter(({ said }) => said === 'locked')).toHaveLength(1);
    const winner = answers.find(({ said }) => said === 'locked');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: winner?.child.pid, host: hostname() });
    expect(readdirSync(parent)).toEqual(['database.lock']);
  });

  it('takes over from a recycled pid, its own too: in a container every process is number 1', () => {
    for (const pid of [process.pid, process.ppid]) {
      writeFileSync(file, JSON.stringify({ pid, started: '1', host: hostname() }));
      lockDataDir(directory)();
    }
  });

  it('refuses what another host holds until it is forced', () => {
    writeFileSync(file, JSON.stringify({ pid: 999_999, started: '1', host: 'elsewhere' }));
    expect(() => lockDataDir(directory)).toThrow(/process 999999 on elsewhere.*--force-unlock/);
    lockDataDir(directory, { force: true })();
  });

  it('does not touch a file that is not a lock of ours', () => {
    writeFileSync(file, 'precious');
    expect(() => lockDataDir(directory, { force: true })).toThrow('is not one of ours');
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });
});
