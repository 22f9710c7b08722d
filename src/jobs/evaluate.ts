import { type Budget, limitsOf, NANO_USD } from '../domain/budget.ts';
import type { Candidate } from '../domain/candidate.ts';
import { missingVariables, type Row, rowLookup } from '../domain/dataset.ts';
import { fieldError } from '../domain/errors.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import { Ledger } from '../domain/ledger.ts';
import type { ModelConfig } from '../domain/model.ts';
import { headlineOf, type Objective } from '../domain/objective.ts';
import { calledModels, checkPrompt, componentsOf, type PromptContent, promptTokens } from '../domain/prompt.ts';
import type { Rollout } from '../domain/rollout.ts';
import { judgesOf, type Suite } from '../domain/suite.ts';
import type { Verdict } from '../domain/verdict.ts';
import { aggregateMetric, type MetricSummary, metricRef } from '../lab/aggregate.ts';
import { type Cohort, cohortTable } from '../lab/cohorts.ts';
import { EvaluatorEngine } from '../lab/engine.ts';
import type { CatalogueEvaluator } from '../lab/evaluator.ts';
import { prepareSuite } from '../lab/suite.ts';
import { checkSuite } from '../registry/check-suite.ts';
import { createRandom } from '../search/random.ts';
import { createTarget } from '../targets/target.ts';
import { checkObjectives } from './check-request.ts';
import { judgeFinalists } from './judge-finalists.ts';
import { checkRowNeeds, checkToolNeeds, needsOf } from './suite-needs.ts';

export interface EvaluationRequest {
  /** The first one is the baseline of the others. Names are for people and must differ. */
  readonly prompts: readonly { readonly name: string; readonly content: PromptContent }[];
  readonly rows: readonly Row[];
  readonly suite: Suite;
  /** Default: maximize the first evaluator. */
  readonly objectives?: readonly Objective[] | undefined;
  readonly models: { readonly task: ModelConfig; readonly judge?: ModelConfig | undefined };
  /** `tokens` and `usd` of all prompts together. */
  readonly budget: Pick<Budget, 'tokens' | 'usd'>;
  readonly concurrency: number;
  readonly seed: number;
}

export interface EvaluationParts {
  readonly evaluators: readonly CatalogueEvaluator[];
  readonly countTokens: (text: string) => number;
  readonly gateway: (ledger: Ledger, request: Pick<EvaluationRequest, 'concurrency' | 'seed'>) => ModelGateway;
  readonly onProgress?: (done: number, of: number) => void;
}

export interface EvaluatedPrompt {
  readonly name: string;
  /** By metric: every evaluator of the suite, the objectives, and the operational metrics. */
  readonly metrics: Readonly<Record<string, MetricSummary>>;
  readonly cohorts: readonly Cohort[];
  /** Paired with the first prompt on the same rows; null for the first. */
  readonly comparison: Verdict | null;
  readonly gates: readonly GateResult[];
}

export interface GateResult {
  readonly metric: string;
  readonly min: number | null;
  readonly max: number | null;
  readonly value: number | null;
  readonly passed: boolean;
}

export interface Evaluation {
  readonly rows: number;
  readonly headline: string;
  readonly prompts: readonly EvaluatedPrompt[];
  readonly spent: { readonly rollouts: number; readonly tokens: number; readonly usd: number };
  /** Every gate of the suite holds for the last prompt: the one that is in question. */
  readonly passed: boolean;
}

const OPERATIONAL = ['promptTokens', 'outputTokens', 'costPerCall', 'latency.p95', 'errorRate'] as const;

/**
 * Measures prompts on rows with a suite, and compares each with the first on the same rows: the engine and the statistics of a job,
 * without a search. Throws `unprocessable` for what cannot be measured, BudgetExhausted when the budget does not suffice.
 */
export async function evaluatePrompts(request: EvaluationRequest, parts: EvaluationParts): Promise<Evaluation> {
  const { prompts, rows, suite, models, budget } = request;
  checkSuite(suite, parts.evaluators, 'suite');
  const objectives = checkObjectives(request.objectives, suite);
  check(request, parts.evaluators);
  const prepared = prepareSuite(suite, parts.evaluators);
  const ledger = new Ledger(
    limitsOf({ rollouts: prompts.length * rows.length, tokens: budget.tokens, usd: budget.usd }),
  );
  const gateway = parts.gateway(ledger, request);
  const rowOf = rowLookup(rows);
  let done = 0;

  const measure = async (content: PromptContent): Promise<readonly Rollout[]> => {
    const candidate: Candidate = {
      id: 'c0',
      components: componentsOf(content),
      parents: [],
      operator: 'given',
      reason: '',
    };
    const tokens = promptTokens(content, parts.countTokens);
    const engine = new EvaluatorEngine({
      target: createTarget(content, models.task, gateway),
      suite: prepared,
      objectives,
      row: rowOf,
      promptTokens: () => tokens,
      ledger,
      gateway,
      judge: models.judge,
      record: {
        rollout: () => {
          done += 1;
          parts.onProgress?.(done, prompts.length * rows.length);
        },
      },
    });
    try {
      const measured = await engine.measure(
        candidate,
        rows.map((row) => row.id),
      );
      return measured.map(({ rollout }) => rollout);
    } finally {
      await engine.idle();
    }
  };

  const rollouts: (readonly Rollout[])[] = [];
  // One after the other: the limiter keeps the provider busy within one, and a budget that ends early ends with whole prompts.
  for (const { content } of prompts) rollouts.push(await measure(content));

  const metrics = [
    ...new Set([...objectives.map((each) => each.metric), ...suite.evaluators.map(({ id }) => id), ...OPERATIONAL]),
  ];
  const ids = suite.evaluators.map(({ id }) => id);
  const first = rollouts[0] ?? [];
  const evaluated = prompts.map(({ name }, index): EvaluatedPrompt => {
    const own = rollouts[index] ?? [];
    const summarize = (metric: string) =>
      aggregateMetric(metricRef(metric), rows, own, { random: createRandom(request.seed, 'interval', metric) });
    return {
      name,
      metrics: Object.fromEntries(metrics.map((metric) => [metric, summarize(metric)])),
      cohorts: cohortTable(rows, own, ids),
      comparison:
        index === 0
          ? null
          : judgeFinalists({ objectives, seed: request.seed, noise: null }, rows, { id: 'baseline', rollouts: first }, [
              { candidateId: name, rollouts: own },
            ]).decision.verdict,
      gates: (suite.gates ?? []).map(({ metric, min = null, max = null }) => {
        const { value } = summarize(metric);
        const passed = value !== null && (min === null || value >= min) && (max === null || value <= max);
        return { metric, min, max, value, passed };
      }),
    };
  });
  return {
    rows: rows.length,
    headline: headlineOf(objectives).metric,
    prompts: evaluated,
    spent: {
      rollouts: ledger.spent.rollouts,
      tokens: ledger.spent.tokens,
      usd: ledger.spent.nanoUsd / NANO_USD,
    },
    passed: evaluated.at(-1)?.gates.every((gate) => gate.passed) ?? false,
  };
}

/** Everything that would make a rollout fail for want of a field, before the first one is paid. */
function check({ prompts, rows, suite, models }: EvaluationRequest, catalogue: readonly CatalogueEvaluator[]): void {
  if (rows.length === 0) throw fieldError('dataset', 'the split has no rows');
  if (new Set(prompts.map(({ name }) => name)).size < prompts.length)
    throw fieldError('prompt', 'each prompt may be given once');
  for (const { name, content } of prompts) {
    checkPrompt(content, name);
    for (const row of rows) {
      const [missing] = missingVariables(content, row);
      if (missing !== undefined)
        throw fieldError(name, `the prompt uses {{${missing}}}, which row "${row.id}" does not have`);
    }
  }
  suite.evaluators.forEach((spec) => {
    const evaluator = catalogue.find((known) => known.type === spec.type);
    if (evaluator?.grader && judgesOf(spec, models.judge).length === 0)
      throw fieldError(
        'models.judge',
        `the evaluator "${spec.id}" (${spec.type}) is graded by a model; set models.judge`,
      );
  });
  const needs = needsOf(suite, catalogue);
  for (const { content } of prompts) checkToolNeeds(needs, calledModels(content, models.task));
  for (const row of rows) checkRowNeeds(needs, row);
  for (const gate of suite.gates ?? []) metricRef(gate.metric, 'suite.gates');
}
