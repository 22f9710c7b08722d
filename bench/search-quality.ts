/**
 * Search quality: each optimizer on each bundled task family, over seeds and budgets, judged by the true held-out score of the prompt that
 * the search would answer with (best feasible candidate on validation). Nothing is confirmed here: the score is computed by the task model
 * itself on 800 fresh rows, which no job ever sees.
 *
 *   npm run bench -- --optimizers gepa,protegi,protegi-paper --tasks all --seeds 5 --budgets 300,600,1200
 *
 * Each seed is another landscape (other rules, other rows). Rows: 120 train / 60 validation. Share of the gap = (score − baseline) /
 * (optimum − baseline). "to 50 %" and "to 80 %" = search rollouts until the best-so-far prompt has that share, over the runs that get there.
 */
import { parseArgs } from 'node:util';
import { startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { listTasks, optimumTexts, trueScore } from '../fixtures/tasks/index.ts';
import { type BenchRun, runBenchJob } from './harness.ts';
import { mean, meanText, table } from './table.ts';

const OPTIMIZERS: Readonly<
  Record<string, { readonly type: string; readonly options: object; readonly budget?: number }>
> = {
  racing: { type: 'gepa', options: { preset: 'racing' } },
  gepa: { type: 'gepa', options: { preset: 'reference' } },
  protegi: { type: 'protegi', options: { preset: 'paper' } },
  // The paper's own numbers: six steps of a beam of four need about 14,000 rollouts whatever the job allows.
  'protegi-paper': { type: 'protegi', options: { preset: 'paper', scale: 'paper' }, budget: 15_000 },
};
const ROWS = { train: 120, validation: 60, test: 0 } as const;

const { values: args } = parseArgs({
  options: {
    optimizers: { type: 'string', default: 'gepa,protegi,protegi-paper' },
    tasks: { type: 'string', default: 'all' },
    seeds: { type: 'string', default: '5' },
    'first-seed': { type: 'string', default: '1' },
    budgets: { type: 'string', default: '300,600,1200' },
    concurrency: { type: 'string', default: '16' },
  },
});

interface Measured {
  readonly score: number;
  readonly gap: number;
  readonly rolloutsTo: Readonly<Record<50 | 80, number | null>>;
  readonly tokens: number;
  readonly reflections: number;
  readonly rollouts: number;
  readonly seconds: number;
}

/** True scores along the curve: what the job would have answered with after each point. */
function judge(task: string, vocabulary: number, run: BenchRun): Measured {
  const scores = new Map<string, number>();
  const texts = new Map(run.record.candidates.map((candidate) => [candidate.id, candidate.components]));
  const scoreOf = (id: string) => {
    let score = scores.get(id);
    if (score === undefined) {
      score = trueScore(task, texts.get(id) ?? {}, undefined, { vocabulary });
      scores.set(id, score);
    }
    return score;
  };
  const baseline = trueScore(task, {}, undefined, { vocabulary });
  const optimum = trueScore(task, optimumTexts(task, { vocabulary }), undefined, { vocabulary });
  const share = (id: string) => (scoreOf(id) - baseline) / (optimum - baseline);
  const reached = (wanted: number) => run.record.curve.find((point) => share(point.best) >= wanted)?.rollouts ?? null;
  return {
    score: scoreOf(run.outcome.winner.id),
    gap: share(run.outcome.winner.id),
    rolloutsTo: { 50: reached(0.5), 80: reached(0.8) },
    tokens: run.tokens,
    reflections: run.reflectionCalls,
    rollouts: run.record.rollouts.length,
    seconds: run.seconds,
  };
}

const tasks = args.tasks === 'all' ? listTasks() : args.tasks.split(',');
const budgets = args.budgets.split(',').map(Number);
const first = Number(args['first-seed']);
const seeds = Array.from({ length: Number(args.seeds) }, (_, index) => first + index);
const reachedText = (runs: readonly Measured[], share: 50 | 80) => {
  const reached = runs.flatMap((run) => run.rolloutsTo[share] ?? []);
  return reached.length === 0 ? '–' : `${mean(reached).toFixed(0)} (${reached.length}/${runs.length})`;
};

const server = await startSimulatedModel({});
console.log(
  `rows ${ROWS.train} train / ${ROWS.validation} validation; seeds ${seeds[0]}–${seeds.at(-1)}; concurrency ${args.concurrency}; mean ± standard error\n`,
);
const rows: string[][] = [];
for (const name of args.optimizers.split(',')) {
  const optimizer = OPTIMIZERS[name];
  if (!optimizer) throw new Error(`unknown optimizer "${name}"; known are ${Object.keys(OPTIMIZERS).join(', ')}`);
  for (const rollouts of optimizer.budget ? [optimizer.budget] : budgets) {
    const all: Measured[] = [];
    for (const task of tasks) {
      const runs: Measured[] = [];
      for (const seed of seeds) {
        const run = await runBenchJob(
          { task, optimizer, rollouts, seed, vocabulary: seed, rows: ROWS, concurrency: Number(args.concurrency) },
          server.url,
        );
        if (run.outcome.status !== 'succeeded') throw new Error(`${name} ${task} seed ${seed}: ${run.outcome.error}`);
        runs.push(judge(task, seed, run));
      }
      all.push(...runs);
      rows.push(line(name, task, rollouts, runs));
      process.stderr.write(`${rows.at(-1)?.join('  ')}\n`);
    }
    rows.push(line(name, '(all)', rollouts, all));
  }
}
await server.close();
console.log(
  table(
    [
      'optimizer',
      'task',
      'budget',
      'true score',
      'gap closed %',
      'to 50 %',
      'to 80 %',
      'rollouts',
      'tokens',
      'reflections',
      'seconds',
    ],
    rows,
  ),
);

function line(name: string, task: string, budget: number, runs: readonly Measured[]): string[] {
  return [
    name,
    task,
    String(budget),
    meanText(runs.map((run) => run.score)),
    meanText(
      runs.map((run) => run.gap),
      true,
    ),
    reachedText(runs, 50),
    reachedText(runs, 80),
    mean(runs.map((run) => run.rollouts)).toFixed(0),
    `${(mean(runs.map((run) => run.tokens)) / 1000).toFixed(0)}k`,
    mean(runs.map((run) => run.reflections)).toFixed(0),
    mean(runs.map((run) => run.seconds)).toFixed(1),
  ];
}
