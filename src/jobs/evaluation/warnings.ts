import { counted } from '../../domain/counted.ts';
import { componentsOf } from '../../domain/prompt.ts';
import { guardrailWarnings, type JobWarning } from '../warnings.ts';
import { BASELINE, type ResolvedEvaluation } from './resolved.ts';
import { splitsOf } from './rows.ts';

interface SealedReads {
  /** Jobs and evaluations that have read them. */
  readonly jobs: number;
  readonly candidates: number;
}

/** Below this only large differences can be shown. */
const FEW_ROWS = 30;

export interface WarningParts {
  /** How often the sealed rows of a dataset were read before. */
  readonly sealedReads: (sha256: string) => Promise<SealedReads>;
  /** Content hash of the dataset that a job selected its candidates on. */
  readonly datasetOfJob: (jobId: string) => Promise<string | null>;
}

/** What the owner of an evaluation should know before it runs. */
export async function evaluationWarnings(evaluation: ResolvedEvaluation, parts: WarningParts): Promise<JobWarning[]> {
  const { dataset, prompts, hasBaseline } = evaluation;
  const warnings: JobWarning[] = [];
  if (dataset.rows < FEW_ROWS)
    warnings.push({
      code: 'few-rows',
      message: `only ${counted(dataset.rows, 'row')}: below ${FEW_ROWS} a real difference is hard to tell from luck`,
    });
  for (const { ref, sha256, split } of [dataset, ...(evaluation.ood ? [evaluation.ood] : [])]) {
    if (!splitsOf(split).includes('test')) continue;
    const { jobs } = await parts.sealedReads(sha256);
    const before =
      jobs === 0
        ? 'nobody has read them before'
        : `${jobs === 1 ? '1 job or evaluation has' : `${jobs} jobs and evaluations have`} read them before`;
    warnings.push({
      code: 'sealed-rows-read',
      message: `the sealed test rows of ${ref} are read, and ${before}: a prompt that is chosen by them is no longer confirmed by them`,
    });
  }
  if (dataset.split !== 'test') {
    for (const { name, source } of prompts)
      if (source && (await parts.datasetOfJob(source.jobId)) === dataset.sha256)
        warnings.push({
          code: 'selected-on-these-rows',
          message: `${name} was chosen on rows of ${dataset.ref}, so its score on them is flattered; measure it on the test split or on other rows`,
        });
  }
  const baseline = hasBaseline ? prompts.find(({ id }) => id === BASELINE) : undefined;
  for (const prompt of prompts) {
    if (!baseline || prompt === baseline) continue;
    if (prompt.sha256 === baseline.sha256)
      warnings.push({
        code: 'equals-baseline',
        message: `${prompt.name} is the baseline, word for word: it can be neither better nor worse; use aa to measure noise`,
      });
    for (const { code, message } of guardrailWarnings(componentsOf(baseline.prompt), componentsOf(prompt.prompt)))
      warnings.push({ code, message: `${prompt.name}: ${message}` });
  }
  return warnings;
}
