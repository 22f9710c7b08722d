/** Populations of scores with a known truth, from which bench/coverage.ts draws. */
import type { Row } from '../src/domain/dataset.ts';
import type { MeasuredRollout } from '../src/domain/rollout.ts';
import type { Random } from '../src/search/random.ts';

export interface Drawn {
  readonly rows: readonly Row[];
  readonly baseline: readonly MeasuredRollout[];
  readonly candidate: readonly MeasuredRollout[];
}

export interface World {
  readonly name: string;
  /** What the interval is of. */
  readonly truth: number;
  draw(n: number, random: Random): Drawn;
}

const row = (i: number, expected?: string): Row => ({
  id: String(i),
  input: '',
  context: [],
  metadata: {},
  ...(expected !== undefined && { expected }),
});
const rollout = (i: number, score: number, latency = 0, output = ''): MeasuredRollout => ({
  candidateId: '',
  rowId: String(i),
  repeat: 0,
  output,
  scores: { score: { value: score, pass: score >= 0.5, category: null } },
  values: { score, latency },
});
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

type Draw = (random: Random) => number;

const gauss: Draw = (random) => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** Marsaglia & Tsang 2000. */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = gauss(random);
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

const beta =
  (a: number, b: number): Draw =>
  (random) => {
    const x = gamma(random, a);
    return x / (x + gamma(random, b));
  };
const coin =
  (p: number): Draw =>
  (random) =>
    Number(random.next() < p);
/** Five grades of a judge; mean 0.9. */
const grades: Draw = (random) => {
  const u = random.next();
  return u < 0.04 ? 0 : u < 0.06 ? 0.25 : u < 0.09 ? 0.5 : u < 0.21 ? 0.75 : 1;
};
const GRADES_MEAN = 0.02 * 0.25 + 0.03 * 0.5 + 0.12 * 0.75 + 0.79;
/** The mean of three runs of a row whose own pass rate varies. */
const threeRuns =
  (rate: number): Draw =>
  (random) =>
    (coin(rate)(random) + coin(rate)(random) + coin(rate)(random)) / 3;
/** A token F1: nothing, everything, or something between. */
const overlap: Draw = (random) => {
  const u = random.next();
  return u < 0.1 ? 0 : u < 0.5 ? 1 : beta(4, 2)(random);
};

const scores = (name: string, truth: number, draw: Draw, binary = false) => ({
  name,
  truth,
  binary,
  draw: (n: number, random: Random): Drawn => ({
    rows: times(n, (i) => row(i)),
    baseline: [],
    candidate: times(n, (i) => rollout(i, draw(random))),
  }),
});

export const scoreWorlds = [
  ...[0.5, 0.7, 0.8, 0.9].map((p) => scores(`pass/fail, ${p}`, p, coin(p), true)),
  scores('graded, even, mean 0.5', 0.5, beta(2, 2)),
  scores('graded, mean 0.75', 0.75, beta(3, 1)),
  scores('graded, narrow, mean 0.9', 0.9, beta(18, 2)),
  scores('graded, skewed, mean 0.9', 0.9, beta(9, 1)),
  scores('graded, very skewed, mean 0.9', 0.9, beta(4.5, 0.5)),
  scores('graded, nearly pass/fail, mean 0.9', 0.9, beta(0.9, 0.1)),
  scores('five grades, mean 0.9', GRADES_MEAN, grades),
  scores('1 or one half, mean 0.9', 0.9, (random) => (random.next() < 0.8 ? 1 : 0.5)),
  scores('token F1, mean 0.73', 0.4 + 0.5 * (4 / 6), overlap),
  scores('three runs a row, mean 0.9', 0.9, (random) => threeRuns(beta(1.8, 0.2)(random))(random)),
];

/** No bounds: with heavy tails 30 values do not show what they are drawn from. */
export const latencyWorlds = [0.5, 0.9].map((sigma) => ({
  held: sigma === 0.5,
  name: `log-normal, sigma ${sigma}`,
  truth: 800 * Math.exp(sigma ** 2 / 2),
  draw: (n: number, random: Random): Drawn => ({
    rows: times(n, (i) => row(i)),
    baseline: [],
    candidate: times(n, (i) => rollout(i, 0, 800 * Math.exp(sigma * gauss(random)))),
  }),
}));

/** Latencies of both sides, log-normal and alike where the row is: a p-quantile of 800 · exp(sigma · z). */
export const percentileWorlds = (
  [
    ['latency.median', 0],
    ['latency.p95', 1.6448536269514722],
    ['latency.p99', 2.3263478740408408],
  ] as const
).map(([metric, z]) => {
  const draw = (n: number, random: Random): Drawn => {
    const shared = times(n, () => gauss(random));
    const side = () => shared.map((row, i) => rollout(i, 0, 800 * Math.exp(0.9 * (0.6 * row + 0.8 * gauss(random)))));
    return { rows: times(n, (i) => row(i)), baseline: side(), candidate: side() };
  };
  const name = 'log-normal, sigma 0.9';
  return { metric, single: { name, truth: 800 * Math.exp(0.9 * z), draw }, pair: { name, truth: 0, draw } };
});

const pairs = (
  name: string,
  truth: number,
  draw: (random: Random) => readonly [before: number, after: number],
  binary = false,
) => ({
  name,
  truth,
  binary,
  draw: (n: number, random: Random): Drawn => {
    const drawn = times(n, () => draw(random));
    return {
      rows: times(n, (i) => row(i)),
      baseline: drawn.map(([before], i) => rollout(i, before)),
      candidate: drawn.map(([, after], i) => rollout(i, after)),
    };
  },
});

/** A row is won, lost, or the same, at 0.9 or so. */
const flips = (win: number, loss: number) =>
  pairs(
    `pass/fail, ${win} won, ${loss} lost`,
    win - loss,
    (random) => {
      const u = random.next();
      return u < win ? [0, 1] : u < win + loss ? [1, 0] : u < 0.9 ? [1, 1] : [0, 0];
    },
    true,
  );

export const pairWorlds = [
  flips(0.1, 0.1),
  flips(0.15, 0.05),
  flips(0.25, 0.05),
  flips(0.3, 0.1),
  pairs('graded, both mean 0.9', 0, (random) => [beta(9, 1)(random), beta(9, 1)(random)]),
  pairs('graded, 0.75 to 0.9', 0.15, (random) => [beta(6, 2)(random), beta(9, 1)(random)]),
  pairs('five grades, both mean 0.9', 0, (random) => [grades(random), grades(random)]),
  pairs('five grades, most rows the same', 0, (random) => {
    const before = grades(random);
    return [before, random.next() < 0.6 ? before : grades(random)];
  }),
  pairs('one row in ten mended by half', 0.05, (random) => (random.next() < 0.1 ? [0.5, 1] : [0.5, 0.5])),
  pairs('small noise, one row in ten mended', 0.06, (random) => {
    const before = 0.2 + 0.2 * random.next();
    return [before, before + (random.next() < 0.1 ? 0.6 : 0.1 * (random.next() - 0.5))];
  }),
  pairs('three runs a row, 0.85 to 0.9', 0.05, (random) => {
    const rate = beta(1.8, 0.2)(random);
    return [threeRuns((rate * 0.85) / 0.9)(random), threeRuns(rate)(random)];
  }),
];

/**
 * Labels a (0.4), b (0.4), c (0.2), answered right nine times of ten, else with one of the others. Recall and precision stand on the rows
 * of one label alone: `share` of them, and as many more are drawn.
 */
const labelled = (size: number, random: Random, share: number): Drawn => {
  const n = Math.round(size / share);
  const names = ['a', 'a', 'b', 'b', 'c'];
  const actual = times(n, () => random.pick(names));
  return {
    rows: actual.map((label, i) => row(i, label)),
    baseline: [],
    candidate: actual.map((label, i) => {
      const named = random.next() < 0.9 ? label : random.pick(['a', 'b', 'c'].filter((other) => other !== label));
      return rollout(i, Number(named === label), 0, named);
    }),
  };
};
const RIGHT = 0.9;
const wrongTo = (weight: number) => (weight * (1 - RIGHT)) / 2;
const namedC = 0.2 * RIGHT + wrongTo(0.8);
const f1Of = (weight: number) => (2 * weight * RIGHT) / (weight * RIGHT + wrongTo(1 - weight) + weight);

export const labelWorlds = [
  { metric: 'recall[a]', truth: RIGHT, runs: 2400, share: 0.4 },
  { metric: 'precision[c]', truth: (0.2 * RIGHT) / namedC, runs: 2400, share: namedC },
  { metric: 'macroF1', truth: (f1Of(0.4) + f1Of(0.4) + f1Of(0.2)) / 3, runs: 600, share: 1 },
].map((world) => ({
  ...world,
  name: 'three labels, 0.9 right',
  draw: (n: number, random: Random) => labelled(n, random, world.share),
}));
