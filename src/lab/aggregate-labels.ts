import type { Row } from '../domain/dataset.ts';
import type { MetricRef } from '../domain/objective.ts';
import { actualLabel, predictedLabel, type RolloutsByRow } from './aggregate-values.ts';

/** One row seen as a classification. Repeats share the row's weight of 1. */
export interface Labelled {
  readonly actual: string;
  /** Predicted labels with their share of the repeats; null = no label named. */
  readonly predicted: readonly { readonly label: string | null; readonly weight: number }[];
}

const LABEL_AGGREGATES: ReadonlySet<string> = new Set(['precision', 'recall', 'f1', 'macroF1', 'microF1']);
export const isLabelAggregate = (ref: MetricRef): boolean => LABEL_AGGREGATES.has(ref.aggregate);

/** The row as a classification; null when it has no expected label or no repeat could be scored. */
export function labelledRow(ref: MetricRef, row: Row, rollouts: RolloutsByRow): Labelled | null {
  const actual = actualLabel(row);
  if (actual === null) return null;
  const measured = (rollouts.get(row.id) ?? [])
    .map((rollout) => predictedLabel(ref, rollout))
    .filter((p) => p !== null);
  if (measured.length === 0) return null;
  const weight = 1 / measured.length;
  return { actual, predicted: measured.map(({ label }) => ({ label, weight })) };
}

/** Share of a row's repeats that named this label. */
export const predictedShare = (row: Labelled, label: string): number =>
  row.predicted.reduce((sum, { label: named, weight }) => (named === label ? sum + weight : sum), 0);

interface Counts {
  /** Row weight predicted and truly of the label. */
  truePositive: number;
  predicted: number;
  actual: number;
}

/** Counts by label, over labels that some row truly has: free text that a model invents is wrong, but it is no class. */
function countByLabel(rows: readonly Labelled[]): Map<string, Counts> {
  const counts = new Map<string, Counts>();
  for (const row of rows) {
    const known = counts.get(row.actual);
    if (known) known.actual += 1;
    else counts.set(row.actual, { truePositive: 0, predicted: 0, actual: 1 });
  }
  for (const row of rows) {
    for (const { label, weight } of row.predicted) {
      const count = label === null ? undefined : counts.get(label);
      if (count === undefined) continue;
      count.predicted += weight;
      if (label === row.actual) count.truePositive += weight;
    }
  }
  return counts;
}

const f1Of = (truePositive: number, predicted: number, actual: number): number | null =>
  predicted + actual === 0 ? null : (2 * truePositive) / (predicted + actual);

/**
 * A label aggregate over rows (van Rijsbergen 1979; macro-F1 as the mean of the labels' F1). Null when its denominator is empty: a
 * precision without a prediction and a recall without a row are not 0, they are not measurable.
 */
export function labelStatistic(ref: MetricRef, rows: readonly Labelled[]): number | null {
  if (ref.aggregate === 'macroF1' || ref.aggregate === 'microF1') {
    const counts = [...countByLabel(rows).values()];
    if (counts.length === 0) return null;
    if (ref.aggregate === 'macroF1') {
      return counts.reduce((sum, c) => sum + (f1Of(c.truePositive, c.predicted, c.actual) ?? 0), 0) / counts.length;
    }
    const total = (key: keyof Counts) => counts.reduce((sum, c) => sum + c[key], 0);
    return f1Of(total('truePositive'), total('predicted'), total('actual'));
  }
  const label = ref.label ?? '';
  let truePositive = 0;
  let predicted = 0;
  let actual = 0;
  for (const row of rows) {
    const share = predictedShare(row, label);
    predicted += share;
    if (row.actual !== label) continue;
    actual += 1;
    truePositive += share;
  }
  if (ref.aggregate === 'precision') return predicted === 0 ? null : truePositive / predicted;
  if (ref.aggregate === 'recall') return actual === 0 ? null : truePositive / actual;
  return f1Of(truePositive, predicted, actual);
}
