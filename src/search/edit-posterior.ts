/**
 * What an edit of a prompt does, as two rates with a prior: the share of the failures it was made for that it `fixes`, and the share of
 * passing rows that it `breaks`. Looking again after each row does not inflate the error of a decision: a posterior does not depend on
 * when one looks, only on the prior being fair.
 */

export interface RateGrid {
  readonly values: readonly number[];
  readonly weights: readonly number[];
}

/** What one row showed of an edit. */
export interface EditEvidence {
  /** Probability that a row changes like this although the edit does nothing to it. */
  readonly luck: number;
  /** How far it changed: of a failing row the share of the missing score that was gained, of a passing row the share that was lost. */
  readonly changed: number;
}

export interface EditPrior {
  readonly fixes: RateGrid;
  readonly breaks: RateGrid;
}

/** A prior whose edits do harm with this probability; harm is more often small than large. */
export function editPrior(harm: number): EditPrior {
  return {
    fixes: { values: [0, 0.3, 0.6, 0.97], weights: [0.35, 0.15, 0.2, 0.3] },
    breaks: {
      values: [0, 0.03, 0.08, 0.16, 0.35],
      weights: [1 - harm, 0.3 * harm, 0.3 * harm, 0.25 * harm, 0.15 * harm],
    },
  };
}

/** How much of the task each kind of row stands for: shares of the rows that are known. */
export interface EditStakes {
  /** Rows of the kind the edit was made for. */
  readonly targets: number;
  /** Rows that pass. */
  readonly passes: number;
  /** Score that a failing row lacks, and that a broken one loses. */
  readonly room: number;
}

export interface EditVerdict {
  /** Probability that the edit raises the mean score. */
  readonly better: number;
  /** Probability that it lowers it. An edit that does nothing is neither. */
  readonly worse: number;
  /** Expected change of the mean score. */
  readonly gain: number;
  /** What of the expected change is loss: the sum over all rates with which the edit lowers the mean score, ≥ 0. */
  readonly loss: number;
  /** Expected share of its failures that the edit fixes. */
  readonly fixes: number;
  /** Expected share of passing rows that the edit breaks. */
  readonly breaks: number;
}

/** No row is ever certain to change: one that did not would rule a rate out for good. */
const CERTAIN = 1 - 1e-9;

/** Changes between 0 and 1 count in part for both outcomes. */
export function judgeEdit(
  prior: EditPrior,
  stakes: EditStakes,
  targets: readonly EditEvidence[],
  passes: readonly EditEvidence[],
): EditVerdict {
  const fixes = posterior(prior.fixes, targets);
  const breaks = posterior(prior.breaks, passes);
  let better = 0;
  let worse = 0;
  let gain = 0;
  let loss = 0;
  prior.fixes.values.forEach((fix, i) => {
    prior.breaks.values.forEach((harm, j) => {
      const weight = (fixes[i] ?? 0) * (breaks[j] ?? 0);
      const change = stakes.room * (stakes.targets * fix - stakes.passes * harm);
      gain += weight * change;
      if (change > 0) better += weight;
      if (change < 0) {
        worse += weight;
        loss -= weight * change;
      }
    });
  });
  return {
    better,
    worse,
    gain,
    loss,
    fixes: expectation(prior.fixes, fixes),
    breaks: expectation(prior.breaks, breaks),
  };
}

function posterior(grid: RateGrid, rows: readonly EditEvidence[]): number[] {
  const logs = grid.values.map((rate, index) => {
    const likelihood = rows.reduce((sum, { luck, changed }) => {
      const p = Math.min(CERTAIN, luck + (1 - luck) * rate);
      return sum + changed * Math.log(p) + (1 - changed) * Math.log(1 - p);
    }, 0);
    return likelihood + Math.log(grid.weights[index] ?? 0);
  });
  const top = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - top));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

const expectation = (grid: RateGrid, weights: readonly number[]) =>
  grid.values.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0);
