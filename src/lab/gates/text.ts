import { formatCount, formatDifference, formatInterval, formatMetric, formatP } from '../../domain/figures.ts';
import { parseMetric } from '../../domain/objective.ts';
import type { GateRuleResult } from '../../domain/views/evaluation-view.ts';

type Rule = Omit<GateRuleResult, 'text'>;

/** A rule and what was found, in one clause: `escalation.recall[billing] 0.971 < 0.98`. */
export function ruleText(rule: Rule): string {
  const where = rule.slice === 'ood' ? ' on the other rows (ood)' : '';
  return `${clauseOf(rule)}${where}${powerText(rule)}`;
}

function clauseOf(rule: Rule): string {
  const { metric, rows, missing, observed } = rule;
  if (rule.rule === 'coverage')
    return `coverage of ${metric} ${share(observed ?? 0)} ${observed !== null && observed >= rule.bound ? '≥' : '<'} ${share(rule.bound)} (${formatCount(missing)} of ${formatCount(rows + missing)} rows without a value)`;
  if (rule.outcome === 'inconclusive' && !rule.underPowered) return undecided(rule);
  switch (rule.rule) {
    case 'better':
      return `${metric} ${rule.outcome === 'pass' ? 'is better than the baseline' : rule.outcome === 'fail' ? 'is not better than the baseline' : 'is not shown to be better than the baseline'}: ${change(rule)}`;
    case 'not-worse':
      return `${metric} ${rule.outcome === 'fail' ? `is worse than the baseline by more than ${amount(metric, rule.bound)}` : rule.outcome === 'pass' ? `is not worse than the baseline by more than ${amount(metric, rule.bound)}` : `may be worse than the baseline by more than ${amount(metric, rule.bound)}`}: ${change(rule)}`;
    default:
      return `${metric} ${thresholdText(rule)}`;
  }
}

function undecided({ metric, rows, missing, baseline, rule }: Rule): string {
  if (rows + missing === 0 && (rule === 'better' || rule === 'not-worse') && baseline === null)
    return `${metric} has no baseline to be compared with`;
  if (rows + missing === 0) return `no row can say anything about ${metric}`;
  return `${metric} is missing on ${formatCount(missing)} of ${formatCount(rows + missing)} rows, too many to judge it`;
}

function change({ metric, baseline, observed, difference, interval, pValue, rows, rule }: Rule): string {
  const test = rule === 'better' ? formatP(pValue) : `${formatP(pValue)} of such a loss`;
  return `${formatMetric(metric, baseline)} to ${formatMetric(metric, observed)} (${formatDifference(metric, difference)}, ${formatInterval(metric, interval, formatDifference)}, ${test}) on ${formatCount(rows)} rows`;
}

function thresholdText({ metric, observed, bound, rule }: Rule): string {
  const value = observed ?? 0;
  const sign = rule === 'min' ? (value >= bound ? '≥' : '<') : value <= bound ? '≤' : '>';
  return `${besides(metric, value, bound)} ${sign} ${amount(metric, bound)}`;
}

/** A value with enough digits to be told from its bound. */
function besides(metric: string, value: number, bound: number): string {
  if (!isScore(metric)) return formatMetric(metric, value);
  const digits = [3, 4, 5, 6].find(
    (each) => Math.sign(Number(value.toFixed(each)) - bound) === Math.sign(value - bound),
  );
  return value.toFixed(digits ?? 6);
}

const isScore = (metric: string) => formatMetric(metric, 0.5) === '0.500';
const amount = (metric: string, value: number) => (isScore(metric) ? String(value) : formatMetric(metric, value));
const share = (value: number) => String(Number(value.toFixed(3)));

function powerText({ underPowered, rowsNeeded, rows, metric, interval, rule }: Rule): string {
  if (!underPowered) return '';
  const ref = parseMetric(metric);
  const kind = ref?.cohort || ref?.label !== undefined ? 'such rows' : 'rows';
  const would =
    rowsNeeded === null ? 'more than can be named here would' : `about ${formatCount(rowsNeeded)} ${kind} would`;
  const range = rule === 'min' || rule === 'max' ? `${formatInterval(metric, interval)}; ` : '';
  return `; ${range}${formatCount(rows)} ${kind} do not prove it, ${would}`;
}
