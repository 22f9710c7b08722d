import { BudgetExhausted, limitsOf, NANO_USD } from '../domain/budget.ts';
import type { CalibrationRequest } from '../domain/calibration.ts';
import type { Clock } from '../domain/clock.ts';
import { contentHash } from '../domain/content-hash.ts';
import { fieldError, ParetuneError } from '../domain/errors.ts';
import type { JudgeCard } from '../domain/judge-card.ts';
import { Ledger } from '../domain/ledger.ts';
import { ModelCallError, type ModelConfig } from '../domain/model.ts';
import type { Target } from '../domain/rollout.ts';
import { type EvaluatorSpec, judgesOf, type Score, type Suite } from '../domain/suite.ts';
import { agreementOf } from '../lab/calibration.ts';
import { EvaluatorEngine } from '../lab/engine.ts';
import type { CatalogueEvaluator, SampleField } from '../lab/evaluator.ts';
import { evaluatorVersions } from '../lab/evaluator-versions.ts';
import { prepareSuite } from '../lab/suite.ts';
import { checkSuite } from '../registry/check-suite.ts';
import type { Database } from '../store/database.ts';
import { openJobRecord } from '../store/job-record.ts';
import { addJudgeCard, answeringModels, countJudgeCards } from '../store/judge-cards.ts';
import type { Scope } from '../store/scope.ts';
import type { PriceOf } from './estimate.ts';
import { labelledDataset, labelledRows } from './labelled-rows.ts';
import { createJobSources, type Registries } from './sources.ts';
import { checkRowNeeds, needsOf } from './suite-needs.ts';
import type { OpenGateway } from './worker-parts.ts';

export interface CalibrationParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly registries: Registries;
  readonly evaluators: readonly CatalogueEvaluator[];
  readonly openGateway: OpenGateway;
  readonly priceOf: PriceOf;
  /** Throws when the model cannot be called from here. */
  readonly checkModel: (model: ModelConfig, path: string) => void;
}

export type Calibrations = ReturnType<typeof createCalibrations>;

/** Id of the evaluator in the suite that a calibration makes of it. */
const ID = 'judged';
const CANDIDATE = { id: 'c0', components: { output: '' }, parents: [], operator: 'given', reason: '' } as const;
/** What a stored output has besides itself: nothing of the call that made it. */
const NOT_STORED: ReadonlySet<SampleField> = new Set(['messages', 'trace', 'toolCalls', 'finish', 'usage', 'scores']);

/**
 * Compares judges with people. A calibration runs the engine of a job on outputs that are there already, so that what is measured is what
 * a suite would do. Its calls are journaled under an id made of its content: after an interruption the same request goes on from there,
 * and is a new calibration once the card is written.
 */
export function createCalibrations(parts: CalibrationParts) {
  const { database, clock } = parts;
  return {
    /**
     * Throws `unprocessable` for what cannot be calibrated and when tokens or money end, `unavailable` when the time ends: what was
     * answered by then is kept.
     */
    async calibrate(scope: Scope, request: CalibrationRequest): Promise<JudgeCard> {
      const spec: EvaluatorSpec = { id: ID, ...request.evaluator };
      const suite: Suite = { evaluators: [spec] };
      const judge = request.judge ?? null;
      inOwnWords(() => checkRequest(request, suite, parts));
      const dataset = await labelledDataset(request, createJobSources(parts.registries, scope));
      const rows = await labelledRows(request, dataset, (row) =>
        inOwnWords(() => checkRowNeeds(needsOf(suite, parts.evaluators), row, ` of ${dataset.ref}`)),
      );

      const [version = ''] = Object.values(evaluatorVersions(suite, judge, parts.evaluators));
      const requestHash = contentHash({
        version,
        dataset: dataset.sha256,
        fields: request.fields,
        repeats: request.repeats,
      });
      const id = `cal_${requestHash.slice(0, 20)}_${1 + (await countJudgeCards(database.db, scope, requestHash))}`;
      const record = await openJobRecord(database, { projectId: scope.projectId, jobId: id, now: () => clock.now() });
      const ledger = new Ledger(limitsOf({ tokens: request.budget.tokens, usd: request.budget.usd }));
      const signal = AbortSignal.timeout(request.budget.seconds * 1000);
      let verdicts = 0;
      const byId = new Map(rows.map((each) => [each.row.id, each]));
      const gateway = parts.openGateway({
        journal: record.journal,
        ledger,
        signal,
        concurrency: request.concurrency,
        seed: 0,
      });
      const prepared = prepareSuite(suite, parts.evaluators);
      const engine = new EvaluatorEngine({
        target: storedOutputs((rowId) => byId.get(rowId)?.output ?? ''),
        suite: prepared,
        objectives: [{ metric: ID, goal: 'maximize' }],
        row: (rowId) => {
          const found = byId.get(rowId);
          if (!found) throw new Error(`there is no labelled row "${rowId}"`);
          return found.row;
        },
        promptTokens: () => 0,
        ledger,
        gateway,
        judge: request.judge,
        record: {
          rollout: (rollout, purpose) => {
            verdicts += 1;
            record.rollout(rollout, purpose);
          },
        },
      });
      const rowIds = rows.map(({ row }) => row.id);
      const scores = new Map<string, Score[]>(rowIds.map((rowId) => [rowId, []]));
      try {
        for (let repeat = 0; repeat < request.repeats; repeat += 1) {
          for (const { rowId, rollout } of await engine.measure(CANDIDATE, rowIds, { repeat })) {
            const score = rollout.scores[ID];
            if (score) scores.get(rowId)?.push(score);
          }
        }
      } catch (error) {
        await engine.idle();
        await record.flush();
        throw ended(error, signal, `${verdicts} of ${rows.length * request.repeats} verdicts were given`);
      }
      await record.flush();

      const [{ evaluator, threshold } = { evaluator: undefined, threshold: 0 }] = prepared.evaluators;
      const { grader } = evaluator ?? {};
      const answered = await answeringModels(database.db, scope, id);
      const judges = judgesOf(spec, judge);
      const card: JudgeCard = {
        id,
        evaluator: {
          type: spec.type,
          options: spec.options ?? {},
          threshold,
          repeats: spec.repeats ?? 1,
          grader: `${grader?.id}@${grader?.version} ${grader?.hash.slice(0, 12)}`,
        },
        evaluatorVersion: version,
        judges: judges.map((config) => ({
          config,
          answeredAs: answered.flatMap((each) => (each.asked === config.model && each.answered ? [each.answered] : [])),
        })),
        dataset: { ref: dataset.ref, sha256: dataset.sha256 },
        ...agreementOf(
          rows.map(({ row, label }) => ({ label, scores: scores.get(row.id) ?? [] })),
          threshold,
        ),
        spent: {
          calls: answered.reduce((sum, each) => sum + each.calls, 0),
          tokens: ledger.spent.tokens,
          usd: judges.every((model) => parts.priceOf(model)) ? ledger.spent.nanoUsd / NANO_USD : null,
        },
        calibratedAt: clock.now().toISOString(),
      };
      return addJudgeCard(database.db, scope, requestHash, card);
    },
  };
}

/** A target that puts out what is stored, and asks nobody. */
function storedOutputs(outputOf: (rowId: string) => string): Target {
  return {
    components: ['output'],
    bound: (_components, row) => ({ inputTokens: 0, outputTokens: Buffer.byteLength(outputOf(row.id)), cost: 0 }),
    run: async (_components, row) => ({ output: outputOf(row.id), steps: [] }),
  };
}

function checkRequest(request: CalibrationRequest, suite: Suite, parts: CalibrationParts): void {
  checkSuite(suite, parts.evaluators, '');
  const { type, panel } = request.evaluator;
  const evaluator = parts.evaluators.find((known) => known.type === type);
  if (!evaluator?.grader)
    throw fieldError('evaluator.type', `"${type}" is graded by code: there is no judge to be calibrated`);
  if (panel && request.judge) throw fieldError('judge', 'the evaluator has a panel; drop "judge" or "panel"');
  if (!panel && !request.judge) throw fieldError('judge', 'say which model is to be calibrated');
  const unmet = evaluator.needsFor(request.evaluator.options).find((field) => NOT_STORED.has(field));
  if (unmet) throw fieldError('evaluator.type', `"${type}" reads "${unmet}", which labelled rows do not have`);
  const judges = judgesOf({ panel }, request.judge);
  judges.forEach((model, index) => {
    const path = panel ? `evaluator.panel.${index}` : 'judge';
    parts.checkModel(model, path);
    if (request.budget.usd !== undefined && !parts.priceOf(model))
      throw fieldError(path, `"${model.model}" has no price, so budget.usd cannot be kept; limit tokens instead`);
  });
}

/** The checks of suites, told with the fields of this request: it has one evaluator where a suite has a list. */
function inOwnWords(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof ParetuneError)) throw error;
    const own = (text: string) => text.replaceAll(/(?:suite\.)?evaluators\.0\b/g, 'evaluator');
    const errors = error.errors.map(({ path, message }) => ({ path: own(path), message: own(message) }));
    throw new ParetuneError(error.code, own(error.message), errors);
  }
}

/** Why there is no card, and what to do about it. */
function ended(error: unknown, signal: AbortSignal, done: string): unknown {
  if (signal.aborted)
    return new ParetuneError(
      'unavailable',
      `budget.seconds: the time is over, ${done}; the same request again goes on from there`,
    );
  if (error instanceof BudgetExhausted)
    return fieldError(
      `budget.${error.resource === 'nanoUsd' ? 'usd' : error.resource}`,
      `${error.message}; ${done}: raise it, and the same request goes on from there`,
    );
  if (error instanceof ModelCallError) return fieldError('judge', `${error.message}; ${done}`);
  return error;
}
