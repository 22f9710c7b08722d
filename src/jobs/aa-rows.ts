import type { Split } from '../domain/dataset.ts';
import { fieldError } from '../domain/errors.ts';
import { aaRollouts } from './confirmation-rounds.ts';
import { MAX_FINALISTS } from './resolved.ts';
import type { JobWarning } from './warnings.ts';

export interface AaRequest {
  /** As the request says, a number being rows; undefined = when it is cheap. */
  readonly wanted: boolean | number | undefined;
  readonly rows: Readonly<Record<Split, number>>;
  /** As the request says; undefined = what confirmation needs, and the A/A run comes on top. */
  readonly confirmationRollouts: number | undefined;
  /** What the job will run in all, without an A/A run; null when nothing bounds it. */
  readonly estimatedRollouts: number | null;
}

/** Enough to see noise that matters: a flip rate of 10 % shows on 20 rows with a probability of 88 %. */
const ROWS = 20;
/** Fewer say next to nothing. */
const FEWEST_ROWS = 8;
/** What the A/A run may cost of all rollouts when nobody has asked for it. */
const CHEAP = 0.05;

/**
 * How many validation rows the A/A run measures, twice each; 0 = none. Without a wish in the request it takes place when it costs at
 * most 5 % of the rollouts and no finalist its place on the sealed rows; otherwise a warning says that it does not. Throws
 * `unprocessable` when it was asked for and cannot be paid.
 */
export function chooseAaRows(request: AaRequest): { readonly rows: number; readonly warning: JobWarning | null } {
  const { wanted, rows, confirmationRollouts, estimatedRollouts } = request;
  const off = { rows: 0, warning: null };
  if (wanted === false) return off;
  if (confirmationRollouts === 0) {
    if (wanted === undefined) return off;
    throw fieldError(
      'aaRun',
      'the A/A run is paid by budget.confirmationRollouts, which is 0; raise that, or leave aaRun out',
    );
  }
  const most = Math.min(typeof wanted === 'number' ? wanted : ROWS, rows.validation);
  if (wanted !== undefined) {
    const least = 2 * rows.test + aaRollouts(most);
    if (confirmationRollouts === undefined || confirmationRollouts >= least) return { rows: most, warning: null };
    throw fieldError(
      'budget.confirmationRollouts',
      `${confirmationRollouts} do not pay an A/A run on ${most} rows and then baseline and winner on ${rows.test} test rows; make it at least ${least}, or set aaRun to false`,
    );
  }
  const cheap = Math.min(
    most,
    estimatedRollouts === null ? most : Math.floor((CHEAP * estimatedRollouts) / aaRollouts(1)),
  );
  const warn = (why: string) => ({
    rows: 0,
    warning: {
      code: 'no-aa-run',
      message: `no A/A run, so the noise of the task model is not known: ${why}; set aaRun to true to have it, or to false to do without`,
    },
  });
  if (cheap < Math.min(FEWEST_ROWS, most))
    return warn(
      `two runs of ${Math.min(FEWEST_ROWS, most)} rows would be above ${CHEAP * 100} % of what the budget buys`,
    );
  if (confirmationRollouts !== undefined) {
    const places = (rollouts: number) => Math.min(1 + MAX_FINALISTS, Math.floor(rollouts / rows.test));
    if (places(confirmationRollouts - aaRollouts(cheap)) < places(confirmationRollouts))
      return warn(`two runs of ${cheap} rows would cost a finalist its place in budget.confirmationRollouts`);
  }
  return { rows: cheap, warning: null };
}
