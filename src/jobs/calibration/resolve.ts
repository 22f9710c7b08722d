import type { CalibrationRequest } from '../../domain/calibration.ts';
import { fieldError, ParetuneError } from '../../domain/errors.ts';
import type { ModelPrice } from '../../domain/price.ts';
import { judgesOf, type Suite } from '../../domain/suite.ts';
import { evaluatorVersions } from '../../lab/evaluator-versions.ts';
import { checkSuite } from '../../registry/check-suite.ts';
import type { UsedModel } from '../job-models.ts';
import { checkPrices, pricesOf } from '../job-prices.ts';
import type { ResolveParts } from '../resolve.ts';
import type { DatasetSource, JobSources } from '../sources.ts';
import { checkRowNeeds, needsOf } from '../suite-needs.ts';
import { type ResolvedCalibration, suiteOf } from './resolved.ts';
import { canBeStored, labelledRows } from './rows.ts';

export type CalibrationParts = Pick<ResolveParts, 'sources' | 'evaluators' | 'priceOf' | 'checkModel'>;

export interface CalibrationResolution {
  readonly calibration: Omit<ResolvedCalibration, 'continues'>;
  readonly prices: readonly ModelPrice[];
}

/** Where rows that come with the request have what a dataset has in fields of its own naming. */
const INLINE = { output: 'output', label: 'label', messages: 'messages', toolCalls: 'toolCalls', trace: 'trace' };

/**
 * Turns a request into a calibration whose meaning nothing outside can change, and refuses whatever cannot work before anything is paid.
 * Rows of the request become a dataset version of their own, so that the card can say what it stands on. Throws ParetuneError with the
 * field, the value and the fix.
 */
export async function resolveCalibration(
  request: CalibrationRequest,
  parts: CalibrationParts,
): Promise<CalibrationResolution> {
  const judge = request.judge ?? null;
  const suite = suiteOf(request);
  const used = inOwnWords(() => checkRequest(request, suite, parts));
  const dataset = await datasetOf(request, parts.sources);
  const fields = typeof request.dataset === 'string' ? request.fields : INLINE;
  const needs = needsOf(suite, parts.evaluators);
  const rows = await labelledRows(dataset, {
    fields,
    needs: needs.map(({ field }) => field),
    check: (row) => inOwnWords(() => checkRowNeeds(needs, row, ` of ${dataset.ref}`)),
  });
  const [evaluatorVersion = ''] = Object.values(evaluatorVersions(suite, judge, parts.evaluators));
  const { evaluator, repeats, budget, concurrency } = request;
  return {
    calibration: {
      evaluator,
      evaluatorVersion,
      judge,
      dataset: { ref: dataset.ref, sha256: dataset.sha256 },
      fields,
      rows: rows.length,
      repeats,
      budget,
      concurrency,
    },
    prices: pricesOf(used, parts.priceOf),
  };
}

async function datasetOf({ dataset }: CalibrationRequest, sources: JobSources): Promise<DatasetSource> {
  if (typeof dataset === 'string') return sources.dataset(dataset);
  const rows = dataset.rows.map(({ output, label, messages, toolCalls, trace, metadata, ...row }) => ({
    ...row,
    metadata: {
      ...metadata,
      output,
      label,
      ...(messages && { messages }),
      ...(toolCalls && { toolCalls }),
      ...(trace && { trace }),
    },
  }));
  const given = await sources.inline(rows, { train: 1, validation: 0, test: 0 });
  return sources.dataset(await given.keep());
}

/** Throws for what cannot be calibrated; gives the judges, by their place in the request. */
function checkRequest(request: CalibrationRequest, suite: Suite, parts: CalibrationParts): UsedModel[] {
  checkSuite(suite, parts.evaluators, '');
  const { type, panel, options } = request.evaluator;
  const evaluator = parts.evaluators.find((known) => known.type === type);
  if (!evaluator?.grader)
    throw fieldError('evaluator.type', `"${type}" is graded by code: there is no judge to be calibrated`);
  if (panel && request.judge) throw fieldError('judge', 'the evaluator has a panel; drop "judge" or "panel"');
  if (!panel && !request.judge) throw fieldError('judge', 'say which model is to be calibrated');
  const unmet = evaluator.needsFor(options).find((field) => !canBeStored(field));
  if (unmet) throw fieldError('evaluator.type', `"${type}" reads "${unmet}", which labelled rows do not have`);
  const used = judgesOf({ panel }, request.judge).map(
    (model, index): UsedModel => [panel ? `evaluator.panel.${index}` : 'judge', model],
  );
  for (const [path, model] of used) parts.checkModel(model, path);
  if (request.budget.usd !== undefined) checkPrices(used, parts.priceOf);
  return used;
}

/** The checks of suites, told with the fields of this request: it has one evaluator where a suite has a list. */
function inOwnWords<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ParetuneError)) throw error;
    const own = (text: string) => text.replaceAll(/(?:suite\.)?evaluators\.0\b/g, 'evaluator');
    const errors = error.errors.map(({ path, message }) => ({ path: own(path), message: own(message) }));
    throw new ParetuneError(error.code, own(error.message), errors);
  }
}
