import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { limitsOf, NANO_USD } from '../domain/budget.ts';
import type { Candidate } from '../domain/candidate.ts';
import type { Clock } from '../domain/clock.ts';
import { type Row, rowLookup } from '../domain/dataset.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import type { StopReason } from '../domain/job.ts';
import { Ledger } from '../domain/ledger.ts';
import type { NoiseFloor } from '../domain/noise.ts';
import type { MetricValues } from '../domain/objective.ts';
import { type Components, componentsOf, promptTokens, withComponents } from '../domain/prompt.ts';
import type { JobRecord } from '../domain/record.ts';
import type { Verdict } from '../domain/verdict.ts';
import { EvaluatorEngine } from '../lab/engine.ts';
import type { CatalogueEvaluator } from '../lab/evaluator.ts';
import { prepareSuite } from '../lab/suite.ts';
import type { ListedOptimizer, SearchTask } from '../search/contract.ts';
import { CopyDetector } from '../search/copy-detector.ts';
import { createRandom } from '../search/random.ts';
import { searchRow } from '../search/search-row.ts';
import { createTarget } from '../targets/target.ts';
import { ablate } from './ablation.ts';
import { createAuthor } from './author.ts';
import { type Confirmation, confirm } from './confirm.ts';
import { endOf } from './end-of-phase.ts';
import { confirmationReserve, type PriceOf, promptTokenLimit } from './estimate.ts';
import { freshWhile, measureNoise } from './noise-run.ts';
import type { ResolvedJob } from './resolved.ts';
import { createScoreboard } from './scoreboard.ts';
import { SearchRecorder } from './search-record.ts';
import { stopSignals, untilLate } from './stop-signals.ts';
import { whileSearching } from './while-searching.ts';

export interface RunParts {
  readonly job: ResolvedJob;
  readonly rows: { readonly train: readonly Row[]; readonly validation: readonly Row[]; readonly test: readonly Row[] };
  readonly optimizers: readonly ListedOptimizer[];
  readonly evaluators: readonly CatalogueEvaluator[];
  readonly record: JobRecord;
  /** Makes the job's gateway on its ledger. */
  readonly gateway: (ledger: Ledger, signal: AbortSignal) => ModelGateway;
  readonly countTokens: (text: string) => number;
  readonly priceOf: PriceOf;
  readonly clock: Clock;
  /** When the job was first started: the deadline of `budget.seconds` counts from there, across restarts. */
  readonly startedAt: Date;
  /** Aborted with a StopSignal. */
  readonly signal: AbortSignal;
  /** Told before the sealed split is read, with the number of candidates that are compared on it. */
  readonly sealedRead: (candidates: number) => Promise<void>;
  readonly onProgress: (progress: RunProgress) => void;
}

export interface RunProgress {
  readonly fraction: number;
  readonly rollouts: number;
  readonly proposals: number;
  readonly accepted: number;
  readonly refused: number;
  readonly spent: Ledger['spent'];
  /** Objective values on validation, once the baseline is measured. */
  readonly baseline: MetricValues | null;
  readonly best: { readonly candidateId: string; readonly scores: MetricValues } | null;
  readonly noise: NoiseFloor | null;
  readonly phase: 'search' | 'confirmation';
}

export interface JobOutcome {
  readonly status: 'succeeded' | 'cancelled' | 'failed';
  readonly stopReason: StopReason;
  readonly error: string | null;
  /** What the job stands behind: after a confirmation as it decided, otherwise the best feasible candidate on validation. */
  readonly winner: Candidate;
  readonly baseline: Candidate;
  /** On validation; null when the search ended before the baseline was measured. */
  readonly baselineValues: MetricValues | null;
  readonly winnerValues: MetricValues | null;
  /** What the A/A run found. */
  readonly noise: NoiseFloor | null;
  readonly confirmation: Confirmation | null;
  readonly verdict: Verdict | null;
}

/** The worker goes away: the job is not over. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/**
 * Runs a resolved job from its baseline to its verdict: A/A run → search → confirmation on the sealed split → ablation of the winner. Every fact goes to the record; with
 * a journal that already has answers the same search is done again without paying for them.
 *
 * Rejects with Interrupted on shutdown and with the store's error when the record fails; everything else is an outcome.
 */
export async function runJob(parts: RunParts): Promise<JobOutcome> {
  const { job, record, clock } = parts;
  const optimizer = parts.optimizers.find((each) => each.type === job.optimizer.type);
  if (!optimizer) throw new Error(`unknown optimizer "${job.optimizer.type}"`);
  const ledger = new Ledger(limitsOf(job.budget));
  const stop = stopSignals(parts);
  let searching = true;
  let measuringNoise = true;
  let noise: NoiseFloor | null = null;
  const gateway = untilLate(
    freshWhile(() => measuringNoise, parts.gateway(ledger, stop.calls)),
    () => searching && stop.searchIsLate(),
  );
  const suite = prepareSuite(job.suite, parts.evaluators);
  const baselineComponents = componentsOf(job.prompt);
  const countPrompt = (components: Components) =>
    promptTokens(withComponents(job.prompt, components), parts.countTokens);
  const rowOf = rowLookup([...parts.rows.train, ...parts.rows.validation, ...parts.rows.test]);
  const target = createTarget(job.prompt, job.models.task, gateway);
  const tokensOf = new Map<string, number>();
  const promptTokensOf = (candidate: Candidate): number => {
    let tokens = tokensOf.get(candidate.id);
    if (tokens === undefined) {
      tokens = countPrompt(candidate.components);
      tokensOf.set(candidate.id, tokens);
    }
    return tokens;
  };
  const engine = new EvaluatorEngine({
    target,
    suite,
    objectives: job.objectives,
    row: rowOf,
    promptTokens: promptTokensOf,
    ledger,
    gateway,
    judge: job.models.judge ?? undefined,
    record,
    giveUp: stop.giveUp,
  });

  const scores = createScoreboard({
    engine,
    objectives: job.objectives,
    row: rowOf,
    searchRows: [...parts.rows.train, ...parts.rows.validation],
    promptTokens: promptTokensOf,
    baseline: () => baseline,
  });
  const validationIds = parts.rows.validation.map((row) => row.id);
  const limit = promptTokenLimit(job.objectives);
  const copies = new CopyDetector([], baselineComponents);
  const recorder = new SearchRecorder({
    record,
    clock,
    objectives: job.objectives,
    check: {
      prompt: job.prompt,
      baseline: baselineComponents,
      promptTokenLimit: limit,
      countTokens: countPrompt,
      copies,
    },
    validate: (candidate) => scores.standing(candidate, validationIds),
    screen: scores.screened,
    spent: () => ({
      rollouts: ledger.spent.rollouts,
      tokens: ledger.spent.tokens,
      usd: ledger.spent.nanoUsd / NANO_USD,
    }),
  });
  const baseline: Candidate = recorder.baseline(baselineComponents);
  const progress = (phase: RunProgress['phase']): void =>
    parts.onProgress({
      fraction: phase === 'confirmation' ? 0.95 : 0.95 * ledger.searchFraction,
      rollouts: ledger.spent.rollouts,
      proposals: recorder.proposals,
      accepted: recorder.accepted,
      refused: recorder.refused,
      spent: ledger.spent,
      baseline: recorder.baselineValues,
      best: recorder.best && { candidateId: recorder.best.candidate.id, scores: recorder.best.values },
      noise,
      phase,
    });

  const author = createAuthor({
    gateway,
    ledger,
    model: job.models.reflection,
    unusable: (request, purpose, reason) => recorder.unusable(request, purpose, reason),
  });

  ledger.setAside(confirmationReserve(job, parts.rows, parts));
  const task: SearchTask = {
    baseline,
    components: target.components,
    train: parts.rows.train.map(searchRow),
    validation: parts.rows.validation.map(searchRow),
    objectives: job.objectives,
    promptTokenLimit: limit,
    lab: {
      measure: async (candidate, rowIds, options) => {
        for (const rowId of rowIds) copies.show(rowOf(rowId));
        const measured = await engine.measure(candidate, rowIds, { ...options, purpose: 'search' });
        progress('search');
        // A journal answers at once: without a pause, timers and sockets would wait for the end of a replay.
        await yieldToEvents();
        return measured;
      },
      known: (candidate, rowId, repeat) => engine.known(candidate, rowId, repeat),
      aggregate: scores.values,
      violation: scores.violation,
    },
    author,
    record: recorder,
    random: (...purpose) => createRandom(job.seed, ...purpose),
    remaining: (resource) => ledger.remaining(resource),
    signal: stop.told,
  };

  const end = await endOf(async () => {
    noise = await measureNoise({ job, engine, baseline, rows: parts.rows.validation });
    measuringNoise = false;
    if (noise) recorder.note('noise', { ...noise });
    return optimizer.prepare(job.optimizer.options).search(whileSearching(task, () => searching));
  }, stop);
  searching = false;
  await Promise.all([engine.idle(), author.idle()]);
  if (end.interrupted) throw new Interrupted('the worker is shutting down');

  const finished = async (
    confirmation: Confirmation | null,
    last: Pick<typeof end, 'status' | 'reason' | 'error'>,
  ): Promise<JobOutcome> => {
    stop.dispose();
    const winner = confirmation?.winner ?? recorder.bestFeasible ?? baseline;
    await record.flush();
    return {
      status: last.status,
      stopReason: last.reason,
      error: last.error,
      winner,
      baseline,
      baselineValues: recorder.baselineValues,
      winnerValues: recorder.standing(winner.id)?.values ?? null,
      noise,
      confirmation,
      verdict: confirmation?.verdict ?? null,
    };
  };
  if (end.status !== 'succeeded') return finished(null, end);

  progress('confirmation');
  const confirmed = await endOf(async () => {
    const confirmation = await confirm({
      job,
      baseline,
      recorder,
      engine,
      rows: parts.rows.test,
      noise,
      rolloutsLeft: ledger.remaining('confirmationRollouts'),
      sealedRead: parts.sealedRead,
      timeIsOver: () => stop.why() === 'deadline',
    });
    return { stop: 'search-complete' as const, confirmation };
  }, stop);
  await engine.idle();
  if (confirmed.interrupted) throw new Interrupted('the worker is shutting down');
  if (confirmed.status !== 'succeeded') return finished(null, confirmed);
  const confirmation = confirmed.result?.confirmation ?? null;
  const winner = confirmation?.winner ?? baseline;
  if (job.ablation && winner !== baseline) {
    const ablated = await ablate({ job, engine, recorder, baseline, winner, rows: parts.rows, ledger, stop });
    progress('confirmation');
    if (ablated.interrupted) throw new Interrupted('the worker is shutting down');
    // The answer of the job stands by now: only a user who wants it to end takes that from it.
    if (ablated.status === 'cancelled') return finished(confirmation, ablated);
  }
  progress('confirmation');
  return finished(confirmation, end);
}
