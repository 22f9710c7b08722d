/**
 * Random samples through every deterministic evaluator: outputs, expected answers of the wrong type or none, tool calls, usage, scores.
 * Says how many were scored, how fast, and how long the slowest took; ends with 1 when one throws, breaks a rule of scores or takes more
 * than `--slow` milliseconds. A hang shows as the program standing still. `evaluators/totality.test.ts` is its short form.
 *
 *   node --import tsx bench/fuzz-evaluators.ts --samples 100000 --seed 1
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { scoreSample } from '../evaluators/common/testing.ts';
import { brokenRule, setUpsOf, wildSamples } from '../evaluators/common/testing-fuzz.ts';
import { evaluators } from '../evaluators/index.ts';
import type { Sample } from '../src/lab/evaluator.ts';
import { table } from './table.ts';

const { values: args } = parseArgs({
  options: {
    samples: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    slow: { type: 'string', default: '1000' },
    only: { type: 'string' },
  },
});
/** Made at a time: they are the same for every set-up and need not all be in memory. */
const CHUNK = 1_000;
const samples = Number(args.samples);
const setUps = (await setUpsOf(evaluators))
  .filter(({ type }) => args.only === undefined || type === args.only)
  .map((setUp) => ({ ...setUp, scored: 0, missing: 0, milliseconds: 0, slowest: 0 }));
const failures: string[] = [];
const wild = wildSamples(evaluators);

function scoreOne(setUp: (typeof setUps)[number], sample: Sample): void {
  const fail = (what: string) =>
    failures.push(
      `${setUp.type}: ${what}\n  output ${JSON.stringify(sample.output)}\n  expected ${JSON.stringify(sample.expected)}`,
    );
  const started = performance.now();
  try {
    const graded = scoreSample(setUp.prepared, sample);
    const broken = brokenRule(graded);
    if (broken !== null) fail(broken);
    if (graded.value === null) setUp.missing += 1;
  } catch (error) {
    fail(`threw ${String(error)}`);
  }
  const took = performance.now() - started;
  if (took > Number(args.slow)) fail(`took ${Math.round(took)} ms`);
  setUp.scored += 1;
  setUp.milliseconds += took;
  setUp.slowest = Math.max(setUp.slowest, took);
}

for (let done = 0; done < samples; done += CHUNK) {
  const numRuns = Math.min(CHUNK, samples - done);
  const made = fc.sample(wild, { seed: Number(args.seed) + done, numRuns });
  for (const setUp of setUps) {
    for (const sampleWith of made) scoreOne(setUp, sampleWith(setUp.expected));
  }
  process.stderr.write(`\r${done + numRuns} samples, ${failures.length} failures`);
}
process.stderr.write('\n');

const rows = [...new Set(setUps.map(({ type }) => type))].map((type) => {
  const own = setUps.filter((setUp) => setUp.type === type);
  const sum = (of: (setUp: (typeof setUps)[number]) => number) => own.reduce((total, setUp) => total + of(setUp), 0);
  const scored = sum((setUp) => setUp.scored);
  return [
    type,
    String(own.length),
    String(scored),
    `${Math.round((100 * sum((setUp) => setUp.missing)) / scored)} %`,
    ((1_000 * sum((setUp) => setUp.milliseconds)) / scored).toFixed(1),
    Math.max(...own.map(({ slowest }) => slowest)).toFixed(1),
  ];
});
console.log(table(['evaluator', 'set-ups', 'scored', 'missing', 'mean µs', 'slowest ms'], rows));
for (const failure of failures.slice(0, 20)) console.log(failure);
console.log(`${failures.length} failures`);
if (failures.length > 0) process.exitCode = 1;
