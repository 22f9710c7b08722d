/**
 * How fast recorded outputs are scored: a deterministic suite of six evaluators over JSON lines that stream from a file, and the memory
 * that it takes at 10,000, 100,000 and 1,000,000 rows.
 *
 *   node --import tsx bench/evaluator-throughput.ts [--rows 10000,100000,1000000] [--promptfoo <folder with node_modules/promptfoo>]
 *
 * Each size runs in a process of its own. With --promptfoo its library scores the same rows by the same checks, as far as it has them.
 */
import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { z } from 'zod';
import { evaluators } from '../evaluators/index.ts';
import type { Suite } from '../src/domain/suite.ts';
import type { Sample } from '../src/lab/evaluator.ts';
import { gradeAll, parseOutput, prepareSuite } from '../src/lab/suite.ts';
import { createRandom } from '../src/search/random.ts';
import { table } from './table.ts';

const SUITE: Suite = {
  evaluators: [
    { id: 'label', type: 'exact-match' },
    { id: 'mentions', type: 'icontains', options: { value: 'billing' } },
    { id: 'format', type: 'regex', options: { pattern: '^[a-z ]+$' } },
    { id: 'short', type: 'word-count', options: { max: 12 } },
    { id: 'near', type: 'levenshtein', threshold: 0.8 },
    { id: 'words', type: 'rouge-n' },
  ],
};
/** The same checks as promptfoo has them. Its levenshtein limits the distance. */
const ASSERTIONS = (expected: string) => [
  { type: 'equals', value: expected },
  { type: 'icontains', value: 'billing' },
  { type: 'regex', value: '^[a-z ]+$' },
  { type: 'word-count', value: { max: 12 } },
  { type: 'levenshtein', value: expected, threshold: 5 },
  { type: 'rouge-n', value: expected },
];

const recordSchema = z.object({ output: z.string(), expected: z.string() });
const resultSchema = z.object({ rows: z.number(), seconds: z.number(), peakMb: z.number(), mean: z.number() });
type Result = z.infer<typeof resultSchema>;

/** Recorded outputs of a sorter of mails: right, nearly right, or wrong. */
function* records(rows: number): Generator<string> {
  const random = createRandom('throughput');
  const labels = ['billing question', 'technical problem', 'cancellation of the contract', 'praise', 'something else'];
  for (let i = 0; i < rows; i++) {
    const expected = random.pick(labels);
    const output = random.next() < 0.7 ? expected : random.next() < 0.5 ? `${expected} it is` : random.pick(labels);
    yield `${JSON.stringify({ output, expected })}\n`;
  }
}

async function* recorded(file: string) {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY }))
    if (line !== '') yield recordSchema.parse(JSON.parse(line));
}

const refuse = () => Promise.reject(new Error('a deterministic suite asks nobody'));
const noTools = () => [{ judge: refuse, post: refuse, embed: refuse }];

function sampleOf(output: string, expected: string): Omit<Sample, 'scores'> {
  return {
    rowId: '',
    input: '',
    output,
    get parsed() {
      return parseOutput(output);
    },
    expected,
    context: [],
    messages: [],
    trace: [],
    toolCalls: [],
    finish: 'stop',
    usage: { promptTokens: 0, inputTokens: 0, outputTokens: 0, cost: null, latencyMs: 0 },
    metadata: {},
  };
}

/** Our suite over a file. */
async function scoreOurs(file: string): Promise<Omit<Result, 'peakMb'>> {
  const suite = prepareSuite(SUITE, evaluators);
  let [rows, sum] = [0, 0];
  const started = performance.now();
  for await (const { output, expected } of recorded(file)) {
    const sample = sampleOf(output, expected);
    const scores = await gradeAll(
      suite,
      { output, steps: [] },
      (known) => Object.create(sample, { scores: { value: known } }),
      noTools,
    );
    for (const { value } of Object.values(scores)) sum += value ?? 0;
    rows += 1;
  }
  return { rows, seconds: (performance.now() - started) / 1000, mean: sum / rows / SUITE.evaluators.length };
}

const promptfooSchema = z.object({
  default: z.object({
    assertions: z.object({
      runAssertions: z.custom<(request: object) => Promise<{ readonly score: number }>>((f) => typeof f === 'function'),
    }),
  }),
});

/** promptfoo's library over the same file, one row after the other as ours. */
async function scorePromptfoo(file: string, folder: string): Promise<Omit<Result, 'peakMb'>> {
  const module: unknown = await import(pathToFileURL(resolve(folder, 'node_modules/promptfoo/dist/src/index.js')).href);
  const { runAssertions } = promptfooSchema.parse(module).default.assertions;
  let [rows, sum] = [0, 0];
  const started = performance.now();
  for await (const { output, expected } of recorded(file)) {
    const { score } = await runAssertions({
      test: { vars: {}, assert: ASSERTIONS(expected) },
      providerResponse: { output },
    });
    sum += score;
    rows += 1;
  }
  return { rows, seconds: (performance.now() - started) / 1000, mean: sum / rows };
}

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000,100000,1000000' },
    promptfoo: { type: 'string' },
    file: { type: 'string' },
  },
});

/** Each run in a process of its own: its peak memory is its own. */
async function compare(sizes: readonly number[], promptfoo: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'throughput-'));
  const lines: string[][] = [];
  try {
    for (const rows of sizes) {
      const file = join(folder, `${rows}.jsonl`);
      await pipeline(Readable.from(records(rows)), createWriteStream(file));
      lines.push(lineOf('Paretune', await runChild(['--file', file])));
      // Beyond this it takes longer than it tells.
      if (promptfoo !== undefined && rows <= 100_000)
        lines.push(lineOf('promptfoo', await runChild(['--file', file, '--promptfoo', resolve(promptfoo)])));
      rmSync(file);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log('Six deterministic evaluators over recorded outputs, streamed from a file; one process, one thread.\n');
  console.log(table(['', 'rows', 'rows/s', 'scores/s', 'peak MB', 'mean score'], lines));
}

async function runChild(args: readonly string[]): Promise<Result> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', import.meta.filename, ...args], {
    env: { ...process.env, PROMPTFOO_DISABLE_TELEMETRY: '1', PROMPTFOO_DISABLE_UPDATE: '1', LOG_LEVEL: 'error' },
    maxBuffer: 64 * 1024 * 1024,
  });
  return resultSchema.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
}

const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const lineOf = (name: string, { rows, seconds, peakMb, mean }: Result): string[] => [
  name,
  whole(rows),
  whole(rows / seconds),
  whole((rows * SUITE.evaluators.length) / seconds),
  whole(peakMb),
  mean.toFixed(3),
];

if (values.file !== undefined) {
  const result = await (values.promptfoo === undefined
    ? scoreOurs(values.file)
    : scorePromptfoo(values.file, values.promptfoo));
  process.stdout.write(`\n${JSON.stringify({ ...result, peakMb: process.resourceUsage().maxRSS / 1024 })}\n`, () =>
    process.exit(0),
  );
} else await compare(values.rows.split(',').map(Number), values.promptfoo);
