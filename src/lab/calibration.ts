import type { JudgeCard } from '../domain/judge-card.ts';
import type { Score } from '../domain/suite.ts';
import { cohenKappa, type Kappa } from './statistics/kappa.ts';

/** A row that people have judged, and what the evaluator said of it, once for each repeat of the calibration. */
export interface LabelledScores {
  /** 1 = good; of pass and fail 1 and 0. */
  readonly label: number;
  readonly scores: readonly Score[];
}

export type Agreement = Pick<
  JudgeCard,
  'rows' | 'missing' | 'kappa' | 'weightedKappa' | 'confusion' | 'consistency' | 'positionBias'
>;

/**
 * How verdicts agree with people and with themselves. Agreement is that of the first repeat, which is what a score of a suite is; the
 * others tell how far one verdict can be relied on to be given again.
 *
 * @param threshold - What passes, of labels as of scores.
 */
export function agreementOf(rows: readonly LabelledScores[], threshold: number): Agreement {
  const missing: Record<string, number> = {};
  const pairs: { readonly label: number; readonly value: number }[] = [];
  for (const { label, scores } of rows) {
    const [score] = scores;
    if (score?.value != null) pairs.push({ label, value: score.value });
    else missing[score?.category ?? 'not-applicable'] = (missing[score?.category ?? 'not-applicable'] ?? 0) + 1;
  }
  const both = (human: boolean, judge: boolean) =>
    pairs.filter(({ label, value }) => label >= threshold === human && value >= threshold === judge).length;
  const confusion = {
    bothPass: both(true, true),
    onlyJudgePasses: both(false, true),
    onlyHumanPasses: both(true, false),
    bothFail: both(false, false),
  };
  const kappa = cohenKappa([
    [confusion.bothPass, confusion.onlyHumanPasses],
    [confusion.onlyJudgePasses, confusion.bothFail],
  ]);
  return {
    rows: rows.length,
    missing,
    kappa: kappa && shown(kappa),
    weightedKappa: new Set(pairs.map(({ label }) => label)).size > 2 ? weightedKappaOf(pairs) : null,
    confusion,
    consistency: consistencyOf(rows, threshold),
    positionBias: positionBiasOf(rows),
  };
}

const shown = ({ value, interval, observed, expected }: Kappa) => ({ value, interval, observed, expected });

/** On the scale of the values themselves: a category for each value that either has given. */
function weightedKappaOf(
  pairs: readonly { readonly label: number; readonly value: number }[],
): Agreement['weightedKappa'] {
  const near = (value: number) => Math.round(value * 1e4) / 1e4;
  const positions = [...new Set(pairs.flatMap(({ label, value }) => [near(label), near(value)]))].sort((a, b) => a - b);
  const index = new Map(positions.map((position, at) => [position, at]));
  const table = positions.map(() => positions.map(() => 0));
  for (const { label, value } of pairs) {
    const row = table[index.get(near(label)) ?? -1];
    const column = index.get(near(value));
    if (row && column !== undefined) row[column] = (row[column] ?? 0) + 1;
  }
  const kappa = cohenKappa(table, { weights: 'quadratic', positions });
  return kappa && shown(kappa);
}

/** Over all rows, pairs of repeats that agree, each row counting the same. */
function consistencyOf(rows: readonly LabelledScores[], threshold: number): Agreement['consistency'] {
  const shares = rows.flatMap(({ scores }) => {
    const given = scores.flatMap(({ value }) => (value === null ? [] : [value >= threshold]));
    if (given.length < 2) return [];
    const passes = given.filter(Boolean).length;
    const of = (count: number) => (count * (count - 1)) / 2;
    return [(of(passes) + of(given.length - passes)) / of(given.length)];
  });
  if (shares.length === 0) return null;
  return {
    value: shares.reduce((sum, share) => sum + share, 0) / shares.length,
    repeats: rows.reduce((most, { scores }) => Math.max(most, scores.length), 0),
    rows: shares.length,
  };
}

/** From what a pairwise evaluator says in its details. */
function positionBiasOf(rows: readonly LabelledScores[]): Agreement['positionBias'] {
  const details = rows.flatMap(({ scores: [score] }) =>
    score?.details?.['shownFirst'] === undefined ? [] : [score.details],
  );
  if (details.length === 0) return null;
  const preferring = (whenFirst: string, whenSecond: string) =>
    details.filter(({ shownFirst, shownSecond }) => shownFirst === whenFirst && shownSecond === whenSecond).length;
  return {
    rows: details.length,
    flipped: details.filter(({ flipped }) => flipped === true).length,
    first: preferring('output', 'other'),
    second: preferring('other', 'output'),
  };
}
