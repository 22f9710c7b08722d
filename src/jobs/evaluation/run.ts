import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { BudgetExhausted, limitsOf } from '../../domain/budget.ts';
import type { Candidate } from '../../domain/candidate.ts';
import type { Clock } from '../../domain/clock.ts';
import { rowLookup } from '../../domain/dataset.ts';
import type { ModelGateway } from '../../domain/gateway.ts';
import type { StopReason } from '../../domain/job.ts';
import { Ledger } from '../../domain/ledger.ts';
import { ModelCallError } from '../../domain/model.ts';
import { componentsOf, promptTokens } from '../../domain/prompt.ts';
import type { JobRecord } from '../../domain/record.ts';
import type { Rollout } from '../../domain/rollout.ts';
import type { EvaluationResult } from '../../domain/views/evaluation-view.ts';
import { EvaluatorEngine } from '../../lab/engine.ts';
import type { CatalogueEvaluator } from '../../lab/evaluator.ts';
import { prepareSuite } from '../../lab/suite.ts';
import { createTarget } from '../../targets/target.ts';
import { endOf } from '../end-of-phase.ts';
import { measuringProgress } from '../measuring-progress.ts';
import { freshWhile } from '../noise-run.ts';
import { Interrupted, type RunProgress } from '../run.ts';
import { stopSignals } from '../stop-signals.ts';
import { judgeEvaluation } from './judge.ts';
import { type ResolvedEvaluation, type ResolvedPrompt, runsOf } from './resolved.ts';
import type { EvaluationRows } from './rows.ts';

/** Between them the process sees to heartbeats, cancelling and other jobs: what is sent for a row takes a while to make ready. */
const BEGUN_AT_ONCE = 20;

export interface RunParts {
  readonly evaluation: ResolvedEvaluation;
  readonly rows: EvaluationRows;
  readonly evaluators: readonly CatalogueEvaluator[];
  readonly record: Pick<JobRecord, 'rollout' | 'flush'>;
  readonly gateway: (ledger: Ledger, signal: AbortSignal) => ModelGateway;
  readonly countTokens: (text: string) => number;
  readonly clock: Clock;
  readonly startedAt: Date;
  /** Aborted with a StopSignal. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
}

export interface EvaluationOutcome {
  readonly status: 'succeeded' | 'cancelled' | 'failed';
  readonly stopReason: StopReason;
  readonly error: string | null;
  /** Null when it was cancelled or failed. */
  readonly result: EvaluationResult | null;
}

/**
 * Measures every prompt of an evaluation on its rows, one prompt after the other and run by run, and judges them: the engine and the
 * statistics of a search, without one. What the budget or the time does not pay for is missing. With a journal that has answers already,
 * nothing is paid for twice.
 *
 * Rejects with Interrupted on shutdown and with the store's error when the record fails; everything else is an outcome.
 */
export async function runEvaluation(parts: RunParts): Promise<EvaluationOutcome> {
  const { evaluation, record } = parts;
  const { budget, repeats, aa } = evaluation;
  const ledger = new Ledger(limitsOf(budget));
  const stop = stopSignals({ ...parts, job: { budget: { ...budget, confirmationRollouts: 0 } } });
  // Both runs of an A/A run are of this moment, so that their difference is noise and nothing else.
  const gateway = freshWhile(() => aa, parts.gateway(ledger, stop.calls));
  const rows = [...parts.rows.dataset, ...parts.rows.ood];
  const ids = rows.map(({ id }) => id);
  const progress = () => parts.onProgress(measuringProgress(ledger, budget.rollouts));
  const suite = prepareSuite(evaluation.suite, parts.evaluators);
  const rollouts = new Map<string, Rollout[]>();
  const measuring = evaluation.prompts.map((prompt) => {
    const own: Rollout[] = [];
    rollouts.set(prompt.id, own);
    const tokens = promptTokens(prompt.prompt, parts.countTokens);
    const engine = new EvaluatorEngine({
      target: createTarget(prompt.prompt, evaluation.models.task, gateway),
      suite,
      objectives: [{ metric: evaluation.headline, goal: 'maximize', headline: true }],
      row: rowLookup(rows),
      promptTokens: () => tokens,
      ledger,
      gateway,
      judge: evaluation.models.judge ?? undefined,
      giveUp: stop.giveUp,
      record: {
        rollout: (rollout, purpose) => {
          own.push(rollout);
          record.rollout(rollout, purpose);
          progress();
        },
      },
    });
    return { prompt, candidate: candidateOf(prompt), engine };
  });

  let short = false;
  progress();
  const end = await endOf(async () => {
    for (let repeat = 0; repeat < (aa ? Math.max(2, repeats) : repeats); repeat++) {
      for (const { prompt, candidate, engine } of measuring) {
        if (repeat >= runsOf(evaluation, prompt.id)) continue;
        const failures = await measureAll(engine, candidate, ids, repeat);
        await engine.idle();
        for (const error of failures) {
          const late = error instanceof ModelCallError && error.failure === 'cancelled' && stop.why() === 'deadline';
          if (!(error instanceof BudgetExhausted || late)) throw error;
          short = true;
        }
      }
    }
    return { stop: 'complete' as const };
  }, stop);
  stop.dispose();
  progress();
  if (end.interrupted) throw new Interrupted('the worker is shutting down');
  await record.flush();
  if (end.status !== 'succeeded') return { status: end.status, stopReason: end.reason, error: end.error, result: null };
  return {
    status: 'succeeded',
    stopReason: short ? 'budget' : end.reason,
    error: null,
    result: await judgeEvaluation(evaluation, parts.rows, rollouts),
  };
}

/**
 * Measures a prompt on all rows, and gives what that failed by. Rows are begun in order, some at a time, and wait for no other row's end.
 */
async function measureAll(
  engine: EvaluatorEngine,
  candidate: Candidate,
  ids: readonly string[],
  repeat: number,
): Promise<readonly unknown[]> {
  const begun: Promise<readonly unknown[]>[] = [];
  for (let at = 0; at < ids.length; at += BEGUN_AT_ONCE) {
    const measuring = engine.measure(candidate, ids.slice(at, at + BEGUN_AT_ONCE), { purpose: 'evaluation', repeat });
    begun.push(
      measuring.then(
        () => [],
        (error: unknown) => [error],
      ),
    );
    await yieldToEvents();
  }
  return (await Promise.all(begun)).flat();
}

const candidateOf = ({ id, prompt }: ResolvedPrompt): Candidate => ({
  id,
  components: componentsOf(prompt),
  parents: [],
  operator: 'given',
  reason: '',
});
