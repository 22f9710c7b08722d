import type { JudgeCard } from '../domain/judge-card.ts';

export const CARD_CODES = ['judge-low-agreement', 'judge-inconsistent', 'judge-position-bias', 'judge-fails'] as const;

export interface CardWarning {
  readonly code: (typeof CARD_CODES)[number];
  readonly message: string;
}

/** Kappa that the rows must show at least: "substantial" begins at 0.61 (Landis and Koch 1977). */
const KAPPA = 0.6;
const CONSISTENCY = 0.9;
const FLIPPED = 0.1;
const FAILED = 0.05;

/** What a card says against relying on its judge; `name` is what the evaluator is called where the warning is shown. */
export function cardWarnings(card: JudgeCard, name: string): CardWarning[] {
  const warnings: CardWarning[] = [];
  const on = `on ${card.rows} human labels (${card.calibratedAt.slice(0, 10)})`;
  const { kappa, consistency, positionBias, confusion } = card;
  if (!kappa || kappa.value === null || !kappa.interval) {
    warnings.push({
      code: 'judge-low-agreement',
      message: `the agreement of the judge of "${name}" with people is not known: labels or verdicts ${on} are all the same; label passing and failing outputs`,
    });
  } else if (kappa.interval.low < KAPPA) {
    warnings.push({
      code: 'judge-low-agreement',
      message: `the judge of "${name}" agrees with people only so far: kappa ${round(kappa.value)}, 95 % ${round(kappa.interval.low)} to ${round(kappa.interval.high)} ${on}; it passed ${confusion.onlyJudgePasses} that people did not, and failed ${confusion.onlyHumanPasses} that they passed`,
    });
  }
  if (consistency && consistency.value < CONSISTENCY) {
    warnings.push({
      code: 'judge-inconsistent',
      message: `the judge of "${name}" does not agree with itself: two verdicts on the same output differ in ${percent(1 - consistency.value)} of cases ${on}; give it "repeats", or temperature 0`,
    });
  }
  if (positionBias && positionBias.flipped / positionBias.rows > FLIPPED) {
    const { rows, flipped, first, second } = positionBias;
    warnings.push({
      code: 'judge-position-bias',
      message: `the judge of "${name}" goes by the place: ${flipped} of ${rows} verdicts flipped with the order (${first} times the first was preferred, ${second} times the second); they count as ties`,
    });
  }
  const failed = Object.values(card.missing).reduce((sum, count) => sum + count, 0);
  if (failed / card.rows > FAILED) {
    warnings.push({
      code: 'judge-fails',
      message: `the judge of "${name}" gave no verdict on ${failed} of ${card.rows} rows (${Object.keys(card.missing).join(', ')})`,
    });
  }
  return warnings;
}

const round = (value: number) => value.toFixed(2);
const percent = (share: number) => `${Math.round(share * 100)} %`;
