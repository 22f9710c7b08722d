import type { Row } from '../domain/dataset.ts';
import { type Objective, parseMetric } from '../domain/objective.ts';
import type { ConstraintVerdict } from '../domain/verdict.ts';
import type { Random } from '../search/random.ts';
import { cohortValue, isOperational, type RolloutsByRow } from './aggregate-values.ts';
import { leastDifference, lossPValue } from './loss-evidence.ts';
import { type GroupOf, type PairedFigures, pair, pairedFigures, percentileLossPValue } from './paired-figures.ts';
import { holm } from './statistics/holm.ts';
import { requiredRows } from './statistics/power.ts';

/** One hard constraint on some rows: an objective's limit or margin, on all rows or in one cohort. */
export interface Constraint {
  /** The metric, with its cohort. */
  readonly name: string;
  readonly objective: Pick<Objective, 'metric' | 'goal'>;
  readonly rule: ConstraintVerdict['rule'];
  /** The limit, or the margin. */
  readonly allowed: number;
  readonly rows: readonly Row[];
}

/** The hard constraints of these objectives; with `perCohort` one more for each cohort of the field that these rows have. */
export function constraintsOf(objectives: readonly Objective[], rows: readonly Row[]): Constraint[] {
  return objectives.flatMap((objective) => {
    const { limit, notWorseThanBaseline: margin, perCohort } = objective;
    const on = (name: string, members: readonly Row[]): Constraint[] => {
      const constraint = { name, objective, rows: members };
      return [
        ...(limit === undefined ? [] : [{ ...constraint, rule: 'limit' as const, allowed: limit }]),
        ...(margin === undefined ? [] : [{ ...constraint, rule: 'not-worse-than-baseline' as const, allowed: margin }]),
      ];
    };
    const whole = on(objective.metric, rows);
    if (perCohort === undefined || whole.length === 0) return whole;
    const values = new Set(rows.map((row) => cohortValue(row, perCohort)).filter((value) => value !== null));
    const cohorts = [...values].sort().flatMap((value) =>
      on(
        `${objective.metric}@cohort[${perCohort}=${value}]`,
        rows.filter((row) => cohortValue(row, perCohort) === value),
      ),
    );
    return [...whole, ...cohorts];
  });
}

export interface ConstraintOptions {
  /** For aggregates whose spread has to be resampled. */
  readonly random: Random;
  readonly group?: GroupOf;
}

/**
 * Chance that any constraint is called broken for a candidate that truly equals the baseline: a loss has one side, so half of the 0.05 at
 * which a difference of either side is significant.
 */
const LOSS_ALPHA = 0.025;
/** Up to this corrected p-value a loss is too likely to pass and too uncertain to refuse. */
const DOUBT = 0.2;
/** Loss of a score that must be excluded before a constraint without a larger margin counts as shown. */
const TOLERANCE = 0.05;
/** Largest share of missing rows. */
const MISSING_AT_MOST = 0.1;

/**
 * What these rows say about each hard constraint of a candidate.
 *
 * A limit holds for the measured value itself. "Not worse than the baseline" is a question about noise, and has more answers:
 * - `broken`: the rows show a loss beyond the margin, p below 0.025 after Holm's correction over all such constraints.
 * - `doubtful`: they point that way, p below 0.2.
 * - `holds`: non-inferiority is shown, a loss of more than the margin (0.05 at least) is excluded with 95 % confidence. All constraints
 *   must hold at once, so none of these needs a correction.
 * - `under-powered`: neither; `worstLoss` is what these rows cannot exclude, `rowsNeeded` how many would.
 */
export function judgeConstraints(
  constraints: readonly Constraint[],
  baseline: RolloutsByRow,
  candidate: RolloutsByRow,
  options: ConstraintOptions,
): ConstraintVerdict[] {
  const measured = constraints.map((constraint): Measured => {
    const { objective, rows, allowed } = constraint;
    const figures = pairedFigures(objective, rows, baseline, candidate, options);
    const pairing = pair(objective, rows, baseline, candidate, options.group);
    return { constraint, figures, loss: percentileLossPValue(pairing, allowed) ?? lossPValue(figures, allowed) };
  });
  const pValues = lossPValues(measured);
  return measured.map(({ constraint, figures }, index) => {
    const { name, rule, allowed } = constraint;
    const relative = rule === 'not-worse-than-baseline';
    const pValue = pValues[index] ?? null;
    const least = relative ? leastDifference(figures) : null;
    const status = statusOf(constraint, figures, pValue, least);
    const { baseline: before, winner, difference, rows, wins, losses, missing } = figures;
    return {
      metric: name,
      rule,
      allowed,
      status,
      baseline: before,
      winner,
      difference,
      worstLoss: least === null ? null : Math.max(0, -least),
      pValue,
      rows,
      wins,
      losses,
      missing,
      rowsNeeded: status === 'under-powered' || status === 'doubtful' ? rowsToShow(figures, allowed, status) : null,
    };
  });
}

interface Measured {
  readonly constraint: Constraint;
  readonly figures: PairedFigures;
  /** One-sided p-value of a loss beyond the margin. */
  readonly loss: number;
}

/** Corrected over the relative constraints; null for limits. */
function lossPValues(measured: readonly Measured[]): (number | null)[] {
  const relative = measured.filter(({ constraint }) => constraint.rule === 'not-worse-than-baseline');
  const corrected = holm(relative.map(({ loss }) => loss));
  return measured.map((each) => {
    const index = relative.indexOf(each);
    return index < 0 ? null : (corrected[index] ?? 1);
  });
}

function statusOf(
  { rule, allowed, objective }: Constraint,
  figures: PairedFigures,
  pValue: number | null,
  least: number | null,
): ConstraintVerdict['status'] {
  const { winner, rows, missing } = figures;
  if (winner === null || missing > MISSING_AT_MOST * (rows + missing)) return 'missing';
  if (rule === 'limit') return overLimit(objective, winner, allowed) > 0 ? 'broken' : 'holds';
  if (pValue !== null && pValue < LOSS_ALPHA) return 'broken';
  if (pValue !== null && pValue < DOUBT) return 'doubtful';
  return least !== null && least >= -shownMargin(figures, allowed) - 1e-9 ? 'holds' : 'under-powered';
}

/** By how much a value is on the wrong side of a limit; 0 = it keeps it. */
export function overLimit({ goal }: Pick<Objective, 'goal'>, value: number, limit: number): number {
  const excess = goal === 'maximize' ? limit - value : value - limit;
  return excess > 1e-12 ? excess : 0;
}

/** 1 for scores and error rates; other metrics have units of their own. */
function scaleOf({ metric, baseline }: PairedFigures): number {
  const base = parseMetric(metric)?.base ?? '';
  return isOperational(base) && base !== 'errorRate' ? Math.abs(baseline ?? 0) : 1;
}

/** The loss that has to be excluded: the margin, but not less than 0.05 of a score or 5 % of any other metric. */
const shownMargin = (figures: PairedFigures, margin: number) => Math.max(margin, TOLERANCE * scaleOf(figures));

/** Beyond this the honest answer is "out of reach". */
const MOST_ROWS = 100_000;

/** Rows with which 80 % of such comparisons would show that nothing is lost, or for a doubtful one that its loss is real. */
function rowsToShow(figures: PairedFigures, margin: number, status: 'under-powered' | 'doubtful'): number | null {
  const { sd, rows, difference } = figures;
  if (sd === null || rows < 2) return null;
  const effect = status === 'doubtful' ? Math.abs((difference ?? 0) + margin) : shownMargin(figures, margin);
  // Rows that all agree have no spread, but some to come may differ: as if one more had.
  const spread = scaleOf(figures) === 1 ? Math.sqrt((rows * sd * sd + 1) / (rows + 2)) : sd;
  const needed = Math.max(rows + 1, requiredRows(effect, spread, { alpha: 0.1 }));
  return needed > MOST_ROWS ? null : needed;
}
