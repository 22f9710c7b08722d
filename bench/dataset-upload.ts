/**
 * Uploads a generated JSONL body of many rows and prints how long it took and how far the process grew. The body is never in memory as a
 * whole: whatever growth there is comes from the upload.
 *
 *     node --import tsx bench/dataset-upload.ts [rows=200000] [format=jsonl|csv|json]
 *
 * `TEST_DATABASE_URL` or `DATABASE_URL` picks PostgreSQL; without it the embedded database runs in this process (600–800 MB by itself, which
 * is there before the upload begins and not counted).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setInterval } from 'node:timers';
import { createDatasetRegistry } from '../src/registry/dataset-registry.ts';
import type { RowFormat } from '../src/registry/rows/read-rows.ts';
import { createRandom } from '../src/search/random.ts';
import { openDatabase } from '../src/store/database.ts';
import { DEFAULT_PROJECT } from '../src/store/schema.ts';

const count = Number(process.argv[2] ?? 200_000);
const format = (process.argv[3] ?? 'jsonl') as RowFormat;
const random = createRandom('bench', 'dataset-upload');
const WORDS = 'order refund parcel invoice login password account late damaged error charge card cancel address'.split(
  ' ',
);
const LABELS = ['billing', 'shipping', 'account', 'technical', 'other'];

function* lines(): Generator<string> {
  if (format === 'csv') yield 'id,input,expected,cohort\n';
  if (format === 'json') yield '{"rows":[';
  for (let i = 0; i < count; i++) {
    const input = Array.from({ length: 40 }, () => `${random.pick(WORDS)}${random.int(50)}`).join(' ');
    const expected = random.pick(LABELS);
    const cohort = `tier-${random.int(4)}`;
    if (format === 'csv') yield `ticket-${i},"${input}",${expected},${cohort}\n`;
    else {
      const row = JSON.stringify({ id: `ticket-${i}`, input, expected, cohort, metadata: { source: 'bench', n: i } });
      yield format === 'json' ? `${i > 0 ? ',' : ''}${row}` : `${row}\n`;
    }
  }
  if (format === 'json') yield ']}';
}

let bodyBytes = 0;
async function* body(): AsyncGenerator<Buffer> {
  let piece: string[] = [];
  for (const line of lines()) {
    piece.push(line);
    if (piece.length < 300) continue;
    const bytes = Buffer.from(piece.join(''));
    bodyBytes += bytes.length;
    piece = [];
    yield bytes;
  }
  yield Buffer.from(piece.join(''));
}

const url = process.env['TEST_DATABASE_URL'] ?? process.env['DATABASE_URL'];
// On disk, as the service has it: an in-memory database would count its own files as growth.
const dataDir = await mkdtemp(join(tmpdir(), 'paretune-bench-'));
const database = await openDatabase({ url, dataDir });
const registry = createDatasetRegistry({ database, clock: { now: () => new Date() } });
const name = `bench-${Date.now()}`;
const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;

globalThis.gc?.();
const before = process.memoryUsage().rss;
let peak = before;
const sampler = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 20);
let longest = 0;
let last = performance.now();
const pulse = setInterval(() => {
  longest = Math.max(longest, performance.now() - last - 10);
  last = performance.now();
}, 10);
const start = performance.now();
const version = await registry.createVersion({ projectId: DEFAULT_PROJECT }, name, { format, body: body() });
const seconds = (performance.now() - start) / 1000;
peak = Math.max(peak, process.memoryUsage().rss, process.resourceUsage().maxRSS * 1024);
clearInterval(sampler);
clearInterval(pulse);

console.log(`database        ${database.kind}`);
console.log(`rows            ${version.rowCount} (${format}, ${megabytes(bodyBytes)})`);
console.log(`splits          ${JSON.stringify(version.splits)}`);
console.log(`warnings        ${version.warnings.map((warning) => warning.code).join(', ') || 'none'}`);
console.log(`time            ${seconds.toFixed(1)} s (${Math.round(version.rowCount / seconds)} rows/s)`);
console.log(`RSS before      ${megabytes(before)}`);
console.log(`RSS peak        ${megabytes(peak)} (growth ${megabytes(peak - before)})`);
console.log(`longest stall   ${Math.round(longest)} ms of the event loop`);
await database.close();
await rm(dataDir, { recursive: true });
