import { BudgetExhausted, limitsOf, NANO_USD } from '../../domain/budget.ts';
import type { JudgeCard } from '../../domain/judge-card.ts';
import { Ledger } from '../../domain/ledger.ts';
import { judgesOf, type Score } from '../../domain/suite.ts';
import { agreementOf } from '../../lab/calibration.ts';
import { EvaluatorEngine } from '../../lab/engine.ts';
import { prepareSuite } from '../../lab/suite.ts';
import { addJudgeCard, answeringModels } from '../../store/judge-cards.ts';
import type { Attempt, AttemptEnd } from '../attempt.ts';
import { type Ended, endOf } from '../end-of-phase.ts';
import { measuringProgress } from '../measuring-progress.ts';
import { Interrupted } from '../run.ts';
import { stopSignals } from '../stop-signals.ts';
import { needsOf } from '../suite-needs.ts';
import { JUDGED, type ResolvedCalibration, suiteOf } from './resolved.ts';
import { type LabelledRow, labelledRows } from './rows.ts';
import { storedOutputs } from './stored-outputs.ts';

const CANDIDATE = { id: 'c0', components: { output: '' }, parents: [], operator: 'given', reason: '' } as const;

/**
 * A calibration, from its first verdict to its card: the engine of a job on outputs that are there already, so that what is measured is
 * what a suite would do. One that a budget ends has no card: half of the rows are another question.
 */
export async function attemptCalibration(attempt: Attempt, calibration: ResolvedCalibration): Promise<AttemptEnd> {
  const { parts, row, record, startedAt } = attempt;
  const source = await parts.sources(row.projectId).dataset(calibration.dataset.ref);
  const needs = needsOf(suiteOf(calibration), parts.evaluators).map(({ field }) => field);
  const rows = await labelledRows(source, { fields: calibration.fields, needs, check: () => {} });
  const ledger = new Ledger(limitsOf(calibration.budget));
  const stop = stopSignals({
    ...parts,
    startedAt,
    signal: attempt.signal,
    job: { budget: { ...calibration.budget, confirmationRollouts: 0 } },
  });
  const { end, scores, over } = await measure(attempt, calibration, rows, ledger, stop);
  stop.dispose();
  await record.flush();
  if (end.interrupted) throw new Interrupted('the worker is shutting down');
  const unpaid = [...scores.values()].flat().some(({ category }) => category === 'budget-stop');
  if (end.status === 'succeeded' && end.result && !unpaid) {
    const card = await cardOf(attempt, calibration, rows, scores, ledger);
    const { projectId } = row;
    return {
      end: { status: 'succeeded', stopReason: 'complete', error: null },
      told: { kappa: card.kappa?.value ?? null },
      before: async () => void (await addJudgeCard(parts.database.db, { projectId }, card)),
    };
  }
  const given = [...scores.values()].reduce((sum, each) => sum + each.length, 0);
  const done = `${given} of ${rows.length * calibration.repeats} verdicts were given; the same request again goes on from there`;
  const why =
    end.reason !== 'budget' && !unpaid
      ? end.error
      : (over?.message ??
        (unpaid ? 'budget: the last verdicts could not be paid' : 'budget.seconds: the time is over'));
  return {
    end: {
      status: end.status === 'cancelled' ? 'cancelled' : 'failed',
      stopReason: unpaid ? 'budget' : end.reason,
      error: why === null ? null : `${why}, ${done}`,
    },
    told: {},
  };
}

interface Measured {
  readonly end: Ended<{ readonly stop: 'complete' }>;
  /** By row, one for each repeat. */
  readonly scores: ReadonlyMap<string, readonly Score[]>;
  readonly over: BudgetExhausted | null;
}

async function measure(
  attempt: Attempt,
  calibration: ResolvedCalibration,
  rows: readonly LabelledRow[],
  ledger: Ledger,
  stop: ReturnType<typeof stopSignals>,
): Promise<Measured> {
  const { parts, record } = attempt;
  const { repeats } = calibration;
  const byId = new Map(rows.map((each) => [each.row.id, each]));
  const scores = new Map<string, Score[]>(rows.map(({ row }) => [row.id, []]));
  const progress = () => attempt.onProgress(measuringProgress(ledger, rows.length * repeats));
  const engine = new EvaluatorEngine({
    target: storedOutputs(byId),
    suite: prepareSuite(suiteOf(calibration), parts.evaluators),
    objectives: [{ metric: JUDGED, goal: 'maximize' }],
    row: (rowId) => {
      const found = byId.get(rowId);
      if (!found) throw new Error(`there is no labelled row "${rowId}"`);
      return found.row;
    },
    promptTokens: () => 0,
    ledger,
    gateway: attempt.gateway(ledger, stop.calls),
    judge: calibration.judge ?? undefined,
    giveUp: stop.giveUp,
    record: {
      rollout: (rollout, purpose) => {
        const score = rollout.scores[JUDGED];
        if (score) scores.get(rollout.rowId)?.push(score);
        record.rollout(rollout, purpose);
        progress();
      },
    },
  });
  let over: BudgetExhausted | null = null;
  progress();
  const end = await endOf(async () => {
    try {
      for (let repeat = 0; repeat < repeats; repeat += 1)
        await engine.measure(CANDIDATE, [...byId.keys()], { purpose: 'calibration', repeat });
    } catch (error) {
      if (error instanceof BudgetExhausted) over = error;
      throw error;
    } finally {
      await engine.idle();
    }
    return { stop: 'complete' as const };
  }, stop);
  progress();
  return { end, scores, over };
}

async function cardOf(
  { parts, row }: Attempt,
  calibration: ResolvedCalibration,
  rows: readonly LabelledRow[],
  scores: Measured['scores'],
  ledger: Ledger,
): Promise<JudgeCard> {
  const { evaluator: spec, evaluatorVersion, judge, dataset } = calibration;
  const [{ evaluator, threshold } = { evaluator: undefined, threshold: 0 }] = prepareSuite(
    suiteOf(calibration),
    parts.evaluators,
  ).evaluators;
  const { grader } = evaluator ?? {};
  const answered = await answeringModels(parts.database.db, { projectId: row.projectId }, row.id);
  const judges = judgesOf(spec, judge);
  return {
    id: row.id,
    evaluator: {
      type: spec.type,
      options: spec.options ?? {},
      threshold,
      ...(spec.negate && { negate: true }),
      repeats: spec.repeats ?? 1,
      grader: `${grader?.id}@${grader?.version} ${grader?.hash.slice(0, 12)}`,
    },
    evaluatorVersion,
    judges: judges.map((config) => ({
      config,
      answeredAs: answered.flatMap((each) => (each.asked === config.model && each.answered ? [each.answered] : [])),
    })),
    dataset: { ...dataset },
    ...agreementOf(
      rows.map(({ row: { id }, label }) => ({ label, scores: scores.get(id) ?? [] })),
      threshold,
    ),
    spent: {
      calls: answered.reduce((sum, each) => sum + each.calls, 0),
      tokens: ledger.spent.tokens,
      usd: judges.every((model) => parts.priceOf(model)) ? ledger.spent.nanoUsd / NANO_USD : null,
    },
    calibratedAt: parts.clock.now().toISOString(),
  };
}
