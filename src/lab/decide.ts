import { formatCount, formatDifference, formatInterval, formatMetric, formatP } from '../domain/figures.ts';
import { headlineOf, type Objective } from '../domain/objective.ts';
import type { ConstraintVerdict, Verdict } from '../domain/verdict.ts';
import type { ComparedFinalist, MetricComparison } from './compare.ts';
import { minimumDetectableEffect, requiredRows } from './statistics/power.ts';

export interface DecideOptions {
  /** Significance level of the headline after Holm; default 0.05. */
  readonly alpha?: number;
  /** Power with which the named number of rows would decide; default 0.8. */
  readonly power?: number;
  /** Largest share of missing rows in the headline or a constrained metric; default 0.1. */
  readonly missingAtMost?: number;
  /** A gain that cannot be above this is no gain; default 0, in the headline's unit. */
  readonly negligible?: number;
  /** Runs of each row; default 1. */
  readonly repeats?: number;
  /** Variance of the headline of one row over runs of the same prompt; null (the default) = not known. */
  readonly noiseVariance?: number | null;
}

export interface Decision {
  readonly verdict: Verdict;
  /** Whom the verdict speaks of: the promoted finalist, else the first undecided, else the first; the baseline without any. */
  readonly candidateId: string;
  /** What a job answers with: that candidate when it is promoted, or undecided without a hard constraint in doubt; else the baseline. */
  readonly answerId: string;
}

/** Beyond this the honest answer is "out of reach". */
const MOST_ROWS = 100_000;
/** More runs of one row than this are not advice. */
const MOST_REPEATS = 20;
/** The gain that a decision is sized for when the two sides scored alike everywhere. */
const SIZED_FOR = 0.05;

/**
 * The verdict on the sealed rows. `finalists` are the candidates other than the baseline, best on validation first, compared by
 * `compareFinalists` with the same objectives; the first of them that passes is promoted, so that the sealed split confirms the
 * search's choice rather than making another one.
 *
 * - `promote`: the headline's adjusted p-value is below alpha, its difference is positive, and no hard constraint is broken or in doubt on
 *   these rows. A constraint that has too few rows to be shown is named.
 * - `do_not_promote`: the winner is the baseline, a hard constraint is broken, or the interval excludes a gain.
 * - `inconclusive`: anything else, with the number of rows that would decide it; also when too many rows are missing. A finalist that
 *   leaves a hard constraint in doubt comes after one that does not, and is no answer; nor is one that scored below the baseline.
 */
export function decide(
  objectives: readonly Objective[],
  baselineId: string,
  finalists: readonly ComparedFinalist[],
  options: DecideOptions = {},
): Decision {
  const { repeats = 1 } = options;
  const others = finalists.filter(({ candidateId }) => candidateId !== baselineId);
  const judged = others.map((finalist) => ({ finalist, ...judge(objectives, finalist, others.length, options) }));
  const promoted = judged.find(({ decision }) => decision === 'promote');
  const undecided = judged.filter(({ decision }) => decision === 'inconclusive');
  const harmless = undecided.find(({ finalist }) => finalist.constraints.every(notInDoubt));
  const chosen = promoted ?? harmless ?? undecided[0] ?? judged[0];
  if (!chosen) {
    const reason = 'No significant gain: the search found no prompt better than the baseline, which stays.';
    return {
      verdict: {
        decision: 'do_not_promote',
        reason,
        metrics: [],
        constraints: [],
        finalists: [],
        repeats,
        needed: null,
      },
      candidateId: baselineId,
      answerId: baselineId,
    };
  }
  const { finalist, decision, reason, needed } = chosen;
  return {
    verdict: {
      decision,
      reason,
      metrics: finalist.metrics.map(publicPart),
      constraints: finalist.constraints,
      finalists: others.map(({ candidateId }) => candidateId),
      repeats,
      needed,
    },
    candidateId: finalist.candidateId,
    answerId:
      chosen === promoted || (chosen === harmless && !losesOn(headlineOf(objectives).metric, finalist))
        ? finalist.candidateId
        : baselineId,
  };
}

/** Nothing in the sealed rows points at a loss beyond what the constraint allows, and nothing is unknown. */
const notInDoubt = ({ status }: ConstraintVerdict) => status === 'holds' || status === 'under-powered';

/** On the sealed rows it scored below the baseline, by however little. */
const losesOn = (headline: string, { metrics }: ComparedFinalist) =>
  (metrics.find(({ metric }) => metric === headline)?.difference ?? 0) < 0;

/** Only what the verdict promises: the working figures stay here. */
function publicPart({
  goal: _g,
  rawPValue: _p,
  sd: _s,
  units: _u,
  method: _m,
  ...metric
}: MetricComparison): Verdict['metrics'][number] {
  return metric;
}

interface Judgement {
  readonly decision: Verdict['decision'];
  readonly reason: string;
  readonly needed: Verdict['needed'];
}

function judge(
  objectives: readonly Objective[],
  { metrics, constraints }: ComparedFinalist,
  finalists: number,
  options: DecideOptions,
): Judgement {
  const { alpha = 0.05, missingAtMost = 0.1, negligible = 0 } = options;
  const headlineName = headlineOf(objectives).metric;
  const headline = metrics.find(({ metric }) => metric === headlineName);
  const undecided = (reason: string, needed: Verdict['needed'] = { rows: null, repeats: null }): Judgement => ({
    decision: 'inconclusive',
    reason: `Not decided: ${reason}.`,
    needed,
  });
  const decided = (decision: Verdict['decision'], reason: string): Judgement => ({ decision, reason, needed: null });
  if (!headline) return undecided(`${headlineName} was not compared on the sealed rows`);
  const unmeasured =
    headline.winner === null ||
    headline.baseline === null ||
    headline.missing > missingAtMost * (headline.rows + headline.missing);
  const gap = unmeasured ? headline : constraints.find(({ status }) => status === 'missing');
  if (gap) return undecided(missingReason(gap));
  const [broken] = constraints.filter(({ status }) => status === 'broken').sort(byLoss);
  if (broken) return decided('do_not_promote', brokenReason(objectives, broken));
  const { difference, interval, pValue } = headline;
  const figures = describe(headline, finalists);
  if (difference !== null && difference > negligible && pValue !== null && pValue < alpha) {
    const doubtful = constraints.find(({ status }) => status === 'doubtful');
    if (doubtful)
      return undecided(`${figures}, but ${doubtReason(doubtful)}`, { rows: doubtful.rowsNeeded, repeats: null });
    return decided('promote', `A real gain: ${figures}${alsoKept(constraints)}.`);
  }
  if (interval !== null && interval.high <= negligible + 1e-9) {
    return decided('do_not_promote', `No gain: ${figures}.`);
  }
  const { text, ...needed } = whatWouldDecide(headline, finalists, options);
  return undecided(`${figures}; ${text}`, needed);
}

/** Limits first, then the largest loss: that of the cohort that pays, rather than that of all rows. */
const byLoss = (a: ConstraintVerdict, b: ConstraintVerdict) =>
  Number(b.rule === 'limit') - Number(a.rule === 'limit') || (a.difference ?? 0) - (b.difference ?? 0);

function missingReason(gap: Pick<ConstraintVerdict, 'metric' | 'rows' | 'missing'>): string {
  const all = gap.rows + gap.missing;
  if (all === 0) return `no sealed row can say anything about ${gap.metric}; add rows that can to the test split`;
  if (gap.missing === 0) return `${gap.metric} could not be measured on the ${all} sealed rows`;
  const share = `${formatCount(gap.missing)} of ${formatCount(all)} sealed rows (${Math.round((gap.missing / all) * 100)} %)`;
  return `${gap.metric} is missing on ${share}, too many for a fair comparison; remove the cause of the errors and run again`;
}

function brokenReason(
  objectives: readonly Objective[],
  { metric, rule, allowed, baseline, winner, rows, pValue }: ConstraintVerdict,
): string {
  const maximize = objectives.find((each) => metric === each.metric || metric.startsWith(`${each.metric}@`));
  const sign = maximize?.goal === 'minimize' ? 1 : -1;
  const bound = rule === 'limit' ? allowed : (baseline ?? 0) + sign * allowed;
  const why =
    rule === 'limit'
      ? 'the limit of the job'
      : `the baseline's ${formatMetric(metric, baseline)} with a margin of ${formatMetric(metric, allowed)} (${formatP(pValue)})`;
  return `A hard constraint is broken: ${metric} is ${formatMetric(metric, winner)} on ${formatCount(rows)} sealed rows and must be ${sign > 0 ? 'at most' : 'at least'} ${formatMetric(metric, bound)}, ${why}.`;
}

function doubtReason({ metric, wins, losses, rows, pValue, rowsNeeded }: ConstraintVerdict): string {
  const would = rowsNeeded === null ? '' : `; about ${formatCount(rowsNeeded)} such rows would tell`;
  return `${metric} may be worse than the hard constraint allows: ${losses} lost and ${wins} won of ${formatCount(rows)} sealed rows (${formatP(pValue)})${would}`;
}

/** What became of the hard constraints of a finalist that is promoted. */
function alsoKept(constraints: readonly ConstraintVerdict[]): string {
  const weak = constraints.filter(({ status }) => status === 'under-powered');
  const widest = [...weak].sort((a, b) => (b.worstLoss ?? Infinity) - (a.worstLoss ?? Infinity))[0];
  if (!widest) return constraints.length > 0 ? ', and every hard constraint holds' : '';
  const loss =
    widest.worstLoss === null
      ? 'how much it may have lost'
      : `a loss of ${formatMetric(widest.metric, widest.worstLoss)}`;
  const count =
    weak.length === 1
      ? 'one of them has'
      : `${weak.length === constraints.length ? 'all' : `${weak.length} of ${constraints.length}`} have`;
  return `, and no hard constraint is broken, but ${count} too few rows to show that it holds (${widest.metric}: ${formatCount(widest.rows)} rows do not exclude ${loss})`;
}

function describe(headline: MetricComparison, finalists: number): string {
  const { metric, baseline, winner, difference, interval, pValue, rows } = headline;
  const corrected = finalists > 1 ? ` corrected for ${finalists} finalists` : '';
  const change = `${metric} goes from ${formatMetric(metric, baseline)} to ${formatMetric(metric, winner)} on ${formatCount(rows)} sealed rows`;
  const better = `${headline.goal === 'minimize' ? 'better by ' : ''}${formatDifference(metric, difference)}`;
  return `${change} (${better}, ${formatInterval(metric, interval, formatDifference)}, ${formatP(pValue)}${corrected})`;
}

interface Needed {
  readonly text: string;
  readonly rows: number | null;
  readonly repeats: number | null;
}

function whatWouldDecide(
  { metric, difference, sd, rows }: MetricComparison,
  finalists: number,
  { alpha = 0.05, power = 0.8, repeats = 1, noiseVariance = null }: DecideOptions,
): Needed {
  if (difference === null || sd === null || rows < 2)
    return { text: 'it needs more sealed rows', rows: null, repeats: null };
  const options = { alpha: alpha / finalists, power };
  const none = Math.abs(difference) < 1e-12;
  const effect = none ? SIZED_FOR : Math.abs(difference);
  // Two sides that agree on every row show no spread; a gain of `effect` on binary rows has at least this one.
  const spread = none ? Math.max(sd, Math.sqrt(effect * (1 - effect))) : sd;
  const needed = Math.max(rows + 1, requiredRows(effect, spread, options));
  const what = none
    ? `a gain of ${formatMetric(metric, effect)}`
    : `a ${difference > 0 ? 'gain' : 'loss'} of this size`;
  if (needed > MOST_ROWS) {
    const text = `${what} is too small to show on fewer than ${formatCount(MOST_ROWS)} sealed rows`;
    return { text, rows: null, repeats: null };
  }
  const runs = repeatsToDecide({ effect, spread, rows, repeats, noiseVariance: noiseVariance ?? 0 }, options);
  const or = runs === null ? '' : `, or about ${runs} runs of each of these rows instead of ${repeats},`;
  return {
    text: `about ${formatCount(needed)} sealed rows${or} would decide ${none ? `on ${what}` : `whether ${what} is real`}`,
    rows: needed,
    repeats: runs,
  };
}

/** Runs of each row that take enough of the noise away; null when what is left between the rows is too much. */
function repeatsToDecide(
  now: {
    readonly effect: number;
    readonly spread: number;
    readonly rows: number;
    readonly repeats: number;
    readonly noiseVariance: number;
  },
  options: { readonly alpha: number; readonly power: number },
): number | null {
  const { effect, spread, rows, repeats, noiseVariance } = now;
  if (noiseVariance === 0) return null;
  const betweenRows = Math.max(0, spread ** 2 - (2 * noiseVariance) / repeats);
  for (let runs = repeats + 1; runs <= MOST_REPEATS; runs++) {
    const sd = Math.sqrt(betweenRows + (2 * noiseVariance) / runs);
    if (minimumDetectableEffect(rows, sd, options) <= effect) return runs;
  }
  return null;
}
