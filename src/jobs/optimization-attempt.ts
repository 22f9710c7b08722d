import { countSealedReads } from '../store/job-facts.ts';
import type { Attempt, AttemptEnd } from './attempt.ts';
import { priceOfJob } from './job-prices.ts';
import type { ResolvedJob } from './resolved.ts';
import { type JobOutcome, runJob } from './run.ts';
import { rowsOfJob, splitsOfJob } from './sources.ts';
import { guardrailWarnings, type JobWarning } from './warnings.ts';

/** A search for a better prompt, from its baseline to its verdict. */
export async function attemptOptimization(attempt: Attempt, job: ResolvedJob): Promise<AttemptEnd> {
  const { parts, row, record } = attempt;
  const outcome = await runJob({
    job,
    rows: await rowsOfJob(parts.sources(row.projectId), job, splitsOfJob(job)),
    optimizers: parts.optimizers,
    evaluators: parts.evaluators,
    record,
    gateway: attempt.gateway,
    countTokens: parts.countTokens,
    priceOf: priceOfJob(row.prices, parts.priceOf),
    clock: parts.clock,
    startedAt: attempt.startedAt,
    signal: attempt.signal,
    sealedRead: (candidates) => attempt.sealedRead(job.dataset, candidates),
    onProgress: attempt.onProgress,
  });
  return {
    end: {
      status: outcome.status,
      stopReason: outcome.stopReason,
      error: outcome.error,
      verdict: outcome.verdict,
      noise: outcome.noise,
      baseline: outcome.baselineValues && { scores: outcome.baselineValues },
      warnings: [...row.warnings, ...(await outcomeWarnings(attempt, job, outcome))],
      best: outcome.winnerValues && { candidateId: outcome.winner.id, scores: outcome.winnerValues },
    },
    told: { winner: outcome.winner.id, decision: outcome.verdict?.decision ?? null },
    before: () => parts.onEnding(row, outcome),
  };
}

/** What only the end can tell: a guardrail that went away, a sealed split that is worn out. */
async function outcomeWarnings(
  { parts, row }: Attempt,
  job: ResolvedJob,
  outcome: JobOutcome,
): Promise<readonly JobWarning[]> {
  const warnings = [...guardrailWarnings(outcome.baseline.components, outcome.winner.components)];
  const { jobs } = await countSealedReads(parts.database.db, row.projectId, job.dataset.sha256, row.id);
  if (outcome.confirmation && jobs >= WORN_OUT) {
    warnings.push({
      code: 'sealed-split-reused',
      message: `${jobs} earlier jobs have read the test split of ${job.dataset.ref}: what was chosen with its help is not confirmed by it; add fresh test rows`,
    });
  }
  return warnings;
}

/** Reads of one sealed split after which choosing among jobs becomes choosing on the test rows. */
const WORN_OUT = 10;
