import { jsonObjectSchema } from '../../domain/json.ts';
import type { EvaluationResult, EvaluationView } from '../../domain/views/evaluation-view.ts';
import { type JudgeStanding, withStanding } from '../../registry/judge-registry.ts';
import type { JobRow } from '../../store/jobs.ts';
import { spentView } from '../views.ts';
import { BASELINE, type ResolvedEvaluation } from './resolved.ts';

/**
 * From what is stored to the wire shape.
 *
 * @param found - Without figures it is what a list tells.
 * @param judges - How those of the suite stand now.
 */
export function evaluationView(
  row: Omit<JobRow, 'request' | 'resolved' | 'result'>,
  evaluation: ResolvedEvaluation,
  found: EvaluationResult | Pick<EvaluationResult, 'decision'> | null,
  judges: readonly JudgeStanding[],
): EvaluationView {
  const result = found && 'candidates' in found ? found : null;
  const { dataset, ood, suite, hasBaseline } = evaluation;
  return {
    id: row.id,
    name: row.name ?? '',
    status: row.status,
    stopReason: row.stopReason,
    error: row.error,
    progress: { fraction: row.progress?.fraction ?? 0, rollouts: row.progress?.rollouts ?? 0 },
    spent: spentView(row.spent),
    budget: { ...evaluation.budget },
    dataset,
    ood,
    suite: {
      ref: evaluation.suiteRef,
      sha256: evaluation.suiteSha256,
      evaluatorVersions: evaluation.evaluatorVersions,
    },
    headline: evaluation.headline,
    gates: [...(suite.gates ?? []), ...evaluation.gates],
    baseline: hasBaseline ? BASELINE : null,
    candidates: evaluation.prompts.map(({ prompt: _prompt, ...prompt }) => ({
      ...prompt,
      isBaseline: hasBaseline && prompt.id === BASELINE,
      ...result?.candidates[prompt.id],
    })),
    aa: result?.aa ?? null,
    decision: found?.decision ?? null,
    warnings: withStanding(row.warnings, judges).map((warning) => ({ ...warning })),
    resolved: jsonObjectSchema.parse(evaluation),
    resolvedSha256: row.resolvedHash,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
