import { runEvaluationFile } from '../evaluations/run.ts';
import { namesService, type PlaceOptions, withService } from '../evaluations/service.ts';
import { comparisonText } from '../evaluations/text.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { badInput } from '../files/document.ts';
import { type Io, printJson } from '../io.ts';
import { candidateNamed, evaluationOf, namesStored } from './eval.ts';

export interface CompareOptions extends PlaceOptions {
  readonly with?: string;
  readonly split?: string;
  readonly metric?: string;
  readonly limit: number;
}

/** A candidate that was measured: `eval_…/c1`, `job_…/c3`. */
const MEASURED = /^(eval|job)_[^/]+\/[^/]+$/;

/**
 * Compares two prompts row by row: candidates of evaluations and jobs from what was measured, anything else (files, versions) by measuring
 * both with the rows, suite and models of the file `--with`.
 */
export async function compare(io: Io, a: string, b: string, options: CompareOptions): Promise<ExitCode> {
  const query = {
    outcome: 'lost' as const,
    limit: options.limit,
    ...(options.metric !== undefined && { metric: options.metric }),
  };
  const measured = options.with === undefined && MEASURED.test(a) && MEASURED.test(b);
  if (options.with === undefined && !measured)
    throw badInput([
      {
        path: '--with',
        message: `is missing: "${MEASURED.test(a) ? b : a}" is no measured candidate (eval_…/c1, job_…/c3), so say with which job or evaluation file both are to be measured`,
      },
    ]);
  const file =
    options.with === undefined
      ? null
      : evaluationOf(io, options.with, options.split === undefined ? {} : { split: options.split });
  const both = file && {
    ...file,
    body: { ...file.body, baseline: candidateNamed(io, a, 'a'), candidates: [candidateNamed(io, b, 'b')] },
  };
  const comparison = await withService(io, options, { stored: both === null || namesStored(both) }, async (client) => {
    if (both === null) return client.evaluations.compare(a, b, query);
    const onInterrupt = namesService(io, options) ? 'leave' : 'cancel';
    const { id } = await runEvaluationFile(io, client, both, { show: !options.json, onInterrupt });
    return client.evaluations.compare(`${id}/c0`, `${id}/c1`, query);
  });
  if (options.json) printJson(io, comparison);
  else io.out(comparisonText(comparison, io.result.columns()));
  return EXIT.done;
}
