import { BudgetExhausted } from '../domain/budget.ts';
import type { Candidate } from '../domain/candidate.ts';
import type { Row } from '../domain/dataset.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import type { NoiseFloor } from '../domain/noise.ts';
import { headlineOf } from '../domain/objective.ts';
import { isChain } from '../domain/prompt.ts';
import { metricRef } from '../lab/aggregate.ts';
import type { EvaluatorEngine } from '../lab/engine.ts';
import { noiseFloor } from '../lab/noise.ts';
import { createRandom } from '../search/random.ts';
import { plannedRepeats } from './confirmation-rounds.ts';
import { MAX_FINALISTS, type ResolvedJob } from './resolved.ts';

export interface NoiseRunParts {
  readonly job: ResolvedJob;
  readonly engine: EvaluatorEngine;
  readonly baseline: Candidate;
  /** The validation rows. */
  readonly rows: readonly Row[];
}

/**
 * The A/A run: the baseline twice on a few validation rows, at the job's own concurrency, before the search spends anything. Both runs
 * are paid by the confirmation rollouts, so that they take nothing from the search, which has the first of them for nothing. Null when
 * the job does without, when the budget does not reach, or when nothing could be scored.
 */
export async function measureNoise({ job, engine, baseline, rows }: NoiseRunParts): Promise<NoiseFloor | null> {
  if (job.aaRows === 0) return null;
  const ids = createRandom(job.seed, 'noise')
    .shuffle(rows.map(({ id }) => id))
    .slice(0, job.aaRows);
  const runs = await Promise.allSettled([
    engine.measure(baseline, ids, { purpose: 'noise' }),
    engine.measure(baseline, ids, { purpose: 'noise', repeat: 1 }),
  ]);
  for (const run of runs) {
    if (run.status === 'fulfilled') continue;
    if (!(run.reason instanceof BudgetExhausted)) throw run.reason;
    return null;
  }
  const twins = ids.flatMap((id) => {
    const [first, second] = [engine.known(baseline, id), engine.known(baseline, id, 1)];
    return first && second ? [{ first: first.rollout, second: second.rollout }] : [];
  });
  return noiseFloor(twins, {
    headline: metricRef(headlineOf(job.objectives).metric),
    coldModels: coldModels(job),
    testRows: job.dataset.rows.test,
    finalists: MAX_FINALISTS,
    repeats: plannedRepeats(job),
  });
}

/** Every model that answers a row is asked at temperature 0. */
export function coldModels({
  prompt,
  models,
}: Pick<ResolvedJob, 'prompt'> & { readonly models: Pick<ResolvedJob['models'], 'task'> }): boolean {
  const own = prompt.model ?? models.task;
  const used = isChain(prompt) ? prompt.steps.map((step) => step.prompt.model ?? own) : [own];
  return used.every((model) => model.temperature === 0);
}

/** The gateway while the A/A run is on: both of its runs are of this moment, so that their difference is noise and nothing else. */
export function freshWhile(isMeasured: () => boolean, gateway: ModelGateway): ModelGateway {
  return {
    bound: (request) => gateway.bound(request),
    isAnswered: (request) => gateway.isAnswered(request),
    complete: (request, reservation) =>
      gateway.complete(isMeasured() ? { ...request, fresh: true } : request, reservation),
  };
}
