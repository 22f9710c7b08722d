/**
 * What a reader of the console waits for, in Chromium: the script of the first load, the time until the page of a job with thousands of
 * candidates can be used, and the longest pause of a page to which 50 events a second are told.
 *
 * `npm run build:web && node --import tsx bench/console.ts [--data-dir DIR] [--candidates 5000] [--rows 100] [--seconds 15]`
 *
 * The job is written through the store and kept under --data-dir for the next run. Chromium is /usr/bin/chromium or PARETUNE_CHROMIUM.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { type Browser, chromium, type Page } from 'playwright-core';
import { readConfig } from '../src/config.ts';
import { type RunningService, startService } from '../src/main.ts';
import { appendEvents } from '../src/store/job-events.ts';
import { startJob } from '../src/store/jobs.ts';
import { recordedRequest, recordJob } from '../test/support/recorded-job.ts';
import { table } from './table.ts';

const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string', default: 'memory' },
    candidates: { type: 'string', default: '5000' },
    rows: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '15' },
  },
});
const size = { candidates: Number(values.candidates), rows: Number(values.rows), refusals: 600, written: 50 };
const seconds = Number(values.seconds);
const scope = { projectId: 'default' };
const EVENTS_PER_SECOND = 50;
const BURSTS_PER_SECOND = 10;

/** Keeps the length and the end of each long task since the page was opened. */
const WATCH = `window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longTasks.push([task.startTime, task.duration]);
  }).observe({ type: 'longtask', buffered: true });`;

const service = await startService({
  config: readConfig({ PARETUNE_DATA_DIR: values['data-dir'], PORT: '0', DATABASE_URL: process.env['DATABASE_URL'] }),
  environment: { OPENAI_API_KEY: 'bench-key' },
  log: pino({ level: 'silent' }),
  worker: false,
});
const browser = await chromium.launch({
  executablePath: process.env['PARETUNE_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const large = await largeJob(service);
  const rows: string[][] = [];
  const report = (what: string, measured: string) => {
    rows.push([what, measured]);
    process.stderr.write(`${what}: ${measured}\n`);
  };
  report('script of the first load (the list of jobs), gzip', `${kilobytes(await scripts(browser, '/jobs'))} kB`);
  report(
    'script of the page of a job before its charts, gzip',
    `${kilobytes(await scripts(browser, `/jobs/${large}`))} kB`,
  );
  const times: number[] = [];
  for (let run = 0; run < 3; run++) times.push(await timeToInteractive(browser, `/jobs/${large}`));
  report(
    `page of a job with ${size.candidates} candidates, chart drawn and no long task any more, best and worst of 3`,
    `${Math.min(...times).toFixed(0)} ms, ${Math.max(...times).toFixed(0)} ms`,
  );
  const live = await liveEvents(service, browser);
  report(`longest task while ${EVENTS_PER_SECOND} events/s come for ${seconds} s`, `${live.longest.toFixed(0)} ms`);
  report('points of the curve that arrived in the page', `${live.points} of ${live.sent}`);
  console.log(table(['what', 'measured'], rows));
} finally {
  await browser.close();
  await service.close();
}

async function largeJob({ jobs, database }: RunningService): Promise<string> {
  const name = `recorded ${size.candidates} × ${size.rows}`;
  const known = (await jobs.list(scope, { limit: 100 })).items.find((job) => job.name === name && job.endedAt !== null);
  if (known) return known.id;
  const { id } = await jobs.submit(scope, { ...recordedRequest(size), name });
  const { rollouts } = await recordJob(database, { ...scope, jobId: id }, size);
  console.log(`wrote ${rollouts} rollouts`);
  return id;
}

async function openPage(from: Browser): Promise<Page> {
  const page = await (await from.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.addInitScript(WATCH);
  return page;
}

/** Bytes of script, compressed as most servers do, without the library of the charts. */
async function scripts(from: Browser, path: string): Promise<number> {
  const page = await openPage(from);
  const sizes: Promise<number>[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('.js') && !response.url().includes('plot-figure'))
      sizes.push(response.body().then((body) => gzipSync(body, { level: 9 }).length));
  });
  await page.goto(`${service.url}${path}`);
  await page.locator('main h1').waitFor();
  await page.locator('main :is(table, [role=table], figure svg)').first().waitFor();
  const sum = (await Promise.all(sizes)).reduce((total, bytes) => total + bytes, 0);
  await page.context().close();
  return sum;
}

async function timeToInteractive(from: Browser, path: string): Promise<number> {
  const page = await openPage(from);
  await page.goto(`${service.url}${path}`);
  await page.locator('figure svg [aria-label="dot"] a').first().waitFor({ state: 'attached' });
  const drawn = Number(await page.evaluate('performance.now()'));
  // Two seconds without a long task: then nothing is left to do.
  for (let quiet = 0; quiet < 2_000; ) {
    await sleep(200);
    quiet = Number(
      await page.evaluate('performance.now() - Math.max(0, ...window.longTasks.map(([at, length]) => at + length))'),
    );
  }
  const last = Number(await page.evaluate('Math.max(0, ...window.longTasks.map(([at, length]) => at + length))'));
  await page.context().close();
  return Math.max(drawn, last);
}

/** A job that runs, as its worker tells of it: 50 points of the curve a second, in ten bursts. */
async function liveEvents({ jobs, database }: RunningService, from: Browser) {
  const { id } = await jobs.submit(scope, { ...recordedRequest({ rows: 30 }), name: 'live' });
  await startJob(database.db, scope.projectId, id, new Date());
  const page = await openPage(from);
  await page.goto(`${service.url}/jobs/${id}`);
  await page.getByText('Nothing is measured yet').waitFor();
  const before = Number(await page.evaluate('performance.now()'));
  let sent = 0;
  for (const started = performance.now(); performance.now() - started < seconds * 1_000; ) {
    const events = Array.from({ length: EVENTS_PER_SECOND / BURSTS_PER_SECOND }, () => pointEvent(sent++));
    await database.transaction((tx) => appendEvents(tx, { ...scope, jobId: id }, events, new Date()));
    await sleep(Math.max(0, (sent / EVENTS_PER_SECOND) * 1_000 - (performance.now() - started)));
  }
  await sleep(1_500);
  const longest = Number(
    await page.evaluate(
      `Math.max(0, ...window.longTasks.filter(([at]) => at > ${before}).map(([, length]) => length))`,
    ),
  );
  const points = await page.locator('figure').first().locator('[aria-label="dot"] a').count();
  await page.context().close();
  return { longest, points, sent };
}

function pointEvent(seq: number) {
  const score = 1 - 0.6 * Math.exp(-seq / 300);
  const interval = { low: score - 0.05, high: Math.min(1, score + 0.05), level: 0.95 };
  const data = {
    ...{ seq, rollouts: seq * 10, tokens: seq * 4_000, usd: seq / 1_000, candidateId: `c${seq}`, best: `c${seq}` },
    ...{ kind: 'validation', score, interval, rows: 100, violation: 0, hypervolume: null, front: [] },
    objectives: { routing: score, promptTokens: 200 + seq },
    intervals: { routing: interval, promptTokens: null },
  };
  return { key: `curve:${seq}`, type: 'curve', data };
}

function kilobytes(bytes: number): string {
  return (bytes / 1_000).toFixed(0);
}
