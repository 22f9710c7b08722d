import { contentHash } from '../domain/content-hash.ts';
import type { ModelConfig } from '../domain/model.ts';
import { type EvaluatorSpec, judgesOf, type Suite } from '../domain/suite.ts';
import type { CatalogueEvaluator } from './evaluator.ts';

/**
 * What identifies a score: type, options, threshold, code that is not part of the service, and for model-graded evaluators the grader prompt, the judges and how often each is
 * asked. Scores of different versions are never compared; a judge card is about one version.
 *
 * @param fallback - Judge of evaluators that have none of their own.
 * @param combined - Versions of the evaluators that it combines: a composite is another one when a member of it is.
 */
function evaluatorVersion(
  spec: EvaluatorSpec,
  evaluator: CatalogueEvaluator | undefined,
  fallback: ModelConfig | null,
  combined: readonly (string | undefined)[] = [],
): string {
  const { grader } = evaluator ?? {};
  const [judge = null, ...others] = judgesOf(spec, fallback);
  return contentHash({
    type: spec.type,
    options: spec.options ?? {},
    threshold: spec.threshold,
    negate: spec.negate ?? false,
    ...(grader && { grader: grader.hash, judge }),
    ...(grader && others.length > 0 && { others }),
    ...(grader && (spec.repeats ?? 1) > 1 && { repeats: spec.repeats }),
    ...(evaluator?.code !== undefined && { code: evaluator.code }),
    ...(combined.length > 0 && { combined: combined.map((version) => version ?? null) }),
  });
}

/** The versions of a suite's evaluators, by id. */
export function evaluatorVersions(
  suite: Suite,
  fallback: ModelConfig | null,
  catalogue: readonly CatalogueEvaluator[],
): Record<string, string> {
  const versions: Record<string, string> = {};
  for (const spec of suite.evaluators) {
    const evaluator = catalogue.find((known) => known.type === spec.type);
    const combined = evaluator?.combines(spec.options) ?? [];
    versions[spec.id] = evaluatorVersion(
      spec,
      evaluator,
      fallback,
      combined.map((id) => versions[id]),
    );
  }
  return versions;
}
