import { PAPER, type PaperOptions } from './options.ts';

/** The numbers that a run goes by. Rollout figures are worst cases: what is on record costs nothing. */
export interface Plan {
  /** False: the numbers of the options as they are. */
  readonly scaled: boolean;
  /** Steps that the budget pays in any case. */
  readonly steps: number;
  /** A scaled run uses what its steps left over for more steps; never more than this. */
  readonly maxSteps: number;
  readonly beam: number;
  readonly minibatch: number;
  readonly errorGroups: number;
  readonly gradientsPerGroup: number;
  readonly paraphrases: number;
  readonly maxSuccessors: number;
  /** Pulls of one selection, all arms together. */
  readonly selectionBudget: number;
  /** `ucb` and `ucb-e`: rows per pull and arms per round. */
  readonly rowsPerPull: number;
  readonly armsPerRound: number;
  /** How often the leader of the beam is validated before the end. */
  readonly interimValidations: number;
}

export interface SplitSizes {
  readonly train: number;
  readonly validation: number;
}

/** Worst-case rollouts of one step that starts with `parents` prompts in the beam. */
export function stepRollouts(plan: Plan, parents: number, train: number): number {
  const arms = parents * (1 + plan.maxSuccessors);
  return parents * Math.min(plan.minibatch, train) + Math.min(plan.selectionBudget, arms * train);
}

/** Worst-case rollouts of the whole run: baseline validated, `steps` steps, leaders and the final beam validated. */
export function plannedRollouts(plan: Plan, rows: SplitSizes): number {
  if (plan.steps === 0) return rows.validation;
  let total = rows.validation * (1 + plan.interimValidations + plan.beam);
  for (let step = 1; step <= plan.steps; step++) {
    total += stepRollouts(plan, step === 1 ? 1 : plan.beam, rows.train);
  }
  return total;
}

/** The options' own numbers. */
export function paperPlan(options: PaperOptions): Plan {
  const steps = options.steps ?? PAPER.steps;
  return {
    scaled: false,
    steps,
    maxSteps: steps,
    beam: options.beam,
    minibatch: options.minibatch,
    errorGroups: options.errorGroups,
    gradientsPerGroup: options.gradientsPerGroup,
    paraphrases: options.paraphrases,
    maxSuccessors: options.maxSuccessors,
    selectionBudget: options.selectionBudget,
    rowsPerPull: 32,
    armsPerRound: 8,
    interimValidations: steps,
  };
}

/** Final beam and leaders may each take this share of the budget in validations: one validated prompt per 20 × |validation| rollouts. */
const VALIDATION_SHARE = 20;
/** Rows per arm grow by one for each 12 × |validation| rollouts. */
const ROWS_SHARE = 12;
const LEAST_ROWS_PER_ARM = 6;
const MOST_INTERIM_VALIDATIONS = 12;
const MOST_SCALED_STEPS = 200;

/**
 * Sizes a run for a budget of `rollouts` (baseline validation included). When the budget pays the options' own numbers in the worst
 * case, or with `scale: 'paper'`, these are the plan. Otherwise they are upper limits, and with R rollouts and V validation rows:
 *
 * 1. beam b = R / 20V, at least 1: validating the final beam takes about a twentieth of the budget. Leaders are validated on the way
 *    from another twentieth (none when R < 20V).
 * 2. successors per parent = 2 + b, from no more critiques than that, no paraphrases: a paraphrase costs an arm as a new rule does, and
 *    adds none.
 * 3. rows per arm = R / 12V, at least 6; minibatch = three error groups' worth of rows, or the rows per arm when these are more; the
 *    selection may pull every arm of a full pool on its rows.
 * 4. everything that is left goes into steps: many small steps beat few large ones as long as rollouts are scarce (the paper's six steps
 *    of 2,300 rollouts buy the certainty that a small budget cannot afford). When not even three steps fit, steps 2 and 3 shrink;
 *    when none fits then, the beam does.
 *
 * The planned worst case never passes `rollouts` when these pay the baseline. With too little for one step, no step is planned.
 */
export function scaleToBudget(options: PaperOptions, rollouts: number, rows: SplitSizes): Plan {
  const paper = paperPlan(options);
  if (options.scale === 'paper' || plannedRollouts(paper, rows) <= rollouts) return paper;
  const perValidation = rollouts / Math.max(1, rows.validation);
  const beam = between(perValidation / VALIDATION_SHARE, 1, options.beam);
  const interimValidations = between(perValidation / VALIDATION_SHARE, 0, MOST_INTERIM_VALIDATIONS);
  const forSteps = rollouts - rows.validation * (1 + beam + interimValidations);
  const rowsPerArm = Math.max(LEAST_ROWS_PER_ARM, Math.floor(perValidation / ROWS_SHARE));
  const maxSuccessors = Math.min(options.maxSuccessors, 2 + beam);
  const arms = beam * (1 + maxSuccessors);
  // Rows that an arm can really be pulled on: only of these does a share cost less.
  const rowsToPull = Math.min(rowsPerArm, rows.train, Math.max(2, Math.floor(options.selectionBudget / arms)));

  const sized = (share: number): Plan => {
    const rowsEach = Math.max(2, Math.floor(rowsToPull * share));
    const minibatch = Math.max(
      options.errorsPerGroup,
      Math.floor(Math.max(3 * options.errorsPerGroup, rowsPerArm) * share),
    );
    const gradientsPerGroup = Math.min(options.gradientsPerGroup, maxSuccessors);
    return {
      scaled: true,
      steps: 0,
      maxSteps: options.steps ?? MOST_SCALED_STEPS,
      beam,
      minibatch: Math.min(options.minibatch, minibatch),
      errorGroups: between(maxSuccessors / gradientsPerGroup, 1, options.errorGroups),
      gradientsPerGroup,
      paraphrases: 0,
      maxSuccessors,
      selectionBudget: Math.min(options.selectionBudget, arms * rowsEach),
      rowsPerPull: Math.ceil(rowsEach / 2),
      armsPerRound: paper.armsPerRound,
      interimValidations,
    };
  };
  const whole = sized(1);
  const share = forSteps / (3 * stepRollouts(whole, beam, rows.train));
  const plan = share >= 1 ? whole : sized(Math.max(0, share));
  const steps = Math.floor(forSteps / Math.max(1, stepRollouts(plan, beam, rows.train)));
  if (steps > 0 || beam === 1) return { ...plan, steps: Math.max(0, Math.min(plan.maxSteps, steps)) };
  return scaleToBudget({ ...options, beam: beam - 1 }, rollouts, rows);
}

/** About how many proposals a plan makes: the drafts of every step that may enter the selection. */
export function plannedProposals(plan: Plan, editsPerGradient: number): number {
  const drafts = plan.errorGroups * plan.gradientsPerGroup * editsPerGradient * (1 + plan.paraphrases);
  const parents = plan.steps === 0 ? 0 : 1 + (plan.steps - 1) * plan.beam;
  return parents * Math.min(drafts, plan.maxSuccessors);
}

function between(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, Math.floor(value)));
}
