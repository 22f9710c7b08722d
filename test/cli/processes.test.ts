import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startSimulatedModel } from '../../fixtures/simulated-model/index.ts';
import { createClient } from '../../src/client/index.ts';
import { jobYaml, run, start, startWorld, type World } from './testing.ts';

let world: World;
beforeAll(async () => {
  // Slow enough that nothing ends before it is interrupted.
  world = await startWorld({ latencyMs: 200 });
});
afterAll(() => world?.close());

it('Ctrl-C stops watching, and the job goes on', async () => {
  const watching = start(['submit', 'job.yaml', '--watch'], world.folder, { PARETUNE_URL: world.url });
  await watching.wrote('started');
  watching.child.kill('SIGINT');
  const ran = await watching.ended;
  expect(ran.code).toBe(130);
  const id = /paretune watch (\S+)/.exec(ran.err)?.[1] ?? '';
  const client = createClient({ url: world.url });
  expect((await client.jobs.get(id)).status).toBe('running');
  await client.jobs.cancel(id);
});

it('Ctrl-C in optimize cancels the job, keeps its record and leaves the database usable', async () => {
  const running = start(['optimize', 'job.yaml', '--data-dir', 'own'], world.folder, { OPENAI_API_KEY: 'simulated' });
  await running.wrote('started');
  running.child.kill('SIGINT');
  const ran = await running.ended;
  expect(ran.err).toMatch(/cancelling/);
  expect(ran.out).toMatch(/JOB CANCELLED/);
  expect(ran.code).toBe(130);
  // Nobody holds the directory any more: the next process may use it.
  expect(existsSync(join(world.folder, 'own/database.lock'))).toBe(false);
});

it('what optimize has found is shown, pulled and judged from its directory, whatever PARETUNE_URL says', async () => {
  const environment = { OPENAI_API_KEY: 'simulated', PARETUNE_URL: 'http://127.0.0.1:1' };
  const fast = await startSimulatedModel();
  // A search that finds something better with so few rollouts.
  const job = jobYaml(fast.url, { rollouts: 200 }).replace('preset: reference', 'preset: racing');
  writeFileSync(join(world.folder, 'fast.yaml'), job);
  const kept = join(world.folder, 'kept');
  const ran = await run(['optimize', 'fast.yaml', '--data-dir', kept], world.folder, environment);
  await fast.close();
  const id = /^job (\S+) in /m.exec(ran.err)?.[1] ?? '';
  expect(ran.err).toContain(`paretune pull ${id} --data-dir ${kept}`);
  const there = ['--data-dir', kept];
  expect((await run(['best', id, ...there], world.folder, environment)).out).toMatch(/^## system\n/);
  const shown = await run(['report', id, '--format', 'markdown', ...there], world.folder, environment);
  expect(shown.out).toMatch(/^# /);
  const pulled = await run(['pull', id, '--name', 'triage', '--allow', ...there], world.folder, environment);
  expect([pulled.code, pulled.err]).toEqual([0, 'draft triage@1\n']);
  expect(readdirSync(join(world.folder, 'prompts/triage'))).toContain('REPRODUCE.md');
});

it('a job that found nothing better ends with 4 in one JSON document, and is pulled only when asked for', async () => {
  // No prompt can win on rows that every prompt gets wrong.
  const rows = Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({ id: `r${i}`, input: `Mail ${i}`, expected: `unheard-of-${i}` }),
  );
  writeFileSync(join(world.folder, 'hopeless.jsonl'), `${rows.join('\n')}\n`);
  writeFileSync(
    join(world.folder, 'hopeless.yaml'),
    jobYaml(world.model.url, { rollouts: 80, extra: 'concurrency: 64\n' }).replace(
      'support mails.jsonl',
      'hopeless.jsonl',
    ),
  );
  const environment = { PARETUNE_URL: world.url };
  const ran = await run(['submit', 'hopeless.yaml', '--watch', '--json'], world.folder, environment);
  const job = JSON.parse(ran.out);
  expect(job).toMatchObject({ status: 'succeeded' });
  expect(ran.code).toBe(4);
  expect((await run(['pull', job.id], world.folder, environment)).code).toBe(4);
  expect(existsSync(join(world.folder, 'prompts/Support-triage'))).toBe(false);
  expect(
    (await run(['pull', job.id, '--allow-baseline', '--no-import', '--json'], world.folder, environment)).code,
  ).toBe(0);
  expect(readdirSync(join(world.folder, 'prompts'))).toContain('Support-triage');
  expect((await run(['gate', job.id], world.folder, environment)).code).toBe(1);
});

it('keys are made in the database itself, and not while a service holds it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'paretune-keys-'));
  try {
    const environment = { PARETUNE_DATA_DIR: join(folder, 'data') };
    const made = await run(['keys', 'create', '--role', 'admin', '--name', 'ci', '--json'], folder, environment);
    const { key, id } = JSON.parse(made.out);
    expect(key).toMatch(/^pt_/);
    expect((await run(['keys', 'create', '--role', 'king'], folder, environment)).code).toBe(2);

    const service = start(['serve', '--port', '0', '--no-worker'], folder, environment);
    await service.wrote('"ready"');
    const locked = await run(['keys', 'revoke', id], folder, environment);
    expect(locked.err).toMatch(/in use by process \d+/);
    expect(locked.code).toBe(3);
    service.child.kill('SIGTERM');
    const served = await service.ended;
    expect(served.code).toBe(0);

    const url = /"url":"([^"]+)"/.exec(served.out)?.[1] ?? '';
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await run(['keys', 'revoke', id], folder, environment)).code).toBe(0);
    const listed = await run(['keys', 'list'], folder, environment);
    expect(listed.out).toMatch(new RegExp(`${id}  admin  revoked 20`));
    expect(listed.out).not.toContain(key);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('the demo shows baseline and winner with an interval, the diff and the cost, and leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'paretune-demo-test-'));
  try {
    const ran = await start(['demo', '--rollouts', '300'], folder, { TMPDIR: folder }).ended;
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(
      /queue 0\.\d{3} → [01]\.\d{3} \(c\d+.*\):\s[+−]0\.\d{3}, 95 % interval [\s\S]* on 72 sealed\s+test\s+rows/,
    );
    expect(ran.out).toMatch(/^\+ \S/m);
    expect(ran.out).toMatch(/spent: .* rollouts, [\d,]+ tokens, \$0\.\d+/);
    expect(ran.out).toMatch(/npm run paretune -- optimize examples\/job\.yaml/);
    expect(ran.out).toMatch(/prices, are simulated/);
    expect(readdirSync(folder).filter((name) => name.startsWith('paretune-'))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
