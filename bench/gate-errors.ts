/**
 * How often the gate of an evaluation is wrong, and how often it sees what is there: the decision code of the service (`judgeEvaluation`)
 * on drawn rollouts of which the truth is known.
 *
 *   node --import tsx bench/gate-errors.ts --runs 1000 --power-runs 120
 *
 * On as many threads as there are processors; the figures do not depend on their number.
 *
 * Each row has its own chance of being right; a run draws it anew for each side, as a model at a temperature does. The gate: the headline
 * is better with confidence, and no cohort is worse by more than 5 points. "A/A": both sides have the same chances. "promote" is then a
 * false promotion, "refused by a cohort" a false alarm. "+5 points": the candidate's chances are 5 points higher on average. "a cohort
 * −20": so they are, but one cohort loses 20 points. Rates with 95 % Wilson intervals. Ends with 1 when an error rate under A/A is above 5 %.
 */
import { parseArgs } from 'node:util';
import type { Row } from '../src/domain/dataset.ts';
import type { Rollout } from '../src/domain/rollout.ts';
import type { GateDecision } from '../src/domain/views/evaluation-view.ts';
import { judgeEvaluation } from '../src/jobs/evaluation/judge.ts';
import { wilsonInterval } from '../src/lab/statistics/wilson.ts';
import { createRandom, type Random } from '../src/search/random.ts';
import { table } from './table.ts';
import { countInThreads, type Piece } from './threads.ts';

const { values: args } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    'power-runs': { type: 'string', default: '120' },
    'first-seed': { type: 'string', default: '1' },
  },
});

const GAIN = 0.05;
const LOSS = 0.2;
const MARGIN = 0.05;
const MOST_WRONG = 0.05;

interface World {
  readonly truth: 'A/A' | '+5 points' | 'a cohort −20';
  readonly scores: 'pass/fail' | 'graded';
  readonly rows: number;
  readonly cohorts: number;
}

const rowsOf = ({ rows, cohorts }: World): Row[] =>
  Array.from({ length: rows }, (_, index) => ({
    id: `r${index}`,
    input: '',
    context: [],
    cohort: `cohort ${index % cohorts}`,
    metadata: {},
  }));

/** A run of one prompt: a row scores by its chance, plus what the prompt changes. */
function runOf(
  id: string,
  rows: readonly Row[],
  { scores }: World,
  chance: (row: Row) => number,
  random: Random,
): Rollout[] {
  return rows.map((row) => {
    const p = Math.min(1, Math.max(0, chance(row)));
    const value =
      scores === 'pass/fail' ? Number(random.next() < p) : Math.min(1, Math.max(0, p + 0.2 * (random.next() - 0.5)));
    return {
      candidateId: id,
      rowId: row.id,
      repeat: 0,
      output: '',
      steps: [],
      scores: { score: { value, pass: value >= 0.5, feedback: '', category: null } },
      values: {},
    };
  });
}

async function decisionIn(world: World, seed: number): Promise<GateDecision> {
  const random = createRandom(seed, 'world', world.truth, world.scores, world.rows, world.cohorts);
  const rows = rowsOf(world);
  // Most rows are easy or hard, as they are in life: a Beta-like shape with a mean of about 0.75.
  const chances = new Map(rows.map(({ id }) => [id, 0.05 + 0.85 * random.next() ** 0.35]));
  const before = (row: Row) => chances.get(row.id) ?? 0;
  const change = (row: Row) =>
    world.truth === 'A/A' ? 0 : world.truth === 'a cohort −20' && row.cohort === 'cohort 0' ? -LOSS : GAIN;
  const prompt = (id: string) => ({ id, name: id, ref: null, sha256: id, source: null, prompt: { messages: [] } });
  const result = await judgeEvaluation(
    {
      prompts: [prompt('c0'), prompt('c1')],
      hasBaseline: true,
      suite: { evaluators: [{ id: 'score', type: 'drawn' }] },
      headline: 'score',
      gates: [
        { metric: 'score', betterThanBaseline: true },
        { metric: 'score', notWorseThanBaseline: MARGIN, perCohort: 'cohort' },
      ],
      ood: null,
      repeats: 1,
      aa: false,
      seed,
      models: { task: { provider: 'openai', model: 'drawn' }, judge: null },
    },
    { dataset: rows, ood: [] },
    new Map([
      ['c0', runOf('c0', rows, world, before, random)],
      ['c1', runOf('c1', rows, world, (row) => before(row) + change(row), random)],
    ]),
  );
  const decision = result.candidates['c1']?.decision;
  if (!decision) throw new Error('the candidate was not judged');
  return decision;
}

const percent = (value: number) => (value * 100).toFixed(1);
const rate = (count: number, of: number) => {
  const interval = wilsonInterval(count, of);
  return `${percent(count / of)} % (${percent(interval?.low ?? 0)}–${percent(interval?.high ?? 1)})`;
};

/** `lost`: a rule of a cohort, or of all rows, said that something was lost. */
async function count(world: World, { first, runs }: Piece) {
  const counts = { promoted: 0, open: 0, lost: 0 };
  for (let seed = first; seed < first + runs; seed++) {
    const { decision, rules } = await decisionIn(world, seed);
    if (decision === 'promote') counts.promoted += 1;
    if (decision === 'inconclusive') counts.open += 1;
    if (rules.some(({ rule, outcome }) => rule === 'not-worse' && outcome === 'fail')) counts.lost += 1;
  }
  return counts;
}

const runs = Number(args.runs);
const powerRuns = Number(args['power-runs']);
const lines: readonly { readonly world: World; readonly runs: number }[] = [
  ...(['pass/fail', 'graded'] as const).flatMap((scores) =>
    [1, 3, 8].map((cohorts) => ({ world: { truth: 'A/A' as const, scores, rows: 200, cohorts }, runs })),
  ),
  ...[100, 200, 400, 800, 1600].flatMap((rows) =>
    [1, 8].map((cohorts) => ({
      world: { truth: '+5 points' as const, scores: 'pass/fail' as const, rows, cohorts },
      runs: powerRuns,
    })),
  ),
  ...[200, 400, 800].flatMap((rows) =>
    [3, 8].map((cohorts) => ({
      world: { truth: 'a cohort −20' as const, scores: 'pass/fail' as const, rows, cohorts },
      runs: powerRuns,
    })),
  ),
].filter((line) => line.runs > 0);

const began = performance.now();
const counted = await countInThreads(
  import.meta.url,
  lines.map((line) => line.runs),
  Number(args['first-seed']),
  async (piece) => {
    const line = lines[piece.line];
    if (!line) throw new Error(`there is no line ${piece.line}`);
    return count(line.world, piece);
  },
);
const all = lines.map((line, index) => {
  const { promoted = 0, open = 0, lost = 0 } = counted[index] ?? {};
  return { ...line, promoted, open, lost };
});

console.log(
  table(
    ['truth', 'scores', 'rows', 'cohorts', 'runs', 'promote', 'inconclusive', 'refused by a cohort'],
    all.map(({ world, runs, promoted, open, lost }) => [
      world.truth,
      world.scores,
      String(world.rows),
      String(world.cohorts),
      String(runs),
      rate(promoted, runs),
      rate(open, runs),
      rate(lost, runs),
    ]),
    2,
  ),
);
console.log(`\n${((performance.now() - began) / 1000).toFixed(0)} s; seeds from ${args['first-seed']}`);
const wrong = all.filter(
  ({ world, runs, promoted, lost }) => world.truth === 'A/A' && Math.max(promoted, lost) > MOST_WRONG * runs,
);
for (const { world } of wrong)
  console.error(`above ${MOST_WRONG * 100} % under A/A: ${world.scores}, ${world.cohorts} cohorts`);
process.exitCode = wrong.length > 0 ? 1 : 0;
