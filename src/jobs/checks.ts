import { counted } from '../domain/counted.ts';
import type { JobCheckView } from '../domain/views/job-view.ts';
import type { JobWarning } from './warnings.ts';

/**
 * What is looked at before the first paid call, by the code of what is found. Whatever cannot work at all (a placeholder that no row
 * fills, an evaluator whose input is missing, a model that cannot be called) is refused before these.
 */
export const CHECKS: Readonly<Record<string, string>> = {
  'few-proposals': 'the budget buys enough proposals',
  'short-confirmation': 'baseline and winner can be confirmed on all test rows',
  'no-power': 'the test rows could show a gain at all',
  'no-verdict': 'the winner is confirmed on sealed rows',
  'no-aa-run': 'the noise floor is measured before the search',
  'tiny-dataset': 'the dataset is large enough',
  'tiny-split': 'each split is large enough',
  'empty-split': 'no split is empty',
  'small-cohort': 'cohorts with a constraint have enough sealed rows',
  'duplicates-across-splits': 'no input stands in two splits',
  'near-duplicates-across-splits': 'no near-duplicates in two splits',
  'conflicting-expected': 'equal inputs expect equal answers',
  'missing-expected': 'every row has an expected answer',
  'one-expected-answer': 'rows expect different answers',
  'style-only': 'task success is measured',
  'style-headline': 'the headline is task success, not form',
  'no-safety-metric': 'safety is watched',
  'baseline-over-limit': 'the baseline keeps the token limit',
  'unpinned-model': 'models are dated snapshots',
  'ignored-parameter': 'models take the parameters that they are given',
  'judge-is-task-model': 'the judge is another model than the task model',
  'judge-uncalibrated': 'judges are calibrated against human labels',
  'judge-low-agreement': 'calibrated judges agree with people',
  'judge-inconsistent': 'calibrated judges repeat themselves',
  'judge-position-bias': 'calibrated judges do not prefer a place',
  'judge-fails': 'calibrated judges answer',
  'no-price': 'every model has a price',
};

/** Every check with what it found. `refusing`: codes for which a job is refused unless it is forced. */
export function checkList(warnings: readonly JobWarning[], refusing: ReadonlySet<string>): JobCheckView[] {
  const others = warnings.map(({ code }) => code).filter((code) => !Object.hasOwn(CHECKS, code));
  return [...Object.keys(CHECKS), ...new Set(others)].map((code) => {
    const found = warnings.filter((warning) => warning.code === code);
    return {
      code,
      title: CHECKS[code] ?? `${counted(found.length, 'finding')} of another kind`,
      level: found.length === 0 ? 'ok' : refusing.has(code) ? 'refused' : 'warning',
      findings: found.map(({ message }) => message),
    };
  });
}
