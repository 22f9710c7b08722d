import type { Attempt, AttemptEnd } from '../attempt.ts';
import type { ResolvedEvaluation } from './resolved.ts';
import { rowsOfEvaluation, splitsOf } from './rows.ts';
import { runEvaluation } from './run.ts';

/** An evaluation, from its first rollout to the decision of its gates. */
export async function attemptEvaluation(attempt: Attempt, evaluation: ResolvedEvaluation): Promise<AttemptEnd> {
  const { parts, row, record } = attempt;
  const rows = await rowsOfEvaluation(parts.sources(row.projectId), evaluation);
  for (const read of [evaluation.dataset, ...(evaluation.ood ? [evaluation.ood] : [])])
    if (splitsOf(read.split).includes('test')) await attempt.sealedRead(read, evaluation.prompts.length);
  const { result, ...end } = await runEvaluation({
    evaluation,
    rows,
    evaluators: parts.evaluators,
    record,
    gateway: attempt.gateway,
    countTokens: parts.countTokens,
    clock: parts.clock,
    startedAt: attempt.startedAt,
    signal: attempt.signal,
    onProgress: attempt.onProgress,
  });
  return { end: { ...end, result }, told: { decision: result?.decision ?? null } };
}
