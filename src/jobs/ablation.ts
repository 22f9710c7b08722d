import { BudgetExhausted } from '../domain/budget.ts';
import type { Candidate } from '../domain/candidate.ts';
import type { Row } from '../domain/dataset.ts';
import type { Ledger } from '../domain/ledger.ts';
import { headlineOf } from '../domain/objective.ts';
import type { EvaluatorEngine } from '../lab/engine.ts';
import { createRandom } from '../search/random.ts';
import { ablationPairs, variantsOf } from './ablation-plan.ts';
import { type Ended, endOf } from './end-of-phase.ts';
import type { ResolvedJob } from './resolved.ts';
import type { SearchRecorder } from './search-record.ts';
import type { StopSignals } from './stop-signals.ts';

export interface AblationParts {
  readonly job: ResolvedJob;
  readonly engine: EvaluatorEngine;
  readonly recorder: SearchRecorder;
  readonly baseline: Candidate;
  readonly winner: Candidate;
  readonly rows: { readonly train: readonly Row[]; readonly validation: readonly Row[] };
  readonly ledger: Ledger;
  readonly stop: StopSignals;
}

/** Of the search's budget, or of what it spent where nothing bounds it. */
const SHARE = 0.1;

/**
 * Measures the winner without each of its changes on the open rows that the change was adopted for, and the winner on the same rows. It
 * decides nothing: the report says which changes some row needs. Paid with what the search has left of its rollouts, a tenth of them at
 * most; what the other limits do not pay stays unmeasured.
 */
export async function ablate(parts: AblationParts): Promise<Ended<unknown>> {
  // The confirmation is over: what it did not need of the common limits is free again.
  parts.ledger.setAside({});
  const ended = await endOf(async () => {
    await measureVariants(parts);
    return { stop: 'search-complete' as const };
  }, parts.stop);
  await parts.engine.idle();
  return ended;
}

async function measureVariants({ job, engine, recorder, baseline, winner, rows, ledger }: AblationParts) {
  const { candidates } = recorder;
  const sign = headlineOf(job.objectives).goal === 'maximize' ? 1 : -1;
  const scoreOf = (candidate: Candidate, rowId: string) => {
    const score = engine.known(candidate, rowId)?.score ?? null;
    return score === null ? null : sign * score;
  };
  const validation = rows.validation.map(({ id }) => id);
  const open = [...rows.train.map(({ id }) => id), ...validation];
  // Without a score on any row the headline is not one of an answer, such as the length of the prompt.
  if (!open.some((rowId) => scoreOf(winner, rowId) !== null)) return;
  const pairs = ablationPairs(
    variantsOf(baseline, winner, candidates),
    baseline,
    winner,
    candidates,
    { open, validation, scoreOf },
    createRandom(job.seed, 'ablation'),
  );
  const allowed = Math.min(
    ledger.remaining('rollouts'),
    Math.floor(SHARE * (job.budget.rollouts ?? ledger.spent.rollouts)),
  );
  const wanted = new Map<Candidate, Set<string>>([[winner, new Set()]]);
  let cost = 0;
  for (const { variant, rowId } of pairs) {
    const sides = [winner, variant.candidate].filter(
      (side) => !wanted.get(side)?.has(rowId) && engine.known(side, rowId) === undefined,
    );
    if (cost + sides.length > allowed) break;
    cost += sides.length;
    for (const side of sides) wanted.set(side, (wanted.get(side) ?? new Set()).add(rowId));
  }
  recorder.note('ablation', { candidateId: winner.id, rollouts: cost });
  const runs = await Promise.allSettled(
    [...wanted].map(([candidate, rowIds]) => engine.measure(candidate, [...rowIds], { purpose: 'ablation' })),
  );
  for (const run of runs) if (run.status === 'rejected' && !(run.reason instanceof BudgetExhausted)) throw run.reason;
}
