import { gapOf, mean, medianReached, paired, reached, standardError, totalTokens } from './statistics.ts';
import { table } from './table.ts';
import type { Run } from './workers.ts';

export interface Shape {
  /** In the order of the command line; the first one is what the others are compared with. */
  readonly optimizers: readonly string[];
  readonly worlds: readonly string[];
  readonly tasks: readonly string[];
  /** A line for each task, besides the one for all of them. */
  readonly byTask: boolean;
}

/** `0.512 ± 0.031`, or with a scale and digits of its own. */
function meanText(values: readonly number[], scale = 1, digits = 3): string {
  return `${(mean(values) * scale).toFixed(digits)} ± ${(standardError(values) * scale).toFixed(digits)}`;
}
const percent = (values: readonly number[]) => meanText(values, 100, 0);
const points = (values: readonly number[]) => meanText(values, 100, 1);
const thousands = (value: number) => `${(value / 1000).toFixed(0)}k`;

const budgetsOf = (runs: readonly Run[]) => [...new Set(runs.map((run) => run.budget))].sort((a, b) => a - b);

/** What each optimizer found, what it cost and what harm it did. */
export function resultsTable(runs: readonly Run[], shape: Shape): string {
  const sealed = runs.some((run) => run.sealed !== null);
  const judge = runs.some((run) => run.tokens.judge > 0);
  const lines = shape.worlds.flatMap((world) =>
    budgetsOf(runs).flatMap((budget) =>
      shape.optimizers.flatMap((optimizer) => {
        const own = runs.filter(
          (run) => run.contestant.name === optimizer && run.world === world && run.budget === budget,
        );
        if (own.length === 0) return [];
        const line = (task: string, some: readonly Run[]) => [
          world,
          optimizer,
          task,
          String(budget),
          ...resultCells(some, judge, sealed),
        ];
        const perTask = shape.tasks
          .map((task) => [task, own.filter((run) => run.task === task)] as const)
          .filter(([, some]) => some.length > 0);
        return [
          ...(shape.byTask ? perTask.map(([task, some]) => line(task, some)) : []),
          ...(shape.byTask && perTask.length === 1 ? [] : [line('(all)', own)]),
        ];
      }),
    ),
  );
  const head = [
    ...['world', 'optimizer', 'task', 'budget', 'runs', 'true score', 'gap closed %'],
    ...['to 50 %', 'to 80 %', 'rollouts', 'task', 'reflection', ...(judge ? ['judge'] : []), 'reflections', 'seconds'],
    ...['harmed', 'over 1 pt', 'worst', 'optimism'],
    ...(sealed ? ['sealed score', 'promoted', 'kept', 'open', 'harmed & promoted'] : []),
  ];
  return table(head, lines, 3);
}

function resultCells(runs: readonly Run[], judge: boolean, sealed: boolean): string[] {
  const reachedText = (share: number) => {
    const there = runs.map((run) => reached(run, share));
    const rollouts = medianReached(there.map((point) => point?.rollouts ?? null));
    const tokens = medianReached(there.map((point) => point?.tokens ?? null));
    const count = `${there.filter((point) => point !== null).length}/${runs.length}`;
    return rollouts === null || tokens === null
      ? `– ${count}`
      : `${rollouts.toFixed(0)} / ${thousands(tokens)} ${count}`;
  };
  const average = (value: (run: Run) => number) => mean(runs.map(value));
  const gains = runs.map((run) => run.score - run.baseline);
  const optimism = runs.flatMap((run) => (run.reported === null ? [] : [run.reported - run.score]));
  const decided = (decision: string) =>
    String(runs.filter((run) => run.sealed !== null && run.sealed.decision === decision).length);
  const sealedScores = runs.flatMap((run) => run.sealed?.score ?? []);
  return [
    String(runs.length),
    meanText(runs.map((run) => run.score)),
    percent(runs.map((run) => gapOf(run, run.score))),
    reachedText(0.5),
    reachedText(0.8),
    average((run) => run.rollouts).toFixed(0),
    thousands(average((run) => run.tokens.task)),
    thousands(average((run) => run.tokens.reflection)),
    ...(judge ? [thousands(average((run) => run.tokens.judge))] : []),
    average((run) => run.reflections).toFixed(0),
    average((run) => run.seconds).toFixed(1),
    `${gains.filter((gain) => gain < -1e-9).length}`,
    `${gains.filter((gain) => gain < -0.01).length}`,
    (Math.min(0, ...gains) * 100).toFixed(1),
    points(optimism),
    ...(sealed
      ? [
          meanText(sealedScores),
          decided('promote'),
          decided('do_not_promote'),
          decided('inconclusive'),
          `${runs.filter((run, index) => run.sealed?.decision === 'promote' && (gains[index] ?? 0) < -1e-9).length}`,
        ]
      : []),
  ];
}

/** How much more of the gap each optimizer closes than the first one, on the same problems. */
export function differencesTable(runs: readonly Run[], shape: Shape): string {
  const [first, ...others] = shape.optimizers;
  const of = (name: string | undefined, world: string, budget: number) =>
    runs.filter((run) => run.contestant.name === name && run.world === world && run.budget === budget);
  const lines = shape.worlds.flatMap((world) =>
    budgetsOf(runs).flatMap((budget) =>
      others.flatMap((other) => {
        const { pairs, byRollouts, byTokens, wins, losses } = paired(
          of(first, world, budget),
          of(other, world, budget),
        );
        if (pairs === 0) return [];
        const tokens =
          mean(of(other, world, budget).map(totalTokens)) / mean(of(first, world, budget).map(totalTokens));
        return [
          [
            world,
            `${other} − ${first}`,
            String(budget),
            String(pairs),
            points(byRollouts),
            `${wins} / ${pairs - wins - losses} / ${losses}`,
            points(byTokens),
            Number.isFinite(tokens) ? tokens.toFixed(2) : '–',
          ],
        ];
      }),
    ),
  );
  if (lines.length === 0) return '';
  const head = [
    ...['world', 'optimizers', 'budget', 'pairs', 'points of the gap', 'better / equal / worse'],
    ...['at equal tokens', 'tokens ×'],
  ];
  return table(head, lines, 2);
}
