import { ZodError } from 'zod';
import { type FieldError, ParetuneError } from '../domain/errors.ts';
import { OPERATIONAL_METRICS } from '../domain/objective.ts';
import type { EvaluatorSpec, Suite } from '../domain/suite.ts';
import type { CatalogueEvaluator } from '../lab/evaluator.ts';
import { gateErrors } from './check-gates.ts';
import { nearestNames } from './nearest.ts';

/** Names that every rollout has already: an evaluator of that name would lose its values to them. */
const TAKEN: readonly string[] = OPERATIONAL_METRICS;

/**
 * Checks a suite: ids are free, types are in the catalogue, options parse, gates are of its metrics. `path` is where the suite stands in the request.
 *
 * @throws ParetuneError `unprocessable` with one error per broken field.
 */
export function checkSuite(suite: Suite, catalogue: readonly CatalogueEvaluator[], path = ''): void {
  const errors: FieldError[] = [];
  suite.evaluators.forEach((spec, index) => {
    const at = `${path === '' ? '' : `${path}.`}evaluators.${index}`;
    if (TAKEN.includes(spec.id)) {
      errors.push({
        path: `${at}.id`,
        message: `"${spec.id}" is the name of a metric that every rollout has (${TAKEN.join(', ')}); call the evaluator something else, such as "${spec.id}-check"`,
      });
    }
    const evaluator = catalogue.find(({ type }) => type === spec.type);
    const before = suite.evaluators.slice(0, index).map(({ id }) => id);
    if (evaluator) errors.push(...optionErrors(evaluator, spec.options, `${at}.options`, before));
    else errors.push({ path: `${at}.type`, message: unknownType(spec.type, catalogue) });
    if (evaluator && !evaluator.grader) errors.push(...judgeErrors(spec, at));
  });
  errors.push(...gateErrors(suite.gates ?? [], suite, path === '' ? 'gates' : `${path}.gates`));
  if (errors.length === 0) return;
  const detail = errors.map(({ path: field, message }) => `${field}: ${message}`).join('; ');
  throw new ParetuneError('unprocessable', detail, errors);
}

/** What is said about judges of an evaluator that asks none. */
function judgeErrors(spec: EvaluatorSpec, at: string): FieldError[] {
  return (['panel', 'repeats'] as const)
    .filter((field) => spec[field] !== undefined)
    .map((field) => ({
      path: `${at}.${field}`,
      message: `"${spec.type}" is graded by code, so there is no judge to be asked; drop "${field}"`,
    }));
}

function notBefore(id: string, type: string, before: readonly string[]): string {
  const near = nearestNames(id, before);
  const there =
    before.length === 0
      ? 'there is none'
      : near.length > 0
        ? `the nearest are ${near.join(', ')}`
        : `there are ${before.join(', ')}`;
  return `no evaluator before this one has the id "${id}" (options of "${type}"); ${there}; put what is combined first`;
}

function unknownType(type: string, catalogue: readonly CatalogueEvaluator[]): string {
  const types = catalogue.map((evaluator) => evaluator.type);
  const near = nearestNames(type, types);
  return `there is no evaluator "${type}"; ${
    near.length > 0 ? `the nearest are ${near.join(', ')}` : `there are ${types.join(', ')}`
  }`;
}

/** `before`: ids of the evaluators that stand before it, which it may combine. */
function optionErrors(
  evaluator: CatalogueEvaluator,
  options: unknown,
  path: string,
  before: readonly string[],
): FieldError[] {
  try {
    evaluator.prepare(options);
    return evaluator
      .combines(options)
      .filter((id) => !before.includes(id))
      .map((id) => ({ path, message: notBefore(id, evaluator.type, before) }));
  } catch (error) {
    if (error instanceof ZodError) {
      return error.issues.map((issue) => ({
        path: [path, ...issue.path.map(String)].join('.'),
        message: `${issue.message} (options of "${evaluator.type}")`,
      }));
    }
    if (error instanceof ParetuneError) return [{ path, message: error.message }];
    throw error;
  }
}
