import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestEmbedded } from '../../src/store/testing.ts';
import { startTestService, type TestService } from './service.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const folder = mkdtempSync(join(tmpdir(), 'paretune-console-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The service with a console that was built, or not. */
function serving(path: string) {
  const open: { service?: TestService } = {};
  beforeAll(async () => {
    open.service = await startTestService(openTestEmbedded, { consoleFolder: pathToFileURL(`${path}/`) });
  });
  afterAll(() => open.service?.close());
  return (url: string, headers: Record<string, string> = {}) => {
    if (!open.service) throw new Error('not started');
    return open.service.api.inject({ url, headers });
  };
}

describe('a console that is built', () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><html><head><script src="./assets/a-1.js"></script></head></html>',
  );
  writeFileSync(join(folder, 'assets/a-1.js'), 'main()');
  writeFileSync(join(folder, 'assets/a-1.js.gz'), gzipSync('main()'));
  const get = serving(folder);

  it.each([
    ['/', './'],
    ['/jobs', './'],
    ['/jobs/job_1', '../'],
    ['/prompts/a.b/versions/3?x=/y', '../../../'],
  ])('is the answer to %s, with a base that leads to its root', async (url, base) => {
    const answer = await get(url, { accept: BROWSER });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.body).toContain(`<head><base href="${base}">`);
  });

  it('may run its own scripts and no others, in no frame', async () => {
    const { headers } = await get('/jobs/job_1', { accept: BROWSER });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('is asked for again each time, and its files never', async () => {
    const first = await get('/jobs', { accept: BROWSER });
    expect(first.headers['cache-control']).toBe('no-cache');
    expect((await get('/jobs', { accept: BROWSER, 'if-none-match': String(first.headers.etag) })).statusCode).toBe(304);
    const file = await get('/assets/a-1.js', { 'accept-encoding': 'gzip' });
    expect(file.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(file.headers['content-encoding']).toBe('gzip');
  });

  it.each([
    ['/v1/nothing', BROWSER],
    ['/assets/gone.js', BROWSER],
    ['/jobs/job_1', '*/*'],
    ['/nothing', 'application/json'],
  ])('is not the answer to %s for who accepts %s', async (url, accept) => {
    const answer = await get(url, { accept });
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });
});

describe('a console that is not built', () => {
  const get = serving(join(folder, 'nowhere'));

  it('says how to build it, and leaves the API alone', async () => {
    const answer = await get('/', { accept: BROWSER });
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain('npm run build:web');
    expect((await get('/healthz')).statusCode).toBe(200);
  });
});
