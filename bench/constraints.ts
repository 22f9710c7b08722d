/**
 * Whether winners keep hard constraints: whole jobs on the bundled families with a prompt of at most 350 tokens and a safety evaluator
 * ("the output never names this label", another label for each seed) that must not get worse than the baseline in any cohort. Finding
 * rules moves answers to and from that label, so some of the best prompts break it.
 *
 *   node --import tsx bench/constraints.ts --winners 200
 *
 * A winner violates when its prompt is over the limit, or when the sealed rows of all cohorts together show a loss with p below 0.025
 * (exact, Bonferroni over the cohorts; computed here, apart from the job). "stated bound exceeded": the true loss in a cohort, on 800 rows
 * that no job sees, is above the worst loss that the verdict says is not excluded; it is stated with 95 % confidence.
 */
import { parseArgs } from 'node:util';
import { startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { generateRows, loadTask, type Row, rowResults, type Split } from '../fixtures/tasks/index.ts';
import type { Objective } from '../src/domain/objective.ts';
import type { ConstraintVerdict } from '../src/domain/verdict.ts';
import { mcnemarExact } from '../src/lab/statistics/mcnemar.ts';
import { wilsonInterval } from '../src/lab/statistics/wilson.ts';
import { type BenchRun, runBenchJob } from './harness.ts';
import { table } from './table.ts';

const { values: args } = parseArgs({
  options: {
    winners: { type: 'string', default: '200' },
    'first-seed': { type: 'string', default: '1' },
    budget: { type: 'string', default: '300' },
  },
});

/** Families whose output is one label. */
const TASKS = ['support-triage', 'policy', 'support-chain'];
const OPTIMIZERS = [
  { name: 'gepa racing', type: 'gepa', options: { preset: 'racing' } },
  { name: 'gepa reference', type: 'gepa', options: { preset: 'reference' } },
  { name: 'protegi', type: 'protegi', options: { preset: 'default' } },
];
const LIMIT = 350;
const ROWS = { train: 80, validation: 60, test: 100, truth: 800 };
/** Useless sentences in the starting prompt, so that the limit is felt. */
const WORLD = { padding: 6 };

interface Outcome {
  readonly optimizer: string;
  readonly decision: string;
  /** The job answers with a new prompt. */
  readonly won: boolean;
  readonly refusedForCohort: boolean;
  readonly tokensOver: boolean;
  readonly lossShown: boolean;
  /** Cohorts whose true loss is above what the verdict does not exclude, of all that it speaks of. */
  readonly exceeded: number;
  readonly cohorts: number;
  /** A true loss of more than 5 points in some cohort. */
  readonly harmed: boolean;
}

async function runOne(seed: number, url: string, reset: () => void): Promise<Outcome> {
  const name = TASKS[seed % TASKS.length] ?? '';
  const optimizer = OPTIMIZERS[Math.floor(seed / TASKS.length) % OPTIMIZERS.length];
  if (!optimizer) throw new Error('no optimizer');
  const task = loadTask(name, { world: WORLD });
  const rowsOf = (split: Split, count: number) =>
    generateRows(name, { seed: 7_000 + seed, count, vocabulary: seed, world: WORLD, split });
  const test = rowsOf('truth', ROWS.test);
  const labels = [...new Set(test.map(({ expected }) => String(expected)))].sort();
  const label = labels[seed % labels.length] ?? '';
  const headline = String(task.suite.evaluators[0]?.id);
  const safety: Objective = { metric: 'safe', goal: 'maximize', notWorseThanBaseline: 0, perCohort: 'cohort' };
  reset();
  const run = await runBenchJob(
    {
      name,
      prompt: task.prompt,
      suite: {
        evaluators: [...task.suite.evaluators, { id: 'safe', type: 'not-contains', options: { value: label } }],
      },
      objectives: [
        { metric: headline, goal: 'maximize', headline: true },
        { metric: 'promptTokens', goal: 'minimize', limit: LIMIT },
        safety,
      ],
      rows: { train: rowsOf('train', ROWS.train), validation: rowsOf('validation', ROWS.validation), test },
      optimizer,
      taskModel: { model: 'sim-task', temperature: 0 },
      rollouts: Number(args.budget),
      confirmationRollouts: 4 * ROWS.test,
      seed,
      concurrency: 16,
    },
    url,
  );
  const { verdict, winner, status, error } = run.outcome;
  if (status !== 'succeeded' || !verdict) throw new Error(`${name} seed ${seed}: ${error ?? status}`);
  const won = winner.id !== 'c0';
  const truth = generateRows(name, { seed: 900_000 + seed, count: ROWS.truth, vocabulary: seed, world: WORLD });
  const unsafe = (components: Readonly<Record<string, string>>) =>
    new Map(
      rowResults(name, components, truth, { vocabulary: seed, world: WORLD }).map(({ row, output }) => [
        row.id,
        Number(output.includes(label)),
      ]),
    );
  const cohorts = won
    ? cohortLosses(verdict.constraints, truth, unsafe(run.outcome.baseline.components), unsafe(winner.components))
    : [];
  return {
    optimizer: optimizer.name,
    decision: verdict.decision,
    won,
    refusedForCohort: /hard constraint is broken: safe/.test(verdict.reason),
    tokensOver: won && (run.record.candidates.find(({ id }) => id === winner.id)?.promptTokens ?? Infinity) > LIMIT,
    lossShown: won && lossIsShown(run, winner.id, test),
    exceeded: cohorts.filter(({ loss, stated }) => stated !== null && loss > stated + 1e-9).length,
    cohorts: cohorts.length,
    harmed: cohorts.some(({ loss }) => loss > 0.05),
  };
}

/** True losses beside the ones that the verdict does not exclude. */
function cohortLosses(
  constraints: readonly ConstraintVerdict[],
  truth: readonly Row[],
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): { readonly loss: number; readonly stated: number | null }[] {
  return constraints.flatMap(({ metric, worstLoss }) => {
    const cohort = /^safe@cohort\[cohort=(.*)\]$/.exec(metric)?.[1];
    if (cohort === undefined) return [];
    const rows = truth.filter((row) => row.cohort === cohort);
    const share = (unsafe: ReadonlyMap<string, number>) =>
      rows.reduce((sum, { id }) => sum + (unsafe.get(id) ?? 0), 0) / rows.length;
    return [{ loss: share(after) - share(before), stated: worstLoss }];
  });
}

/** The sealed rows of some cohort show a loss of safety. */
function lossIsShown({ record }: BenchRun, winnerId: string, test: readonly Row[]): boolean {
  const cohorts = [...new Set(test.map(({ cohort }) => cohort))];
  const safe = (candidateId: string) =>
    new Map(
      record.rollouts.flatMap(({ rollout, purpose }) =>
        purpose === 'confirmation' && rollout.candidateId === candidateId
          ? [[rollout.rowId, rollout.values['safe'] ?? 0] as const]
          : [],
      ),
    );
  const [before, after] = [safe('c0'), safe(winnerId)];
  return cohorts.some((cohort) => {
    const differences = test
      .filter((row) => row.cohort === cohort)
      .map(({ id }) => (after.get(id) ?? 0) - (before.get(id) ?? 0));
    const wins = differences.filter((difference) => difference > 0).length;
    const losses = differences.filter((difference) => difference < 0).length;
    return losses > wins && mcnemarExact(wins, losses) / 2 < 0.025 / cohorts.length;
  });
}

const server = await startSimulatedModel({ world: WORLD });
const outcomes: Outcome[] = [];
const wanted = Number(args.winners);
for (let seed = Number(args['first-seed']); outcomes.filter(({ won }) => won).length < wanted; seed++) {
  outcomes.push(await runOne(seed, server.url, () => server.reset()));
  if (outcomes.length % 20 === 0) process.stderr.write(`${outcomes.length} jobs\n`);
}
await server.close();

const count = (all: readonly Outcome[], is: (outcome: Outcome) => boolean) => String(all.filter(is).length);
const lines = ['all', ...OPTIMIZERS.map(({ name }) => name)].map((name) => {
  const all = outcomes.filter(({ optimizer }) => name === 'all' || optimizer === name);
  const exceeded = all.reduce((sum, each) => sum + each.exceeded, 0);
  const cohorts = all.reduce((sum, each) => sum + each.cohorts, 0);
  return [
    name,
    String(all.length),
    count(all, ({ won }) => won),
    count(all, ({ decision }) => decision === 'promote'),
    count(all, ({ refusedForCohort }) => refusedForCohort),
    count(all, ({ tokensOver }) => tokensOver),
    count(all, ({ lossShown }) => lossShown),
    `${exceeded} of ${cohorts}`,
    count(all, ({ harmed }) => harmed),
  ];
});
const all = outcomes.filter(({ won }) => won);
const violations = all.filter(({ tokensOver, lossShown }) => tokensOver || lossShown).length;
const interval = wilsonInterval(violations, all.length);
console.log(
  `at most ${LIMIT} prompt tokens, safety not worse than the baseline per cohort; ${ROWS.train} train, ${ROWS.validation} validation, ${ROWS.test} sealed rows; ${args.budget} search rollouts; seeds from ${args['first-seed']}\n`,
);
console.log(
  table(
    [
      'optimizer',
      'jobs',
      'winners',
      'promoted',
      'refused for a cohort',
      'over the limit',
      'loss shown',
      'stated bound exceeded',
      'true loss > 5 points',
    ],
    lines,
  ),
);
console.log(
  `\n${violations} of ${all.length} winners violate (95 % interval ${((interval?.low ?? 0) * 100).toFixed(1)} to ${((interval?.high ?? 1) * 100).toFixed(1)} %)`,
);
