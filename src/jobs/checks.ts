import { counted } from '../domain/counted.ts';
import type { JobCheckView } from '../domain/views/job-view.ts';
import type { JudgeStanding } from '../registry/judge-registry.ts';
import type { Estimate } from './estimate.ts';
import type { ResolvedJob } from './resolved.ts';
import { billedModels, isBilled, type JobWarning, tokenLimit } from './warnings.ts';

/** What checks look at. */
export interface Checked {
  readonly job: ResolvedJob;
  readonly estimate: Estimate;
  /** Of the model-graded evaluators of the suite. */
  readonly judges: readonly JudgeStanding[];
  /** Rows with an expected answer. */
  readonly labelled: number;
}

interface Check {
  readonly title: string;
  /** Whether the job has what the check is about; absent = every job has. `found`: the codes of what other checks have found. */
  readonly concerns?: (checked: Checked, found: ReadonlySet<string>) => boolean;
}

const confirms = ({ job }: Checked) => job.budget.confirmationRollouts > 0;
const judged = ({ judges }: Checked) => judges.length > 0;
const calibrated = ({ judges }: Checked) => judges.some(({ card }) => card);

/**
 * What is looked at before the first paid call, by the code of what is found. Whatever cannot work at all (a placeholder that no row
 * fills, an evaluator whose input is missing, a model that cannot be called) is refused before these.
 */
export const CHECKS: Readonly<Record<string, Check>> = {
  'few-proposals': {
    title: 'the budget buys enough proposals',
    concerns: ({ estimate }) => estimate.proposals !== null,
  },
  'short-confirmation': { title: 'baseline and winner can be confirmed on all test rows', concerns: confirms },
  'no-power': { title: 'the test rows could show a gain at all', concerns: confirms },
  'no-verdict': { title: 'the winner is confirmed on sealed rows' },
  'no-aa-run': { title: 'the noise floor is measured before the search', concerns: ({ job }) => job.aaRows > 0 },
  'tiny-dataset': { title: 'the dataset is large enough' },
  'tiny-split': { title: 'each split is large enough' },
  'empty-split': { title: 'no split is empty' },
  'small-cohort': {
    title: 'cohorts with a constraint have enough sealed rows',
    concerns: ({ job }) => job.objectives.some(({ perCohort }) => perCohort !== undefined),
  },
  'duplicates-across-splits': { title: 'no input stands in two splits' },
  'near-duplicates-across-splits': { title: 'no near-duplicates in two splits' },
  'conflicting-expected': { title: 'equal inputs expect equal answers', concerns: ({ labelled }) => labelled > 0 },
  'missing-expected': { title: 'every row has an expected answer' },
  'one-expected-answer': {
    title: 'rows expect different answers',
    concerns: (_checked, found) => !found.has('missing-expected'),
  },
  'style-only': { title: 'task success is measured' },
  'style-headline': {
    title: 'the headline is task success, not form',
    concerns: (_checked, found) => !found.has('style-only'),
  },
  'no-safety-metric': { title: 'safety is watched' },
  'baseline-over-limit': {
    title: 'the baseline keeps the token limit',
    concerns: ({ job }) => tokenLimit(job) !== undefined,
  },
  'unpinned-model': {
    title: 'models are dated snapshots',
    concerns: ({ job, judges }) => [job.models.task, ...judges.flatMap((each) => each.judges)].some(isBilled),
  },
  'ignored-parameter': { title: 'models take the parameters that they are given' },
  'judge-is-task-model': { title: 'the judge is another model than the task model', concerns: judged },
  'judge-uncalibrated': { title: 'judges are calibrated against human labels', concerns: judged },
  'judge-low-agreement': { title: 'calibrated judges agree with people', concerns: calibrated },
  'judge-inconsistent': {
    title: 'calibrated judges repeat themselves',
    concerns: ({ judges }) => judges.some(({ card }) => card?.consistency),
  },
  'judge-position-bias': {
    title: 'calibrated judges do not prefer a place',
    concerns: ({ judges }) => judges.some(({ card }) => card?.positionBias),
  },
  'judge-fails': { title: 'calibrated judges answer', concerns: calibrated },
  'no-price': { title: 'every model has a price', concerns: ({ job }) => billedModels(job).length > 0 },
};

/**
 * Every check with what it found. What there is nothing of to look at is left out: a job without a judge is not told that its judges are
 * calibrated. `refusing`: codes for which a job is refused unless it is forced.
 */
export function checkList(
  warnings: readonly JobWarning[],
  refusing: ReadonlySet<string>,
  checked: Checked,
): JobCheckView[] {
  const found = new Set(warnings.map(({ code }) => code));
  const codes = Object.keys(CHECKS).filter(
    (code) => found.has(code) || (CHECKS[code]?.concerns?.(checked, found) ?? true),
  );
  return [...new Set([...codes, ...found])].map((code) => {
    const findings = warnings.flatMap((warning) => (warning.code === code ? [warning.message] : []));
    return {
      code,
      title: CHECKS[code]?.title ?? `${counted(findings.length, 'finding')} of another kind`,
      level: findings.length === 0 ? 'ok' : refusing.has(code) ? 'refused' : 'warning',
      findings,
    };
  });
}
