import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { type Amounts, BudgetExhausted, NANO_USD } from '../domain/budget.ts';
import type { Candidate } from '../domain/candidate.ts';
import type { Clock } from '../domain/clock.ts';
import type { Row } from '../domain/dataset.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import type { StopReason } from '../domain/job.ts';
import { Ledger } from '../domain/ledger.ts';
import { ModelCallError } from '../domain/model.ts';
import { headlineOf, type MetricValues } from '../domain/objective.ts';
import { type Components, componentsOf, withComponents } from '../domain/prompt.ts';
import type { JobRecord } from '../domain/record.ts';
import type { Verdict } from '../domain/verdict.ts';
import { aggregateMetric, type MetricSummary, metricRef } from '../lab/aggregate.ts';
import { EvaluatorEngine } from '../lab/engine.ts';
import type { ErrorCapReached } from '../lab/error-cap.ts';
import type { CatalogueEvaluator } from '../lab/evaluator.ts';
import { prepareSuite } from '../lab/suite.ts';
import type { ListedOptimizer, SearchRow, SearchTask } from '../search/contract.ts';
import { CopyDetector } from '../search/proposal-check.ts';
import { createRandom } from '../search/random.ts';
import { createTarget, rowText } from '../targets/target.ts';
import { createAuthor } from './author.ts';
import { type Confirmation, confirm } from './confirm.ts';
import { confirmationReserve, type PriceOf, promptTokenLimit } from './estimate.ts';
import type { ResolvedJob } from './resolved.ts';
import { SearchRecorder } from './search-record.ts';
import { type StopSignals, stopSignals, untilLate } from './stop-signals.ts';

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
  readonly confirmation: Confirmation | null;
  readonly verdict: Verdict | null;
}

/** The worker goes away: the job is not over. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/**
 * Runs a resolved job from its baseline to its verdict: search → confirmation on the sealed split. Every fact goes to the record; with
 * a journal that already has answers the same search is done again without paying for them.
 *
 * Rejects with Interrupted on shutdown and with the store's error when the record fails; everything else is an outcome.
 */
export async function runJob(parts: RunParts): Promise<JobOutcome> {
  const { job, record, clock } = parts;
  const optimizer = parts.optimizers.find((each) => each.type === job.optimizer.type);
  if (!optimizer) throw new Error(`unknown optimizer "${job.optimizer.type}"`);
  const ledger = new Ledger(limitsOf(job));
  const stop = stopSignals(parts);
  let searching = true;
  let lost: ErrorCapReached | null = null;
  const gateway = untilLate(parts.gateway(ledger, stop.calls), () => searching && stop.searchIsLate());
  const suite = prepareSuite(job.suite, parts.evaluators);
  const baselineComponents = componentsOf(job.prompt);
  const countPrompt = (components: Components) => promptTokens(job, components, parts.countTokens);
  const rowsById = new Map(
    [...parts.rows.train, ...parts.rows.validation, ...parts.rows.test].map((row) => [row.id, row]),
  );
  const rowOf = (id: string): Row => {
    const row = rowsById.get(id);
    if (!row) throw new Error(`row "${id}" is not part of this job`);
    return row;
  };
  const target = createTarget(job.prompt, job.models.task, gateway);
  const tokensOf = new Map<string, number>();
  const engine = new EvaluatorEngine({
    target,
    suite,
    objectives: job.objectives,
    row: rowOf,
    promptTokens: (candidate) => {
      let tokens = tokensOf.get(candidate.id);
      if (tokens === undefined) {
        tokens = countPrompt(candidate.components);
        tokensOf.set(candidate.id, tokens);
      }
      return tokens;
    },
    ledger,
    gateway,
    judge: job.models.judge ?? undefined,
    record,
    giveUp: (error) => {
      lost = error;
      stop.giveUp();
    },
  });

  const refs = job.objectives.map(({ metric }) => metricRef(metric));
  const aggregate = (candidate: Candidate, rowIds: readonly string[]): Record<string, MetricSummary> => {
    const rollouts = rowIds.flatMap((rowId) => engine.known(candidate, rowId)?.rollout ?? []);
    const rows = rowIds.map(rowOf);
    return Object.fromEntries(refs.map((ref) => [ref.name, aggregateMetric(ref, rows, rollouts)]));
  };
  const valuesOf = (summaries: Record<string, MetricSummary>): MetricValues =>
    Object.fromEntries(Object.entries(summaries).map(([metric, summary]) => [metric, summary.value]));

  const validationIds = parts.rows.validation.map((row) => row.id);
  const headline = headlineOf(job.objectives).metric;
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
    validate: (candidate) => {
      const summaries = aggregate(candidate, validationIds);
      const summary = summaries[headline];
      return { values: valuesOf(summaries), interval: summary?.interval ?? null, rows: summary?.rows ?? 0 };
    },
    spent: () => ({
      rollouts: ledger.spent.rollouts,
      tokens: ledger.spent.tokens,
      usd: ledger.spent.nanoUsd / NANO_USD,
    }),
  });
  const baseline = recorder.baseline(baselineComponents);
  const progress = (phase: RunProgress['phase']): void =>
    parts.onProgress({
      fraction: phase === 'confirmation' ? 0.95 : 0.95 * fractionOf(ledger, job),
      rollouts: ledger.spent.rollouts,
      proposals: recorder.proposals,
      accepted: recorder.accepted,
      refused: recorder.refused,
      spent: ledger.spent,
      baseline: recorder.baselineValues,
      best: recorder.best && { candidateId: recorder.best.candidate.id, scores: recorder.best.values },
      phase,
    });

  // A search that rejects (the budget ended one of its requests) may leave branches behind: they must not run into the confirmation.
  const checkSearching = () => {
    if (!searching) throw new Error('the search is over');
  };
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
        checkSearching();
        for (const rowId of rowIds) copies.show(rowOf(rowId));
        const measured = await engine.measure(candidate, rowIds, { ...options, purpose: 'search' });
        progress('search');
        // A journal answers at once: without a pause, timers and sockets would wait for the end of a replay.
        await yieldToEvents();
        return measured;
      },
      known: (candidate, rowId, repeat) => engine.known(candidate, rowId, repeat),
      aggregate: (candidate, rowIds) => valuesOf(aggregate(candidate, rowIds)),
    },
    author: {
      ask: async (request) => {
        checkSearching();
        return author.ask(request);
      },
    },
    record: {
      propose: (draft) => {
        checkSearching();
        return recorder.propose(draft);
      },
      fate: (candidate, fate, reason) => searching && recorder.fate(candidate, fate, reason),
      validated: (candidate) => searching && recorder.validated(candidate),
      note: (kind, detail) => searching && recorder.note(kind, detail),
    },
    random: (...purpose) => createRandom(job.seed, ...purpose),
    remaining: (resource) => ledger.remaining(resource),
    signal: stop.told,
  };

  const end = await endOf(
    () => optimizer.prepare(job.optimizer.options).search(task),
    stop,
    () => lost,
  );
  searching = false;
  await Promise.all([engine.idle(), author.idle()]);
  if (end.interrupted) throw new Interrupted('the worker is shutting down');

  const finished = async (confirmation: Confirmation | null, last: typeof end): Promise<JobOutcome> => {
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
      winnerValues: recorder.validatedCandidates.find((each) => each.candidate.id === winner.id)?.values ?? null,
      confirmation,
      verdict: confirmation?.verdict ?? null,
    };
  };
  if (end.status !== 'succeeded') return finished(null, end);

  progress('confirmation');
  const confirmed = await endOf(
    async () => {
      const confirmation = await confirm({
        job,
        baseline,
        recorder,
        engine,
        rows: parts.rows.test,
        sealedRead: parts.sealedRead,
        timeIsOver: () => stop.why() === 'deadline',
      });
      return { stop: 'search-complete' as const, confirmation };
    },
    stop,
    () => lost,
  );
  await engine.idle();
  if (confirmed.interrupted) throw new Interrupted('the worker is shutting down');
  if (confirmed.status !== 'succeeded') return finished(null, confirmed);
  progress('confirmation');
  return finished(confirmed.result?.confirmation ?? null, end);
}

interface Ended<T> {
  readonly status: JobOutcome['status'];
  readonly reason: StopReason;
  readonly error: string | null;
  readonly interrupted: boolean;
  readonly result: T | null;
}

/** Turns whatever ends a phase into words: the budget and an abort are normal ends, the rest is a failure with its cause. */
async function endOf<T extends { readonly stop: StopReason }>(
  phase: () => Promise<T>,
  stop: StopSignals,
  lost: () => ErrorCapReached | null,
): Promise<Ended<T>> {
  try {
    const result = await phase();
    return { status: 'succeeded', reason: result.stop, error: null, interrupted: false, result };
  } catch (error) {
    const base = { interrupted: false, result: null };
    const why = stop.why();
    if (why === 'shutdown') return { ...base, status: 'failed', reason: 'error', error: null, interrupted: true };
    if (why === 'cancelled') return { ...base, status: 'cancelled', reason: 'cancelled', error: null };
    const late = why === 'deadline' && error instanceof ModelCallError && error.failure === 'cancelled';
    if (late || error instanceof BudgetExhausted)
      return { ...base, status: 'succeeded', reason: 'budget', error: null };
    const cap = lost();
    if (cap) return { ...base, status: 'failed', reason: 'error-cap', error: cap.message };
    if (error instanceof ModelCallError) return { ...base, status: 'failed', reason: 'error', error: error.message };
    throw error;
  }
}

function limitsOf({ budget }: ResolvedJob): Amounts {
  return {
    ...(budget.rollouts !== undefined && { rollouts: budget.rollouts }),
    confirmationRollouts: budget.confirmationRollouts,
    ...(budget.tokens !== undefined && { tokens: budget.tokens }),
    ...(budget.reflectionTokens !== undefined && { reflectionTokens: budget.reflectionTokens }),
    ...(budget.usd !== undefined && { nanoUsd: Math.floor(budget.usd * NANO_USD) }),
  };
}

function fractionOf(ledger: Ledger, job: ResolvedJob): number {
  const { spent, limits } = ledger;
  const shares = (['rollouts', 'tokens', 'reflectionTokens', 'nanoUsd'] as const).map((resource) => {
    const limit = limits[resource];
    return limit ? spent[resource] / limit : 0;
  });
  return Math.min(1, Math.max(...shares, job.budget.rollouts === 0 ? 1 : 0));
}

/** Tokens of the whole prompt template: all messages of all steps, placeholders unfilled. */
function promptTokens(
  job: Pick<ResolvedJob, 'prompt'>,
  components: Components,
  countTokens: (text: string) => number,
): number {
  const prompt = withComponents(job.prompt, components);
  const messages = 'steps' in prompt ? prompt.steps.flatMap((step) => step.prompt.messages) : prompt.messages;
  return messages.reduce((sum, message) => sum + countTokens(message.content), 0);
}

function searchRow(row: Row): SearchRow {
  return {
    id: row.id,
    input: rowText(row),
    expected:
      row.expected === undefined ? '' : typeof row.expected === 'string' ? row.expected : JSON.stringify(row.expected),
    context: row.context.join('\n\n'),
    ...(row.cohort !== undefined && { cohort: row.cohort }),
    metadata: row.metadata,
  };
}
