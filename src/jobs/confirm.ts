import { BudgetExhausted } from '../domain/budget.ts';
import type { Candidate } from '../domain/candidate.ts';
import type { Row } from '../domain/dataset.ts';
import { ModelCallError } from '../domain/model.ts';
import type { NoiseFloor } from '../domain/noise.ts';
import type { Objective } from '../domain/objective.ts';
import type { Verdict } from '../domain/verdict.ts';
import { metricRef } from '../lab/aggregate.ts';
import { cohortRows } from '../lab/aggregate-values.ts';
import { constraintsOf } from '../lab/constraints.ts';
import { decide } from '../lab/decide.ts';
import type { EvaluatorEngine } from '../lab/engine.ts';
import { confirmationRounds } from './confirmation-rounds.ts';
import { judgeFinalists } from './judge-finalists.ts';
import { coldModels } from './noise-run.ts';
import { MAX_FINALISTS, type ResolvedJob } from './resolved.ts';
import type { SearchRecorder, Standing } from './search-record.ts';

export interface Confirmation {
  /** What the job answers with: the promoted finalist, the best undecided one that no hard constraint speaks against, or the baseline. */
  readonly winner: Candidate;
  readonly verdict: Verdict | null;
}

export interface ConfirmParts {
  readonly job: ResolvedJob;
  readonly baseline: Candidate;
  readonly recorder: SearchRecorder;
  readonly engine: EvaluatorEngine;
  readonly rows: readonly Row[];
  readonly noise: NoiseFloor | null;
  /** Confirmation rollouts that are left. */
  readonly rolloutsLeft: number;
  /** Told before the first sealed row is read. */
  readonly sealedRead: (candidates: number) => Promise<void>;
  /** Whether the time of the job is over: calls are then aborted and count as missing. */
  readonly timeIsOver: () => boolean;
}

/**
 * The honest end of a job: up to three finalists, chosen on validation, are compared once with the baseline on the sealed rows, paired,
 * corrected for their number, with as many runs of each row as the budget allows. What it does not pay for stays missing, and too much
 * missing makes the verdict inconclusive.
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
  const rounds = confirmationRounds({
    rowIds: ids,
    candidates: compared.length,
    rollouts: parts.rolloutsLeft,
    deterministic: parts.noise?.deterministic ?? coldModels(job),
    cohorts: watchedCohorts(job.objectives, rows),
  });
  recorder.note('confirmation', {
    finalists: compared.slice(1).map((each) => each.id),
    rows: ids.length,
    rounds: rounds.map((round) => round.length),
  });
  for (const [repeat, round] of rounds.entries()) {
    for (const candidate of compared) {
      try {
        await engine.measure(candidate, round, { purpose: 'confirmation', repeat });
      } catch (error) {
        const late = error instanceof ModelCallError && error.failure === 'cancelled' && parts.timeIsOver();
        if (!(error instanceof BudgetExhausted || late)) throw error;
      }
    }
  }
  await engine.idle();
  const rolloutsOf = (candidate: Candidate) =>
    rounds.flatMap((round, repeat) => round.flatMap((id) => engine.known(candidate, id, repeat)?.rollout ?? []));
  const { decision } = judgeFinalists(
    { ...job, noise: parts.noise },
    rows,
    { id: baseline.id, rollouts: rolloutsOf(baseline) },
    finalists.map(({ candidate }) => ({ candidateId: candidate.id, rollouts: rolloutsOf(candidate) })),
  );
  const winner = compared.find((candidate) => candidate.id === decision.answerId) ?? baseline;
  return { winner, verdict: decision.verdict };
}

/** What the search holds for better than the baseline, best first; as many as the confirmation budget pays for. */
function finalistsOf({ recorder, rows, rolloutsLeft }: ConfirmParts): readonly Standing[] {
  const affordable = rows.length === 0 ? MAX_FINALISTS : Math.floor(rolloutsLeft / rows.length) - 1;
  return recorder.contenders().slice(0, Math.max(1, Math.min(MAX_FINALISTS, affordable)));
}

/** Rows of the cohorts in which a candidate must not be worse than the baseline. */
function watchedCohorts(objectives: readonly Objective[], rows: readonly Row[]): string[][] {
  return constraintsOf(objectives, rows)
    .filter(({ rule }) => rule === 'not-worse-than-baseline')
    .map(({ objective, rows: members }) => cohortRows(metricRef(objective.metric), members).map(({ id }) => id))
    .filter((ids) => ids.length < rows.length);
}
