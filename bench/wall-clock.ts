/**
 * How long a search takes beside what its models need: whole jobs in process against a simulated server that takes its time.
 *
 *   node --import tsx bench/wall-clock.ts --optimizers racing,reference,protegi --budget 300 --latency 200 --concurrency 32
 *
 * "critical path": the longest chain of calls, each of which began after the one before it had ended, by the time its calls took; no
 * search with these decisions can be faster. "floor": the larger of the critical path and model time / concurrency. "racing phase":
 * everything after the first answer of the reflection model.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { generateRows, loadTask } from '../fixtures/tasks/index.ts';
import { contestantsOf } from './contestants.ts';
import { runBenchJob, type TimedCall } from './harness.ts';
import { table } from './table.ts';

const { values: args } = parseArgs({
  options: {
    optimizers: { type: 'string', default: 'racing,reference,protegi' },
    task: { type: 'string', default: 'support-triage' },
    budget: { type: 'string', default: '300' },
    latency: { type: 'string', default: '200' },
    concurrency: { type: 'string', default: '32' },
    seed: { type: 'string', default: '10' },
    set: { type: 'string', multiple: true, default: [] },
  },
});
const number = (name: 'budget' | 'latency' | 'concurrency' | 'seed') =>
  z.coerce.number().int().min(0).parse(args[name]);
const concurrency = number('concurrency');
const seed = number('seed');

/** Seconds of the longest chain of calls that followed one another. */
function criticalPath(calls: readonly TimedCall[]): number {
  const byEnd = calls.toSorted((a, b) => a.to - b.to);
  // Longest chain among the first n calls by their end.
  const longest = [0];
  for (const [index, call] of byEnd.entries()) {
    let low = 0;
    let high = index;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((byEnd[middle - 1]?.to ?? Infinity) <= call.from) low = middle;
      else high = middle - 1;
    }
    longest.push(Math.max(longest[index] ?? 0, (longest[low] ?? 0) + call.to - call.from));
  }
  return longest.at(-1) ?? 0;
}

/** Most calls in flight at once. */
function peak(calls: readonly TimedCall[]): number {
  const changes = calls.flatMap(({ from, to }) => [
    { at: from, by: 1 },
    { at: to, by: -1 },
  ]);
  let now = 0;
  let most = 0;
  for (const { by } of changes.toSorted((a, b) => a.at - b.at || a.by - b.by)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

const task = loadTask(args.task);
const rows = (split: 'train' | 'validation', count: number) =>
  generateRows(args.task, { seed: 7_000 + seed, count, vocabulary: seed, split });
const server = await startSimulatedModel({ latencyMs: number('latency') });
const lines: string[][] = [];
for (const contestant of contestantsOf(args.optimizers.split(','), args.set, console.error)) {
  server.reset();
  const run = await runBenchJob(
    {
      name: args.task,
      prompt: task.prompt,
      suite: task.suite,
      objectives: [{ metric: `${task.suite.evaluators[0]?.id}.passRate`, goal: 'maximize', headline: true }],
      rows: { train: rows('train', 120), validation: rows('validation', 60), test: [] },
      optimizer: contestant,
      taskModel: { model: 'sim-task', temperature: 0 },
      rollouts: number('budget'),
      confirmationRollouts: 0,
      seed,
      concurrency,
    },
    server.url,
  );
  const { calls } = run;
  const first = Math.min(...calls.filter(({ role }) => role === 'reflection').map(({ to }) => to));
  const racing = calls.filter(({ from }) => from >= first);
  const modelTime = calls.reduce((sum, { from, to }) => sum + to - from, 0);
  const path = criticalPath(calls);
  const floor = Math.max(path, modelTime / concurrency);
  lines.push([
    contestant.name,
    String(calls.length),
    ...[modelTime, modelTime / concurrency, path, run.seconds].map((seconds) => seconds.toFixed(1)),
    (run.seconds / floor).toFixed(2),
    String(peak(calls)),
    String(peak(racing)),
    (modelTime / run.seconds).toFixed(1),
  ]);
}
await server.close();
console.log(
  `${args.task}, seed ${seed}, ${args.budget} rollouts, ${args.latency} ms a call, concurrency ${concurrency}; times in seconds\n`,
);
console.log(
  table(
    [
      'optimizer',
      'calls',
      'model time',
      '÷ concurrency',
      'critical path',
      'wall',
      'wall ÷ floor',
      'peak',
      'peak, racing phase',
      'mean in flight',
    ],
    lines,
  ),
);
