import { editPrior } from './edit-posterior.ts';

/** Passing rows that were measured again under another text, and those that no longer passed. */
export interface Remeasured {
  readonly rows: number;
  readonly broken: number;
}

/** Rates between an answer that never changes by itself and one that is redrawn each time; each is as likely as the next before anything is seen. */
const RATES = [0.003, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2];
/** Of a text with a few changed sentences. */
const HARM = 0.3;

/**
 * How often a passing row fails under a text that does nothing to it. Rows that a harmful edit broke must not count as noise, or the next
 * harmful edit is excused by them: each text has broken its rows either by noise alone or by harm as well, with the prior of an edit.
 */
export function editNoise(texts: readonly Remeasured[]): number {
  const { values, weights } = editPrior(HARM).breaks;
  const logs = RATES.map((noise) =>
    texts.reduce((sum, { rows, broken }) => {
      const likelihood = values.reduce((all, harm, index) => {
        const rate = noise + (1 - noise) * harm;
        return all + (weights[index] ?? 0) * rate ** broken * (1 - rate) ** (rows - broken);
      }, 0);
      return sum + Math.log(likelihood);
    }, 0),
  );
  const top = Math.max(...logs);
  const odds = logs.map((log) => Math.exp(log - top));
  const total = odds.reduce((sum, each) => sum + each, 0);
  return RATES.reduce((sum, rate, index) => sum + (rate * (odds[index] ?? 0)) / total, 0);
}
