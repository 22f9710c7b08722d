import { BudgetExhausted } from '../domain/budget.ts';
import type { Candidate } from '../domain/candidate.ts';
import type { Row } from '../domain/dataset.ts';
import { ModelCallError } from '../domain/model.ts';
import type { Verdict } from '../domain/verdict.ts';
import { decide } from '../lab/decide.ts';
import type { EvaluatorEngine } from '../lab/engine.ts';
import { judgeFinalists } from './judge-finalists.ts';
import { MAX_FINALISTS, type ResolvedJob } from './resolved.ts';
import type { SearchRecorder, Standing } from './search-record.ts';

export interface Confirmation {
  /** What the job answers with: the promoted finalist, the best undecided one, or the baseline. */
  readonly winner: Candidate;
  readonly verdict: Verdict | null;
}

export interface ConfirmParts {
  readonly job: ResolvedJob;
  readonly baseline: Candidate;
  readonly recorder: SearchRecorder;
  readonly engine: EvaluatorEngine;
  readonly rows: readonly Row[];
  /** Told before the first sealed row is read. */
  readonly sealedRead: (candidates: number) => Promise<void>;
  /** Whether the time of the job is over: calls are then aborted and count as missing. */
  readonly timeIsOver: () => boolean;
}

/**
 * The honest end of a job: up to three finalists, chosen on validation, are compared once with the baseline on the sealed rows, paired,
 * corrected for their number. What the budget does not pay for stays missing, and too much missing makes the verdict inconclusive.
 */
export async function confirm(parts: ConfirmParts): Promise<Confirmation> {
  const { job, baseline, recorder, engine, rows } = parts;
  const finalists = finalistsOf(parts);
  const best = finalists[0]?.candidate ?? baseline;
  if (job.budget.confirmationRollouts === 0) return { winner: best, verdict: null };
  if (finalists.length === 0) return { winner: baseline, verdict: decide(job.objectives, baseline.id, []).verdict };

  await parts.sealedRead(finalists.length + 1);
  const ids = rows.map((row) => row.id);
  const compared = [baseline, ...finalists.map((each) => each.candidate)];
  recorder.note('confirmation', { finalists: compared.slice(1).map((each) => each.id), rows: ids.length });
  for (const candidate of compared) {
    try {
      await engine.measure(candidate, ids, { purpose: 'confirmation' });
    } catch (error) {
      const late = error instanceof ModelCallError && error.failure === 'cancelled' && parts.timeIsOver();
      if (!(error instanceof BudgetExhausted || late)) throw error;
    }
  }
  await engine.idle();
  const rolloutsOf = (candidate: Candidate) => ids.flatMap((id) => engine.known(candidate, id)?.rollout ?? []);
  const { decision } = judgeFinalists(
    job,
    rows,
    { id: baseline.id, rollouts: rolloutsOf(baseline) },
    finalists.map(({ candidate }) => ({ candidateId: candidate.id, rollouts: rolloutsOf(candidate) })),
  );
  const named = compared.find((candidate) => candidate.id === decision.candidateId) ?? baseline;
  return { winner: decision.verdict.decision === 'do_not_promote' ? baseline : named, verdict: decision.verdict };
}

/** What the search holds for better than the baseline, best first; as many as the confirmation budget pays for. */
function finalistsOf({ job, recorder, rows }: ConfirmParts): readonly Standing[] {
  const affordable = rows.length === 0 ? MAX_FINALISTS : Math.floor(job.budget.confirmationRollouts / rows.length) - 1;
  return recorder.contenders().slice(0, Math.max(1, Math.min(MAX_FINALISTS, affordable)));
}
