import type { Candidate } from '../domain/candidate.ts';
import type { Row } from '../domain/dataset.ts';
import { headlineOf, type MetricValues, type Objective } from '../domain/objective.ts';
import type { MeasuredRollout } from '../domain/rollout.ts';
import { aggregateMetric, metricRef } from '../lab/aggregate.ts';
import { byRow } from '../lab/aggregate-values.ts';
import type { EvaluatorEngine } from '../lab/engine.ts';
import { violationOf } from '../lab/violation.ts';
import type { StandingOn } from './search-record.ts';

export interface ScoreboardParts {
  readonly engine: Pick<EvaluatorEngine, 'known'>;
  readonly objectives: readonly Objective[];
  readonly row: (rowId: string) => Row;
  /** Train and validation. */
  readonly searchRows: readonly Row[];
  readonly promptTokens: (candidate: Candidate) => number;
  readonly baseline: () => Candidate;
}

/** What the rollouts known so far say about a candidate on some rows. Nothing is measured for it. */
export interface Scoreboard {
  values(candidate: Candidate, rowIds: readonly string[]): MetricValues;
  violation(candidate: Candidate, rowIds: readonly string[]): number;
  standing(candidate: Candidate, rowIds: readonly string[]): StandingOn;
  /** On rows of which each counts under the nearest of the lineage that was measured on it. */
  screened(candidate: Candidate, lineage: readonly Candidate[], rowIds: readonly string[]): StandingOn;
}

export function createScoreboard(parts: ScoreboardParts): Scoreboard {
  const { engine, objectives, row, searchRows, promptTokens } = parts;
  const refs = objectives.map(({ metric }) => metricRef(metric));
  const headline = headlineOf(objectives).metric;
  const rolloutsOf = (candidate: Candidate, rowIds: readonly string[]) =>
    rowIds.flatMap((rowId) => engine.known(candidate, rowId)?.rollout ?? []);
  const valuesOf = (rollouts: readonly MeasuredRollout[], rows: readonly Row[]) =>
    Object.fromEntries(refs.map((ref) => [ref.name, aggregateMetric(ref, rows, rollouts).value]));
  const constrained = objectives.some((each) => each.limit !== undefined || each.notWorseThanBaseline !== undefined);
  const violationBy = (rollouts: readonly MeasuredRollout[], rows: readonly Row[]) => {
    if (!constrained) return 0;
    return violationOf(objectives, {
      rows,
      all: searchRows,
      baseline: byRow(
        rolloutsOf(
          parts.baseline(),
          searchRows.map(({ id }) => id),
        ),
      ),
      candidate: byRow(rollouts),
    });
  };
  const standingBy = (rollouts: readonly MeasuredRollout[], rowIds: readonly string[]): StandingOn => {
    const rows = rowIds.map(row);
    const summaries = refs.map((ref) => ({ ref, summary: aggregateMetric(ref, rows, rollouts) }));
    return {
      values: Object.fromEntries(summaries.map(({ ref, summary }) => [ref.name, summary.value])),
      intervals: Object.fromEntries(summaries.map(({ ref, summary }) => [ref.name, summary.interval])),
      violation: violationBy(rollouts, rows),
      rows: summaries.find(({ ref }) => ref.name === headline)?.summary.rows ?? 0,
    };
  };
  return {
    values: (candidate, rowIds) => valuesOf(rolloutsOf(candidate, rowIds), rowIds.map(row)),
    violation: (candidate, rowIds) => violationBy(rolloutsOf(candidate, rowIds), rowIds.map(row)),
    standing: (candidate, rowIds) => standingBy(rolloutsOf(candidate, rowIds), rowIds),
    screened: (candidate, lineage, rowIds) => {
      const tokens = promptTokens(candidate);
      const rollouts = rowIds.flatMap((rowId) => {
        const own = engine.known(candidate, rowId)?.rollout;
        if (own) return [own];
        const inherited = lineage.map((ancestor) => engine.known(ancestor, rowId)?.rollout).find((one) => one);
        // What an ancestor answered may stand for the candidate, but not the length of its prompt.
        return inherited ? [{ ...inherited, values: { ...inherited.values, promptTokens: tokens } }] : [];
      });
      return standingBy(rollouts, rowIds);
    },
  };
}
