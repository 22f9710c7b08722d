import { BudgetExhausted } from '../domain/budget.ts';
import type { Candidate } from '../domain/candidate.ts';
import type { Row } from '../domain/dataset.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import type { Ledger, Reservation } from '../domain/ledger.ts';
import type { FinishReason, ModelConfig } from '../domain/model.ts';
import { headlineOf, type MetricRef, type Objective, parseMetric } from '../domain/objective.ts';
import { accountOf, type JobRecord, type RolloutPurpose } from '../domain/record.ts';
import type { Rollout, Target, TargetRun } from '../domain/rollout.ts';
import { type ErrorCapReached, ErrorCount } from './error-cap.ts';
import type { Sample } from './evaluator.ts';
import { createTools, judgesBound } from './judge.ts';
import { gradeAll, type PreparedSuite, parseOutput } from './suite.ts';

export interface EngineParts {
  readonly target: Target;
  readonly suite: PreparedSuite;
  readonly objectives: readonly Objective[];
  /** Looks up the rows of the job; measuring an unknown row is a programming error. */
  readonly row: (rowId: string) => Row;
  readonly promptTokens: (candidate: Candidate) => number;
  readonly ledger: Ledger;
  readonly gateway: ModelGateway;
  readonly judge: ModelConfig | undefined;
  readonly record: Pick<JobRecord, 'rollout'>;
  /** Told once when too many rollouts got no answer: calls that still wait or retry would only pay for a job that is lost. */
  readonly giveUp?: (error: ErrorCapReached) => void;
}

/** One measured (candidate, row): the rollout and its headline score. */
export interface Measurement {
  readonly rowId: string;
  /** Headline score in [0, 1]; null = missing. */
  readonly score: number | null;
  readonly values: Rollout['values'];
  readonly pass: boolean;
  readonly feedback: string;
  readonly category: string | null;
  readonly rollout: Rollout;
}

/**
 * The evaluator engine: runs a candidate on rows through the target, scores each rollout, keeps the budget. One engine for search,
 * confirmation, gates and comparison. `(candidate, row, repeat)` is measured once and kept; asking again costs nothing.
 */
export class EvaluatorEngine {
  readonly #parts: EngineParts;
  readonly #headline: MetricRef;
  readonly #measured = new Map<string, Measurement>();
  readonly #running = new Map<string, Promise<Measurement>>();
  readonly #errors = new ErrorCount();
  #started = 0;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    const metric = headlineOf(parts.objectives).metric;
    const headline = parseMetric(metric);
    if (!headline) throw new Error(`the headline metric "${metric}" does not parse`);
    this.#headline = headline;
  }

  /**
   * Measures a candidate on rows; one result per row, in order. Reservations are taken in row order at the call, before anything is
   * awaited. Rejects with BudgetExhausted when the budget cannot pay all of it: nothing is started when the rollouts do not suffice,
   * and what was measured is kept when tokens or money end on the way.
   */
  async measure(
    candidate: Candidate,
    rowIds: readonly string[],
    { repeat = 0, purpose = 'search' as RolloutPurpose } = {},
  ): Promise<readonly Measurement[]> {
    const unknown = [...new Set(rowIds)].filter((rowId) => {
      const key = keyOf(candidate, rowId, repeat);
      return !this.#measured.has(key) && !this.#running.has(key);
    });
    this.#errors.check();
    const account = accountOf(purpose);
    const left = this.#parts.ledger.remaining(account);
    if (unknown.length > left) {
      throw new BudgetExhausted(account, `budget.${account}: ${unknown.length} are needed, ${left} are left`);
    }
    for (const rowId of unknown) {
      const key = keyOf(candidate, rowId, repeat);
      const row = this.#parts.row(rowId);
      const index = this.#started++;
      const measuring = this.#measureRow(candidate, row, repeat, purpose);
      this.#running.set(key, measuring);
      measuring.then(
        (measurement) => {
          this.#measured.set(key, measurement);
          this.#running.delete(key);
          this.#count(index, measurement.rollout);
        },
        () => {
          this.#running.delete(key);
          this.#count(index, null);
        },
      );
    }
    const all = await Promise.allSettled(
      rowIds.map((rowId) => {
        const key = keyOf(candidate, rowId, repeat);
        return this.#running.get(key) ?? this.#measured.get(key);
      }),
    );
    this.#errors.check();
    return all.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      if (!result.value) throw new Error('a measured rollout is gone');
      return result.value;
    });
  }

  #count(index: number, rollout: Rollout | null): void {
    const before = this.#errors.reached;
    this.#errors.add(index, rollout);
    const { reached } = this.#errors;
    if (reached && !before) this.#parts.giveUp?.(reached);
  }

  known(candidate: Candidate, rowId: string, repeat = 0): Measurement | undefined {
    return this.#measured.get(keyOf(candidate, rowId, repeat));
  }

  /** Resolves when nothing is in flight, whatever came of it. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running.values());
  }

  async #measureRow(candidate: Candidate, row: Row, repeat: number, purpose: RolloutPurpose): Promise<Measurement> {
    const { ledger, target } = this.#parts;
    const account = accountOf(purpose);
    const reservation = await ledger.reserve(
      { [account]: 1, ...this.#bound(candidate, row) },
      { useSetAside: account === 'confirmationRollouts' },
    );
    try {
      const run = await target.run(candidate.components, row, repeat, reservation);
      const rollout = await this.#score(candidate, row, repeat, run, reservation);
      // Together, so that no rollout is booked that the record does not have: a judge may still refuse the key or be cancelled.
      reservation.spend({ [account]: 1 });
      this.#parts.record.rollout(rollout, purpose);
      return this.#measurement(rollout);
    } finally {
      reservation.release();
    }
  }

  #bound(candidate: Candidate, row: Row): { tokens: number; nanoUsd: number } {
    const { target, suite, gateway, judge } = this.#parts;
    const run = target.bound(candidate.components, row);
    const judges = judgesBound(gateway, suite, judge, row, run);
    return {
      tokens: run.inputTokens + run.outputTokens + judges.tokens,
      nanoUsd: (run.cost ?? 0) + judges.nanoUsd,
    };
  }

  async #score(
    candidate: Candidate,
    row: Row,
    repeat: number,
    run: TargetRun,
    reservation: Reservation,
  ): Promise<Rollout> {
    const { suite, gateway, judge } = this.#parts;
    const usage = usageOf(run, this.#parts.promptTokens(candidate));
    const toolsFor = createTools({ gateway, reservation, ordinal: repeat, fallback: judge });
    const scores = await gradeAll(suite, run, (given) => sampleOf(row, run, usage, given), toolsFor);
    const answered = run.steps.length > 0;
    return {
      candidateId: candidate.id,
      rowId: row.id,
      repeat,
      output: run.output,
      steps: run.steps,
      ...(run.error && { error: run.error }),
      scores,
      values: {
        ...Object.fromEntries(Object.entries(scores).map(([id, score]) => [id, score.value])),
        promptTokens: usage.promptTokens,
        outputTokens: answered ? usage.outputTokens : null,
        costPerCall: answered ? usage.cost : null,
        latency: answered ? usage.latencyMs : null,
        errorRate: run.error ? 1 : 0,
      },
    };
  }

  #measurement(rollout: Rollout): Measurement {
    const score = rollout.scores[this.#headline.base];
    const failing = Object.entries(rollout.scores).filter(([, each]) => !each.pass && each.feedback !== '');
    return {
      rowId: rollout.rowId,
      score:
        score === undefined || score.value === null
          ? null
          : this.#headline.aggregate === 'passRate'
            ? Number(score.pass)
            : score.value,
      values: rollout.values,
      pass: score?.pass ?? false,
      feedback:
        failing.length > 0
          ? failing
              .map(([id, each]) =>
                failing.length > 1 || id !== this.#headline.base ? `${id}: ${each.feedback}` : each.feedback,
              )
              .join('\n')
          : (score?.feedback ?? ''),
      category: score?.category ?? null,
      rollout,
    };
  }
}

const keyOf = (candidate: Candidate, rowId: string, repeat: number) => `${candidate.id}\u0000${repeat}\u0000${rowId}`;

/** A filter may refuse a call without an answer that could be kept: the error tells how it ended. */
function finishOf(run: TargetRun): FinishReason | null {
  if (run.error?.category === 'content-filter') return 'content-filter';
  return run.steps.at(-1)?.finish ?? null;
}

function sampleOf(row: Row, run: TargetRun, usage: Sample['usage'], scores: Sample['scores']): Sample {
  let parsed: { value: Sample['parsed'] } | undefined;
  return {
    rowId: row.id,
    input: row.input,
    output: run.output,
    get parsed() {
      parsed ??= { value: parseOutput(run.output) };
      return parsed.value;
    },
    expected: row.expected,
    context: row.context,
    messages: run.steps.at(-1)?.messages ?? [],
    trace: run.steps,
    toolCalls: run.steps.flatMap((step) => step.toolCalls),
    finish: finishOf(run),
    usage,
    metadata: row.metadata,
    scores,
  };
}

function usageOf({ steps }: TargetRun, promptTokens: number): Sample['usage'] {
  const costs = steps.map((step) => step.cost);
  return {
    promptTokens,
    inputTokens: steps.reduce((sum, step) => sum + step.usage.inputTokens, 0),
    outputTokens: steps.reduce((sum, step) => sum + step.usage.outputTokens, 0),
    cost:
      costs.length === 0 || costs.includes(null)
        ? null
        : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0) / 1e9,
    latencyMs: steps.reduce((sum, step) => sum + step.latencyMs, 0),
  };
}
