import { detectableEffect, type PlannedComparison, rowsToDetect } from '../lab/planning.ts';
import { aaRollouts, plannedRepeats } from './confirmation-rounds.ts';
import type { Estimate } from './estimate.ts';
import { coldModels } from './noise-run.ts';
import { MAX_FINALISTS, type ResolvedJob } from './resolved.ts';

/** What the budget and the rows can be expected to bring, before anything is paid. */
export interface Advice {
  /** That the budget buys; null when nothing bounds the search. */
  readonly proposals: number | null;
  /** Of the sealed split. */
  readonly testRows: number;
  /** Confirmed at most, and corrected for. */
  readonly finalists: number;
  /** Runs of each test row that the budget allows for as many finalists. */
  readonly repeats: number;
  /** The smallest true gain (in score units) that the verdict shows with a power of 80 %; null without a verdict, or when none is shown. */
  readonly minimumDetectableEffect: number | null;
  /** Test rows that would show gains of these sizes with the same power. */
  readonly rowsFor: readonly { readonly gain: number; readonly rows: number }[];
}

/** A reason why a job cannot work. */
export interface Hopeless {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

/** With fewer proposals a search is a lottery ticket. */
const MIN_PROPOSALS = 3;
/** Variance of the score of one row that is assumed of a model above temperature 0 until it is measured: a tenth of the rows flip. */
const ASSUMED_NOISE = 0.05;
const GAINS = [0.02, 0.05, 0.1];

const planOf = (job: ResolvedJob, finalists: number): PlannedComparison => ({
  finalists,
  repeats: plannedRepeats(job),
  noiseVariance: coldModels(job) ? 0 : ASSUMED_NOISE,
});

export function adviceOf(job: ResolvedJob, estimate: Estimate): Advice {
  const plan = planOf(job, MAX_FINALISTS);
  const verdict = job.budget.confirmationRollouts > 0;
  return {
    proposals: estimate.proposals,
    testRows: job.dataset.rows.test,
    finalists: MAX_FINALISTS,
    repeats: plan.repeats,
    minimumDetectableEffect: verdict ? detectableEffect(job.dataset.rows.test, plan) : null,
    rowsFor: GAINS.map((gain) => ({ gain, rows: rowsToDetect(gain, plan) })),
  };
}

/** Why this job cannot lead to what it is for, whatever the search finds; each with the field and the fix. */
export function hopelessOf(job: ResolvedJob, estimate: Estimate): Hopeless[] {
  const { budget, dataset } = job;
  const { confirmationRollouts } = budget;
  const found: Hopeless[] = [];
  if (estimate.proposals !== null && estimate.proposals < MIN_PROPOSALS) {
    const limits = Object.entries(budget)
      .filter(([name]) => name !== 'confirmationRollouts')
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
    found.push({
      code: 'few-proposals',
      path: 'budget',
      message: `the budget (${limits}) buys about ${estimate.proposals} proposals after the baseline is measured on ${dataset.rows.validation} validation rows and ${confirmationRollouts} confirmation rollouts are paid for; at least ${MIN_PROPOSALS} are needed: raise the budget, use fewer validation rows, or lower budget.confirmationRollouts`,
    });
  }
  if (confirmationRollouts === 0) return found;
  const pair = 2 * dataset.rows.test + aaRollouts(job.aaRows);
  if (confirmationRollouts < pair) {
    found.push({
      code: 'short-confirmation',
      path: 'budget.confirmationRollouts',
      message: `${confirmationRollouts} do not pay baseline and winner on all ${dataset.rows.test} test rows, so that no verdict can be reached: make it at least ${pair}, or 0 to do without a verdict`,
    });
  }
  if (detectableEffect(dataset.rows.test, planOf(job, 1)) === null) {
    found.push({
      code: 'no-power',
      path: 'split',
      message: `on ${dataset.rows.test} test rows not even a winner that is right on every row could be told from luck: give the test split at least ${leastRows(job)} rows, or set budget.confirmationRollouts to 0 to do without a verdict`,
    });
  }
  return found;
}

/** The fewest rows on which any gain at all could be shown. */
function leastRows(job: ResolvedJob): number {
  let rows = job.dataset.rows.test;
  while (detectableEffect(rows, planOf(job, 1)) === null) rows += 1;
  return rows;
}
