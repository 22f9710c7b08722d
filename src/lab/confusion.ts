import type { Row } from '../domain/dataset.ts';
import type { MeasuredRollout } from '../domain/rollout.ts';
import { metricRef } from './aggregate.ts';
import { labelledRow, labelStatistic, predictedShare } from './aggregate-labels.ts';
import { byRow, type RolloutsByRow } from './aggregate-values.ts';

export interface LabelFigures {
  readonly label: string;
  /** Rows that have it. */
  readonly rows: number;
  /** Null where nothing was answered with it. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

/** How an evaluator of labels divides the rows. Repeats of a row share its weight of 1. */
export interface ConfusionMatrix {
  /** Of the rows, by name; the columns of `counts` have one more: an answer that is none of them. */
  readonly labels: readonly string[];
  /** `counts[actual][predicted]`; the last column counts other answers and answers without a label. */
  readonly counts: readonly (readonly number[])[];
  readonly perLabel: readonly LabelFigures[];
  readonly accuracy: number | null;
  readonly macroF1: number | null;
  readonly microF1: number | null;
  readonly rows: number;
  /** Rows without an expected label or a score. */
  readonly missing: number;
}

/** The confusion matrix of one evaluator's labels (Stehman 1997) with precision, recall and F1 of each. */
export function confusionMatrix(
  evaluator: string,
  rows: readonly Row[],
  rollouts: readonly MeasuredRollout[] | RolloutsByRow,
): ConfusionMatrix {
  const index = rollouts instanceof Map ? rollouts : byRow([...rollouts.values()].flat());
  const ref = metricRef(evaluator, 'evaluator');
  const labelled = rows.map((row) => labelledRow(ref, row, index)).filter((row) => row !== null);
  const labels = [...new Set(labelled.map(({ actual }) => actual))].sort();
  const counts = labels.map((actual) => {
    const mine = labelled.filter((row) => row.actual === actual);
    const named = labels.map((label) => mine.reduce((sum, row) => sum + predictedShare(row, label), 0));
    return [...named, Math.max(0, mine.length - named.reduce((sum, count) => sum + count, 0))];
  });
  const figure = (aggregate: string) => labelStatistic(metricRef(`${evaluator}.${aggregate}`), labelled);
  const ofLabel = (aggregate: 'precision' | 'recall' | 'f1', label: string) =>
    labelStatistic({ name: evaluator, base: evaluator, aggregate, label }, labelled);
  const right = labelled.reduce((sum, row) => sum + predictedShare(row, row.actual), 0);
  return {
    labels,
    counts,
    perLabel: labels.map((label) => ({
      label,
      rows: labelled.filter(({ actual }) => actual === label).length,
      precision: ofLabel('precision', label),
      recall: ofLabel('recall', label),
      f1: ofLabel('f1', label),
    })),
    accuracy: labelled.length === 0 ? null : right / labelled.length,
    macroF1: figure('macroF1'),
    microF1: figure('microF1'),
    rows: labelled.length,
    missing: rows.length - labelled.length,
  };
}
