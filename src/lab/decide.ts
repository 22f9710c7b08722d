import { boundOf, headlineOf, type MetricValues, type Objective } from '../domain/objective.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { ComparedFinalist, MetricComparison } from './compare.ts';
import { formatCount, formatDifference, formatInterval, formatMetric, formatP } from './metric-text.ts';
import { requiredRows } from './statistics/power.ts';

export interface DecideOptions {
  /** Significance level of the headline after Holm; default 0.05. */
  readonly alpha?: number;
  /** Power with which the named number of rows would decide; default 0.8. */
  readonly power?: number;
  /** Largest share of missing rows in the headline or a constrained metric; default 0.1. */
  readonly missingAtMost?: number;
  /** A gain that cannot be above this is no gain; default 0, in the headline's unit. */
  readonly negligible?: number;
}

export interface Decision {
  readonly verdict: Verdict;
  /** Whom the verdict speaks of: the promoted finalist, else the first undecided, else the first; the baseline without any. */
  readonly candidateId: string;
  /** Rows that would decide an inconclusive verdict; null when it is decided or no number of rows can be named. */
  readonly rowsNeeded: number | null;
}

/** Beyond this the honest answer is "out of reach". */
const MOST_ROWS = 100_000;
/** The gain that a decision is sized for when the two sides scored alike everywhere. */
const SIZED_FOR = 0.05;

/**
 * The verdict on the sealed rows. `finalists` are the candidates other than the baseline, best on validation first, compared by
 * `compareFinalists` with the same objectives; the first of them that passes is promoted, so that the sealed split confirms the
 * search's choice rather than making another one.
 *
 * - `promote`: the headline's adjusted p-value is below alpha, its difference is positive, and every hard constraint holds on these rows.
 * - `do_not_promote`: the winner is the baseline, a hard constraint is violated, or the interval excludes a gain.
 * - `inconclusive`: anything else, with the number of rows that would decide it; also when too many rows are missing.
 */
export function decide(
  objectives: readonly Objective[],
  baselineId: string,
  finalists: readonly ComparedFinalist[],
  options: DecideOptions = {},
): Decision {
  const others = finalists.filter(({ candidateId }) => candidateId !== baselineId);
  const judged = others.map((finalist) => ({ finalist, ...judge(objectives, finalist, others.length, options) }));
  const first = (decision: Verdict['decision']) => judged.find((each) => each.decision === decision);
  const chosen = first('promote') ?? first('inconclusive') ?? judged[0];
  if (!chosen) {
    const reason = 'No significant gain: the search found no prompt better than the baseline, which stays.';
    return {
      verdict: { decision: 'do_not_promote', reason, metrics: [] },
      candidateId: baselineId,
      rowsNeeded: null,
    };
  }
  const { finalist, decision, reason, rowsNeeded } = chosen;
  return {
    verdict: { decision, reason, metrics: finalist.metrics.map(publicPart) },
    candidateId: finalist.candidateId,
    rowsNeeded,
  };
}

/** Only what the verdict promises: the working figures stay here. */
function publicPart({
  goal: _g,
  rawPValue: _p,
  sd: _s,
  method: _m,
  ...metric
}: MetricComparison): Verdict['metrics'][number] {
  return metric;
}

interface Judgement {
  readonly decision: Verdict['decision'];
  readonly reason: string;
  readonly rowsNeeded: number | null;
}

function judge(
  objectives: readonly Objective[],
  { metrics }: ComparedFinalist,
  finalists: number,
  { alpha = 0.05, power = 0.8, missingAtMost = 0.1, negligible = 0 }: DecideOptions,
): Judgement {
  const headlineName = headlineOf(objectives).metric;
  const headline = metrics.find(({ metric }) => metric === headlineName);
  const constrained = objectives.filter((o) => o.limit !== undefined || o.notWorseThanBaseline !== undefined);
  const needed = metrics.filter((m) => m === headline || constrained.some((o) => o.metric === m.metric));
  const gap = needed.find(
    (m) => m.winner === null || m.baseline === null || m.missing > missingAtMost * (m.rows + m.missing),
  );
  if (!headline || gap) return { decision: 'inconclusive', reason: missingReason(gap, headlineName), rowsNeeded: null };
  const violated = violatedConstraint(constrained, metrics);
  if (violated !== null) return { decision: 'do_not_promote', reason: violated, rowsNeeded: null };
  const { difference, interval, pValue } = headline;
  const figures = describe(headline, finalists);
  if (difference !== null && difference > negligible && pValue !== null && pValue < alpha) {
    const also = constrained.length > 0 ? ', and every hard constraint holds' : '';
    return { decision: 'promote', reason: `A real gain: ${figures}${also}.`, rowsNeeded: null };
  }
  if (interval !== null && interval.high <= negligible + 1e-9) {
    return { decision: 'do_not_promote', reason: `No gain: ${figures}.`, rowsNeeded: null };
  }
  const rows = rowsToDecide(headline, { alpha: alpha / finalists, power });
  return { decision: 'inconclusive', reason: `Not decided: ${figures}; ${rows.text}.`, rowsNeeded: rows.rows };
}

function missingReason(gap: MetricComparison | undefined, headline: string): string {
  if (gap === undefined) return `Not decided: ${headline} was not compared on the sealed rows.`;
  const all = gap.rows + gap.missing;
  if (all === 0)
    return `Not decided: no sealed row can say anything about ${gap.metric}; add rows that can to the test split.`;
  if (gap.missing === 0) return `Not decided: ${gap.metric} could not be measured on the ${all} sealed rows.`;
  const share = `${formatCount(gap.missing)} of ${formatCount(all)} sealed rows (${Math.round((gap.missing / all) * 100)} %)`;
  return `Not decided: ${gap.metric} is missing on ${share}, too many for a fair comparison; remove the cause of the errors and run again.`;
}

/** The first hard constraint that the sealed rows break, as a sentence; null when all hold. */
function violatedConstraint(constrained: readonly Objective[], metrics: readonly MetricComparison[]): string | null {
  const before: MetricValues = Object.fromEntries(metrics.map((m) => [m.metric, m.baseline]));
  for (const objective of constrained) {
    const { metric, goal, limit, notWorseThanBaseline } = objective;
    const found = metrics.find((m) => m.metric === metric);
    const bound = boundOf(objective, before);
    if (!found || found.winner === null || bound === null) continue;
    const excess = goal === 'maximize' ? bound - found.winner : found.winner - bound;
    if (excess <= 1e-12) continue;
    const rows = `on ${formatCount(found.rows)} sealed rows`;
    const side = goal === 'maximize' ? 'at least' : 'at most';
    const why =
      bound === limit
        ? 'the limit of the job'
        : `the baseline's ${formatMetric(metric, found.baseline)} with a margin of ${formatMetric(metric, notWorseThanBaseline ?? 0)}`;
    return `A hard constraint is broken: ${metric} is ${formatMetric(metric, found.winner)} ${rows} and must be ${side} ${formatMetric(metric, bound)}, ${why}.`;
  }
  return null;
}

function describe(headline: MetricComparison, finalists: number): string {
  const { metric, baseline, winner, difference, interval, pValue, rows } = headline;
  const corrected = finalists > 1 ? ` corrected for ${finalists} finalists` : '';
  const change = `${metric} goes from ${formatMetric(metric, baseline)} to ${formatMetric(metric, winner)} on ${formatCount(rows)} sealed rows`;
  const better = `${headline.goal === 'minimize' ? 'better by ' : ''}${formatDifference(metric, difference)}`;
  return `${change} (${better}, ${formatInterval(metric, interval, formatDifference)}, ${formatP(pValue)}${corrected})`;
}

function rowsToDecide(
  { metric, difference, sd, rows }: MetricComparison,
  options: { readonly alpha: number; readonly power: number },
): { readonly text: string; readonly rows: number | null } {
  if (difference === null || sd === null || rows < 2) return { text: 'it needs more sealed rows', rows: null };
  const none = Math.abs(difference) < 1e-12;
  const effect = none ? SIZED_FOR : Math.abs(difference);
  // Two sides that agree on every row show no spread; a gain of `effect` on binary rows has at least this one.
  const spread = none ? Math.max(sd, Math.sqrt(effect * (1 - effect))) : sd;
  const needed = Math.max(rows + 1, requiredRows(effect, spread, options));
  const what = none
    ? `a gain of ${formatMetric(metric, effect)}`
    : `a ${difference > 0 ? 'gain' : 'loss'} of this size`;
  return needed > MOST_ROWS
    ? { text: `${what} is too small to show on fewer than ${formatCount(MOST_ROWS)} sealed rows`, rows: null }
    : {
        text: `about ${formatCount(needed)} sealed rows would decide ${none ? `on ${what}` : `whether ${what} is real`}`,
        rows: needed,
      };
}
