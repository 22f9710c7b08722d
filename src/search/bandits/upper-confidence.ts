import type { Random } from '../random.ts';
import type { Pull, Selection, Selector } from './contract.ts';
import { createTally, indexesOf, selectionOf, type Tally } from './tally.ts';

/** How a budget is cut into pulls: `rowsPerPull` rows at a time, for `armsPerRound` arms at once. */
export interface Rounds {
  readonly rowsPerPull: number;
  readonly armsPerRound: number;
}

/** The published numbers: 32 rows a pull, 8 arms a round. */
const PUBLISHED_ROUNDS: Rounds = { rowsPerPull: 32, armsPerRound: 8 };

/**
 * UCB as in ProTeGi (Algorithm 3, after Auer 2002): mean + c·sqrt(ln t / N), where t counts pulls (evaluations of one arm) and N the
 * rows of the arm. Arms that were never pulled come first, in random order.
 *
 * The original code counts t in rounds, so that its second round has ln 1 = 0 and explores nothing; here t counts pulls.
 */
export function ucb(options: Partial<Rounds> & { readonly c?: number } = {}): Selector {
  const c = options.c ?? 2;
  return upperConfidence('ucb', options, (pulls, rows) => c * Math.sqrt(Math.log(pulls) / rows));
}

/**
 * UCB-E (Audibert, Bubeck & Munos 2010): mean + sqrt(a / N). The theory's a = 25/36·(B − K)/H needs the unknown difficulty H;
 * with a few thousand pulls and arms about 0.15 apart it is near the default of 1.
 */
export function ucbE(options: Partial<Rounds> & { readonly a?: number } = {}): Selector {
  const a = options.a ?? 1;
  return upperConfidence('ucb-e', options, (_pulls, rows) => Math.sqrt(a / rows));
}

function upperConfidence(
  name: string,
  rounds: Partial<Rounds>,
  bonus: (pulls: number, rows: number) => number,
): Selector {
  const { rowsPerPull, armsPerRound } = { ...PUBLISHED_ROUNDS, ...rounds };

  async function select<Arm>(
    arms: readonly Arm[],
    k: number,
    budget: number,
    pull: Pull<Arm>,
    random: Random,
  ): Promise<Selection<Arm>> {
    const tally = createTally(arms, budget, pull);
    const all = indexesOf(arms);
    if (k >= arms.length) return selectionOf(arms, all, k, tally);
    const firstOrder = random.shuffle(all);
    let pulls = 0;
    while (tally.left > 0) {
      const open = firstOrder.filter((arm) => !tally.exhausted(arm));
      const chosen = mostPromising(open, armsPerRound, tally, (arm) => bonus(pulls + 1, tally.pulls(arm)));
      if (chosen.length === 0) break;
      await tally.pullEach(chosen, rowsPerPull);
      pulls += chosen.length;
    }
    return selectionOf(arms, tally.byMean(all), k, tally);
  }
  return { name, select };
}

/** Best index first; unpulled arms before all others; ties keep the given order. An arm without a score counts its bonus alone. */
function mostPromising(open: readonly number[], count: number, tally: Tally, bonus: (arm: number) => number): number[] {
  const index = (arm: number) => (tally.pulls(arm) === 0 ? Infinity : (tally.mean(arm) ?? 0) + bonus(arm));
  const scored = open.map((arm) => ({ arm, index: index(arm) }));
  // Infinity − Infinity is NaN: compare, do not subtract.
  scored.sort((a, b) => (a.index === b.index ? 0 : a.index > b.index ? -1 : 1));
  return scored.slice(0, count).map(({ arm }) => arm);
}
