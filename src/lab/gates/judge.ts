import type { ConstraintVerdict } from '../../domain/verdict.ts';
import type { GateRuleResult } from '../../domain/views/evaluation-view.ts';
import type { Random } from '../../search/random.ts';
import { aggregateMetric } from '../aggregate.ts';
import { cohortRows, type RolloutsByRow, rowValue } from '../aggregate-values.ts';
import { differenceInterval, type MetricComparison } from '../compare.ts';
import { judgeConstraints } from '../constraints.ts';
import { rowsForQuantile, rowsToDecide, sdOf } from './rows-needed.ts';
import type { GateRule } from './rules.ts';
import { ruleText } from './text.ts';

export interface JudgedSides {
  /** Null without one: what is relative to it is then not decided. */
  readonly baseline: RolloutsByRow | null;
  readonly candidate: RolloutsByRow;
  /** By metric name: the comparisons that `better` rules ask for, p-values corrected over the candidates. */
  readonly compared: ReadonlyMap<string, MetricComparison>;
  readonly random: Random;
}

/** Largest share of missing rows of any rule; a `coverage` rule may ask for more. */
const MISSING_AT_MOST = 0.1;
const ALPHA = 0.05;
/** Rounding. */
const SLACK = 1e-12;

type Found = Omit<GateRuleResult, 'rule' | 'source' | 'metric' | 'cohort' | 'slice' | 'bound' | 'text'>;

/**
 * What the rollouts of one candidate say to each rule.
 *
 * - `better` passes when the difference is positive with p < 0.05 (two-sided), fails when the interval excludes a gain.
 * - `not-worse` fails when the rows show a loss beyond the margin (Holm over all such rules of the candidate, cohorts included), is
 *   undecided when they point that way; see docs/decisions/not-worse.md.
 * - `min` and `max` go by the measured value.
 * - `coverage`, and any rule of which more than a tenth of the rows is missing, is never failed: it is undecided.
 */
export function judgeRules(rules: readonly GateRule[], sides: JudgedSides): GateRuleResult[] {
  const losses = lossesOf(rules, sides);
  return rules.map((rule, index) => {
    const found = judge(rule, sides, losses.get(index));
    const { source, name: metric, cohort, slice, bound } = rule;
    const result = { rule: rule.rule, source, metric, cohort, slice, bound, ...found };
    return { ...result, text: ruleText(result) };
  });
}

function judge(rule: GateRule, sides: JudgedSides, loss: ConstraintVerdict | undefined): Found {
  switch (rule.rule) {
    case 'better':
      return better(sides.compared.get(rule.metric));
    case 'not-worse':
      return notWorse(rule, sides, loss);
    case 'coverage':
      return coverage(rule, sides);
    default:
      return threshold(rule, sides);
  }
}

const UNDECIDED: Found = {
  outcome: 'inconclusive',
  observed: null,
  baseline: null,
  difference: null,
  interval: null,
  pValue: null,
  rows: 0,
  missing: 0,
  underPowered: false,
  rowsNeeded: null,
};

const tooManyMissing = (rows: number, missing: number) => rows === 0 || missing > MISSING_AT_MOST * (rows + missing);

function better(figures: MetricComparison | undefined): Found {
  if (!figures) return UNDECIDED;
  const { winner, baseline, difference, interval, pValue, rows, missing, sd } = figures;
  const found = { observed: winner, baseline, difference, interval, pValue, rows, missing };
  if (difference === null || tooManyMissing(rows, missing)) return { ...UNDECIDED, ...found };
  const gained = difference > SLACK && pValue !== null && pValue < ALPHA;
  const none = !gained && interval !== null && interval.high <= 1e-9;
  const underPowered = !gained && !none;
  return {
    ...found,
    outcome: gained ? 'pass' : none ? 'fail' : 'inconclusive',
    underPowered,
    rowsNeeded: underPowered ? rowsToDecide(difference, sd, rows, { alpha: ALPHA }) : null,
  };
}

/** The losses against the baseline, judged together so that the correction covers every cohort. By index of the rule. */
function lossesOf(rules: readonly GateRule[], { baseline, candidate, random }: JudgedSides) {
  const asked = rules.flatMap((rule, index) => (rule.rule === 'not-worse' ? [{ rule, index }] : []));
  if (baseline === null) return new Map<number, ConstraintVerdict>();
  const constraints = asked.map(({ rule: { name, metric, goal, bound, rows } }) => ({
    name,
    objective: { metric, goal },
    rule: 'not-worse-than-baseline' as const,
    allowed: bound,
    rows,
  }));
  const verdicts = judgeConstraints(constraints, baseline, candidate, { random });
  return new Map(
    asked.flatMap(({ index }, position) => {
      const verdict = verdicts[position];
      return verdict ? [[index, verdict] as const] : [];
    }),
  );
}

function notWorse(rule: GateRule, sides: JudgedSides, loss: ConstraintVerdict | undefined): Found {
  if (!loss || sides.baseline === null) return UNDECIDED;
  const { winner, baseline, difference, pValue, rows, missing, rowsNeeded, status } = loss;
  const interval = differenceInterval(rule, rule.rows, sides.baseline, sides.candidate, { random: sides.random });
  const underPowered = status === 'under-powered' || status === 'doubtful';
  const passes = status === 'holds' || (status === 'under-powered' && !rule.confident);
  return {
    outcome: status === 'broken' ? 'fail' : passes ? 'pass' : 'inconclusive',
    observed: winner,
    baseline,
    difference,
    interval,
    pValue,
    rows,
    missing,
    underPowered,
    rowsNeeded,
  };
}

function threshold(rule: GateRule, { candidate, random }: JudgedSides): Found {
  const { value, interval, rows, missing } = aggregateMetric(rule.ref, rule.rows, candidate, { random });
  const found = { ...UNDECIDED, observed: value, interval, rows, missing };
  if (value === null || tooManyMissing(rows, missing)) return found;
  const side = (of: number) => (rule.rule === 'min' ? of - rule.bound : rule.bound - of);
  const kept = side(value) >= -SLACK;
  const shown = interval !== null && [interval.low, interval.high].every((end) => side(end) >= -SLACK === kept);
  const undecided = kept && rule.confident && !shown;
  return {
    ...found,
    outcome: undecided ? 'inconclusive' : kept ? 'pass' : 'fail',
    underPowered: !shown,
    rowsNeeded: shown
      ? null
      : interval === null
        ? rowsForQuantile(rule.ref)
        : rowsToDecide(value - rule.bound, sdOf(interval, rows), rows, { alpha: 2 * ALPHA }),
  };
}

function coverage(rule: GateRule, { candidate }: JudgedSides): Found {
  const asked = cohortRows(rule.ref, rule.rows);
  const rows = asked.filter((row) => rowValue(rule.ref, candidate.get(row.id)) !== null).length;
  const observed = asked.length === 0 ? null : rows / asked.length;
  const kept = observed !== null && observed >= rule.bound - SLACK;
  return { ...UNDECIDED, outcome: kept ? 'pass' : 'inconclusive', observed, rows, missing: asked.length - rows };
}
