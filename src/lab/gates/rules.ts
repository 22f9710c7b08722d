import type { Row } from '../../domain/dataset.ts';
import type { Gate } from '../../domain/gate.ts';
import { goalOf, type MetricRef, type Objective } from '../../domain/objective.ts';
import type { GateRuleResult } from '../../domain/views/evaluation-view.ts';
import { metricRef } from '../aggregate.ts';
import { cohortValue } from '../aggregate-values.ts';

/** One thing that is asked of a candidate on some rows. */
export interface GateRule extends Pick<GateRuleResult, 'rule' | 'source' | 'cohort' | 'slice' | 'bound'> {
  /** The metric with its cohort, as people read it. */
  readonly name: string;
  /** What is computed on `rows`. */
  readonly metric: string;
  readonly ref: MetricRef;
  readonly goal: Objective['goal'];
  readonly rows: readonly Row[];
  /** Undecided unless the rows show it. */
  readonly confident: boolean;
}

export interface GateSources {
  readonly suite: readonly Gate[];
  readonly request: readonly Gate[];
  readonly headline: string;
  /** Without a baseline nothing relative is asked for by default. */
  readonly hasBaseline: boolean;
  readonly rows: readonly Row[];
  readonly ood: { readonly rows: readonly Row[]; readonly margin: number } | null;
}

const asksOfBaseline = ({ betterThanBaseline, notWorseThanBaseline }: Gate) =>
  betterThanBaseline !== undefined || notWorseThanBaseline !== undefined;

/**
 * Every rule that a candidate is held to: those of the suite and of the request; with a baseline also that the headline is better, unless
 * a gate asks something else of the headline against the baseline; and the slice of other rows.
 */
export function gateRules({ suite, request, headline, hasBaseline, rows, ood }: GateSources): GateRule[] {
  const own = [...suite, ...request].some((gate) => gate.metric === headline && asksOfBaseline(gate));
  return [
    ...(hasBaseline && !own ? rulesOf({ metric: headline, betterThanBaseline: true }, 'headline', rows) : []),
    ...suite.flatMap((gate) => rulesOf(gate, 'suite', rows)),
    ...request.flatMap((gate) => rulesOf(gate, 'request', rows)),
    ...(ood && hasBaseline
      ? rulesOf({ metric: headline, notWorseThanBaseline: ood.margin }, 'ood', ood.rows, 'ood')
      : []),
  ];
}

function rulesOf(
  gate: Gate,
  source: GateRule['source'],
  rows: readonly Row[],
  slice: GateRule['slice'] = 'dataset',
): GateRule[] {
  const { metric, min, max, betterThanBaseline, notWorseThanBaseline: margin, coverage, perCohort } = gate;
  const ref = metricRef(metric);
  const common = { metric, ref, goal: goalOf(ref), source, slice, confident: gate.confident ?? false };
  const on = (name: string, cohort: GateRule['cohort'], members: readonly Row[]): GateRule[] => {
    const rule = { ...common, name, cohort, rows: members };
    return [
      ...(min === undefined ? [] : [{ ...rule, rule: 'min' as const, bound: min }]),
      ...(max === undefined ? [] : [{ ...rule, rule: 'max' as const, bound: max }]),
      ...(margin === undefined ? [] : [{ ...rule, rule: 'not-worse' as const, bound: margin }]),
    ];
  };
  const whole = { ...common, name: metric, cohort: ref.cohort ?? null, rows };
  return [
    ...(betterThanBaseline ? [{ ...whole, rule: 'better' as const, bound: 0 }] : []),
    ...on(metric, whole.cohort, rows),
    ...(perCohort === undefined
      ? []
      : cohortsOf(rows, perCohort).flatMap(({ value, members }) =>
          on(`${metric}@cohort[${perCohort}=${value}]`, { field: perCohort, value }, members),
        )),
    ...(coverage === undefined ? [] : [{ ...whole, rule: 'coverage' as const, bound: coverage }]),
  ];
}

function cohortsOf(rows: readonly Row[], field: string) {
  const members = new Map<string, Row[]>();
  for (const row of rows) {
    const value = cohortValue(row, field);
    if (value === null) continue;
    const known = members.get(value);
    if (known) known.push(row);
    else members.set(value, [row]);
  }
  return [...members].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, each]) => ({ value, members: each }));
}
