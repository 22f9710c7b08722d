/**
 * How often nominal 95 % intervals hold the truth: those that the engine chooses, through its own doors, and for comparison others of
 * the library. Truth and draws are known; no model is involved.
 *
 *   node --import tsx bench/coverage.ts   prints the table; ends with 1 when an interval of the engine is outside 93–97 %
 */
import type { Interval } from '../src/domain/verdict.ts';
import { aggregateMetric, metricRef } from '../src/lab/aggregate.ts';
import { differenceInterval } from '../src/lab/compare.ts';
import { meanInterval } from '../src/lab/statistics/mean-interval.ts';
import { pairedBootstrap } from '../src/lab/statistics/paired-bootstrap.ts';
import { pairedProportionInterval } from '../src/lab/statistics/paired-proportions.ts';
import { wilsonInterval } from '../src/lab/statistics/wilson.ts';
import { createRandom, type Random } from '../src/search/random.ts';
import {
  type Drawn,
  labelWorlds,
  latencyWorlds,
  pairWorlds,
  percentileWorlds,
  scoreWorlds,
} from './coverage-worlds.ts';
import { table } from './table.ts';

const SIZES = [30, 100, 300];
const BOUND = [0.93, 0.97] as const;
const RUNS = 2400;
/** Resampling costs a thousand times more; its rows say so. */
const RESAMPLED_RUNS = 250;

interface Line {
  readonly interval: string;
  readonly world: string;
  /** Chosen by the engine: held against the bound. */
  readonly chosen: boolean;
  readonly runs: number;
  /** Promised to hold at least as often as it says: too wide is no fault. */
  readonly atLeast: boolean;
  /** Among the samples that have an interval; null when none has. */
  readonly coverage: readonly (number | null)[];
  /** Share of the samples that have one. */
  readonly given: readonly number[];
}

type IntervalOf = (drawn: Drawn, random: Random) => Interval | null;

/** Share of the samples whose interval holds the truth, for each size. */
function lineOf(
  interval: string,
  world: { readonly name: string; readonly truth: number; draw(n: number, random: Random): Drawn },
  intervalOf: IntervalOf,
  { chosen = true, runs = RUNS, atLeast = false } = {},
): Line {
  const counts = SIZES.map((n) => {
    let held = 0;
    let given = 0;
    for (let run = 0; run < runs; run++) {
      const found = intervalOf(
        world.draw(n, createRandom('coverage', world.name, n, run)),
        createRandom('interval', run),
      );
      if (found) given += 1;
      if (found && found.low <= world.truth + 1e-12 && world.truth <= found.high + 1e-12) held += 1;
    }
    return { held, given };
  });
  return {
    interval,
    world: world.name,
    chosen,
    runs,
    atLeast,
    coverage: counts.map(({ held, given }) => (given === 0 ? null : held / given)),
    given: counts.map(({ given }) => given / runs),
  };
}

const metric =
  (name: string): IntervalOf =>
  ({ rows, candidate }, random) =>
    aggregateMetric(metricRef(name), rows, candidate, { random }).interval;
const difference =
  (name: string): IntervalOf =>
  ({ rows, baseline, candidate }, random) =>
    differenceInterval({ metric: name, goal: 'maximize' }, rows, baseline, candidate, { random });
const valuesOf = ({ candidate }: Drawn) => candidate.map(({ values }) => values['score'] ?? 0);
const differencesOf = ({ baseline, candidate }: Drawn) =>
  candidate.map(({ values }, i) => (values['score'] ?? 0) - (baseline[i]?.values['score'] ?? 0));

function coverageLines(): Line[] {
  const others = { chosen: false };
  const resampled = { chosen: false, runs: RESAMPLED_RUNS };
  return [
    ...scoreWorlds.flatMap((world) => [
      lineOf('mean', world, metric('score')),
      world.binary
        ? lineOf(
            '· Wilson',
            world,
            (d) =>
              wilsonInterval(
                valuesOf(d).reduce((a, b) => a + b, 0),
                d.rows.length,
              ),
            others,
          )
        : lineOf("· Student's t", world, (d) => meanInterval(valuesOf(d)), others),
    ]),
    ...latencyWorlds.flatMap((world) => [
      lineOf('mean latency', world, metric('latency'), { chosen: world.held }),
      lineOf(
        "· Student's t",
        world,
        (d) => meanInterval(d.candidate.map(({ values }) => values['latency'] ?? 0)),
        others,
      ),
    ]),
    ...pairWorlds.flatMap((world) => [
      lineOf('difference', world, difference('score')),
      ...(world.binary
        ? [
            lineOf(
              '· widened to the exact test',
              world,
              (d) => {
                const moved = differencesOf(d);
                const wins = moved.filter((x) => x > 0).length;
                return pairedProportionInterval(wins, moved.filter((x) => x < 0).length, moved.length);
              },
              others,
            ),
          ]
        : []),
    ]),
    ...pairWorlds
      .filter(({ name }) => name.startsWith('five grades'))
      .map((world) =>
        lineOf(
          '· BCa bootstrap',
          world,
          (d, random) => pairedBootstrap(differencesOf(d), { random, resamples: 500 }),
          resampled,
        ),
      ),
    ...percentileWorlds.flatMap((world) => [
      lineOf(world.metric, world.single, metric(world.metric), { atLeast: true, runs: 1000 }),
      lineOf(`difference of ${world.metric}`, world.pair, difference(world.metric), { atLeast: true, runs: 1000 }),
    ]),
    ...labelWorlds.map((world) =>
      lineOf(world.metric, world, metric(`score.${world.metric}`), { runs: world.runs, atLeast: world.runs < RUNS }),
    ),
  ];
}

const outside = ({ chosen, atLeast, coverage }: Line): boolean =>
  chosen && coverage.some((share) => share !== null && (share < BOUND[0] || (!atLeast && share > BOUND[1])));

const started = process.cpuUsage();
const lines = coverageLines();
const percent = (share: number) => (100 * share).toFixed(1);
const shown = (share: number | null, given: number) =>
  share === null ? 'none' : given < 1 ? `${percent(share)} (${percent(given)} %)` : percent(share);
console.log(
  `Coverage of nominal 95 % intervals, in percent of the samples; bound ${BOUND.map(percent).join('–')} at every size.`,
);
console.log(
  'Lines with "·" are alternatives that the engine does not choose. "≥": promised to hold at least as often.',
);
console.log('"none": so few rows have no interval; a share in brackets: of that many samples there is one.\n');
console.log(
  table(
    ['interval', 'scores', ...SIZES.map((n) => `n = ${n}`), 'samples', ''],
    lines.map((line) => [
      line.interval,
      line.world,
      ...line.coverage.map((share, index) => shown(share, line.given[index] ?? 0)),
      String(line.runs),
      outside(line) ? 'OUTSIDE' : line.atLeast ? '≥' : '',
    ]),
    2,
  ),
);
const { user, system } = process.cpuUsage(started);
const seconds = (user + system) / 1e6;
const bad = lines.filter(outside).length;
console.log(
  `\n${bad === 0 ? 'every interval of the engine keeps the bound' : `${bad} lines outside the bound`}; ${seconds.toFixed(0)} s of processor time`,
);
process.exitCode = bad === 0 ? 0 : 1;
