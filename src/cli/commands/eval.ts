import { resolve } from 'node:path';
import { z } from 'zod';
import { EVALUATION_SPLITS } from '../../domain/evaluation.ts';
import { referenceSchema } from '../../domain/job.ts';
import { runEvaluationFile } from '../evaluations/run.ts';
import { namesService, type PlaceOptions, withService } from '../evaluations/service.ts';
import { evaluationText } from '../evaluations/text.ts';
import { EXIT, type ExitCode, Refusal } from '../exit.ts';
import { badInput } from '../files/document.ts';
import { type EvaluationFile, readEvaluationFile } from '../files/evaluation-file.ts';
import { datasetFile, fileNamed, nameOf, readPrompt } from '../files/references.ts';
import { count } from '../format.ts';
import { type Io, printJson } from '../io.ts';

export interface EvalOptions extends PlaceOptions {
  readonly prompt?: readonly string[];
  readonly dataset?: string;
  readonly split?: string;
  readonly repeats?: number;
  readonly aa?: boolean;
}

const splitSchema = z.enum(EVALUATION_SPLITS);

/**
 * Measures the prompts of an evaluation file, or the prompt of a job file and those of `--prompt` beside it, without a search. Ends with 1
 * when a gate does not hold for a candidate.
 */
export async function evaluate(io: Io, path: string, options: EvalOptions): Promise<ExitCode> {
  const file = evaluationOf(io, path, options);
  const evaluation = await withService(io, options, { stored: namesStored(file) }, (client) =>
    runEvaluationFile(io, client, file, {
      show: !options.json,
      onInterrupt: namesService(io, options) ? 'leave' : 'cancel',
    }),
  );
  if (options.json) printJson(io, evaluation);
  else io.out(evaluationText(evaluation, io.result.columns()));
  if (evaluation.stopReason === 'budget')
    throw new Refusal(
      EXIT.badInput,
      `the budget ended after ${count(evaluation.spent.rollouts)} of ${count(evaluation.budget.rollouts ?? 0)} rollouts; raise budget.tokens, budget.usd or budget.seconds`,
    );
  const failed = evaluation.candidates.some(({ decision }) =>
    decision?.rules.some(({ outcome, source }) => outcome === 'fail' && source !== 'headline'),
  );
  return failed ? EXIT.gateFailed : EXIT.done;
}

/** The evaluation of a file with what the command line changes. */
export function evaluationOf(io: Io, path: string, options: EvalOptions): EvaluationFile {
  const file = readEvaluationFile(resolve(io.cwd, path), io.cwd);
  const split = splitSchema.safeParse(options.split ?? file.body.split ?? 'validation');
  if (!split.success)
    throw badInput([{ path: '--split', message: `must be one of ${splitSchema.options.join(', ')}` }]);
  const others = (options.prompt ?? []).map((text) => candidateNamed(io, text, '--prompt'));
  const given = options.dataset === undefined ? undefined : fileNamed(options.dataset, io.cwd, '--dataset');
  const { candidates = [], baseline } = file.body;
  // The prompt of a job is what the others are compared with.
  const [first, ...rest] = candidates;
  const base = baseline ?? (others.length > 0 || options.aa ? first : undefined);
  return {
    ...file,
    body: {
      ...file.body,
      ...(base !== undefined && { baseline: base }),
      candidates: [...(baseline === undefined && base !== undefined ? rest : candidates), ...others],
      // What a job may not lose against its baseline has nothing to be held against when it is measured alone.
      ...(base === undefined && { gates: (file.body.gates ?? []).flatMap(withoutBaseline) }),
      split: split.data,
      ...(options.repeats !== undefined && { repeats: options.repeats }),
      ...(options.aa && { aa: true }),
      ...(options.dataset !== undefined && given === undefined && { dataset: reference(options.dataset, '--dataset') }),
    },
    dataset:
      given !== undefined ? datasetFile(given, '--dataset') : options.dataset !== undefined ? null : file.dataset,
  };
}

type Body = EvaluationFile['body'];

/** A prompt as the command line names it: a file, a reference, or a candidate of a job. */
export function candidateNamed(io: Io, text: string, path: string): NonNullable<Body['baseline']> {
  const file = fileNamed(text, io.cwd, path);
  if (file !== undefined) return { name: nameOf(file), prompt: readPrompt(file, io.cwd) };
  const [, job, candidate] = /^(job_[^/]+)\/([^/]+)$/.exec(text) ?? [];
  if (job !== undefined && candidate !== undefined) return { job, candidate };
  return reference(text, path);
}

function withoutBaseline({
  notWorseThanBaseline: _n,
  betterThanBaseline: _b,
  ...gate
}: NonNullable<Body['gates']>[number]) {
  return [gate.min, gate.max, gate.coverage].some((each) => each !== undefined) ? [gate] : [];
}

/** Whether an evaluation names what is stored somewhere, so that it has to be looked for there. */
export function namesStored({ body, dataset, ood }: EvaluationFile): boolean {
  const named = (value: unknown): boolean =>
    typeof value === 'string'
      ? true
      : typeof value === 'object' &&
        value !== null &&
        ('job' in value ||
          ('prompt' in value && named(value.prompt)) ||
          ('steps' in value &&
            Array.isArray(value.steps) &&
            value.steps.some((step: { prompt?: unknown }) => typeof step.prompt === 'string')));
  return (
    (dataset === null && typeof body.dataset === 'string') ||
    (ood === null && typeof body.ood?.dataset === 'string') ||
    typeof body.suite === 'string' ||
    [body.baseline, ...(body.candidates ?? [])].some(named)
  );
}

function reference(text: string, path: string): string {
  if (referenceSchema.safeParse(text).success) return text;
  throw badInput([{ path, message: `"${text}" is neither a file nor a reference such as name@3` }]);
}
