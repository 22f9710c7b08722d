import type { Amounts } from '../domain/budget.ts';
import { NANO_USD } from '../domain/budget.ts';
import { asText, type Row, rowVariables } from '../domain/dataset.ts';
import type { ModelConfig } from '../domain/model.ts';
import type { Objective } from '../domain/objective.ts';
import type { ModelPrice } from '../domain/price.ts';
import { isChain } from '../domain/prompt.ts';
import { judgesOf } from '../domain/suite.ts';
import { renderTemplate } from '../domain/template.ts';
import type { CatalogueEvaluator } from '../lab/evaluator.ts';
import type { ListedOptimizer } from '../search/contract.ts';
import type { ResolvedJob } from './resolved.ts';

/** What a job will probably use. Tokens and money are estimates from the rows' own lengths; the budget's limits are exact. */
export interface Estimate {
  /** Search plus confirmation rollouts. */
  readonly rollouts: number | null;
  readonly tokens: number | null;
  readonly usd: number | null;
  /** How many proposals the search's share buys. */
  readonly proposals: number | null;
  readonly tokensPerRollout: number;
  readonly usdPerRollout: number | null;
}

/** Null when the model has no price. */
export type PriceOf = (model: Pick<ModelConfig, 'provider' | 'model'>) => Omit<ModelPrice, 'provider' | 'model'> | null;

/** Rows that stand for the dataset: enough for a mean length. */
const SAMPLE = 50;
/** Tokens of a grader prompt besides what it quotes. */
const GRADER_TOKENS = 600;
const REFLECTION_OVERHEAD = 600;
const DEFAULT_OUTPUT_TOKENS = 1_024;

/** Tokens of a grader's answer. */
const GRADE_TOKENS = 200;
/** What the reflection model may answer at most when its configuration does not say (see `author.ts`). */
const REFLECTION_OUTPUT_TOKENS = 4_096;
/** A call is reserved at one token per byte of its text, and a token of plain text is about this many. */
const BYTES_PER_TOKEN = 4;

interface Mean {
  readonly input: number;
  readonly output: number;
}

/** The judge of each call that one rollout takes to judges. */
function judgeCallsOf({ suite, models }: ResolvedJob, catalogue: readonly CatalogueEvaluator[]): ModelConfig[] {
  return suite.evaluators.flatMap((spec) => {
    const calls = catalogue.find(({ type }) => type === spec.type)?.judgeCalls(spec.options) ?? 0;
    return judgesOf(spec, models.judge).flatMap((judge) =>
      Array.from({ length: calls * (spec.repeats ?? 1) }, () => judge),
    );
  });
}

/** One grading of an answer to a prompt of this length. */
const grading = ({ input, output }: Mean): Mean => ({ input: GRADER_TOKENS + input + output, output: GRADE_TOKENS });

/** Null when one of the models has no price. */
function usdOf(parts: readonly (readonly [ModelConfig, Mean])[], priceOf: PriceOf): number | null {
  let usd = 0;
  for (const [model, { input, output }] of parts) {
    const price = priceOf(model);
    if (price === null) return null;
    usd += (input * price.input + output * price.output) / 1e6;
  }
  return usd;
}

/** The models that answer a row; the dearest of a chain stands for all its steps. */
function taskModelOf({ prompt, models }: ResolvedJob, priceOf: PriceOf): ModelConfig {
  const own = prompt.model ?? models.task;
  const used = isChain(prompt) ? prompt.steps.map((step) => step.prompt.model ?? own) : [own];
  const dear = (model: ModelConfig) => {
    const price = priceOf(model);
    return price === null ? Infinity : price.input + price.output;
  };
  return used.reduce((dearest, model) => (dear(model) > dear(dearest) ? model : dearest), used[0] ?? own);
}

/** Mean tokens of one rollout of the task model, all steps together. */
function taskTokens(job: ResolvedJob, rows: readonly Row[], countTokens: (text: string) => number): Mean {
  const sample = rows.slice(0, SAMPLE);
  const steps = isChain(job.prompt) ? job.prompt.steps : [{ id: 'prompt', prompt: job.prompt, output: undefined }];
  let input = 0;
  let output = 0;
  for (const row of sample) {
    const answer = row.expected === undefined ? 64 : countTokens(asText(row.expected));
    const variables = rowVariables(row);
    for (const step of steps) {
      const model = step.prompt.model ?? job.prompt.model ?? job.models.task;
      for (const message of step.prompt.messages) input += 4 + countTokens(renderTemplate(message.content, variables));
      output += Math.min(model.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS, Math.ceil(answer * 1.5) + 8);
      variables[step.output ?? step.id] = 'x '.repeat(answer);
    }
  }
  const n = Math.max(1, sample.length);
  return { input: input / n, output: output / n };
}

/** The estimate of a dry run. */
export function estimateJob(
  job: ResolvedJob,
  rows: { readonly train: readonly Row[] },
  parts: {
    readonly countTokens: (text: string) => number;
    readonly priceOf: PriceOf;
    readonly optimizer: ListedOptimizer;
    readonly evaluators: readonly CatalogueEvaluator[];
  },
): Estimate {
  const task = taskTokens(job, rows.train, parts.countTokens);
  const judges = judgeCallsOf(job, parts.evaluators);
  const grade = grading(task);
  const reflection: Mean = { input: REFLECTION_OVERHEAD + 5 * (task.input + task.output), output: task.input + 300 };
  const sum = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b);
  const tokensPerRollout = task.input + task.output + judges.length * (grade.input + grade.output);
  const usdPerRollout = usdOf(
    [[taskModelOf(job, parts.priceOf), task], ...judges.map((judge) => [judge, grade] as const)],
    parts.priceOf,
  );
  const usdPerReflection = usdOf([[job.models.reflection, reflection]], parts.priceOf);
  const tokensPerReflection = reflection.input + reflection.output;

  const { budget } = job;
  const confirmation = budget.confirmationRollouts;
  const byTokens =
    budget.tokens === undefined
      ? Infinity
      : budget.tokens / (tokensPerRollout + tokensPerReflection / 8) - confirmation;
  const byUsd =
    budget.usd === undefined || !usdPerRollout
      ? Infinity
      : budget.usd / (usdPerRollout + (usdPerReflection ?? 0) / 8) - confirmation;
  const search = Math.floor(Math.max(0, Math.min(budget.rollouts ?? Infinity, byTokens, byUsd)));
  if (!Number.isFinite(search)) {
    return { rollouts: null, tokens: null, usd: null, proposals: null, tokensPerRollout, usdPerRollout };
  }
  const { train, validation } = job.dataset.rows;
  const byReflection =
    budget.reflectionTokens === undefined
      ? Infinity
      : budget.reflectionTokens < reflectionBound(job, reflection)
        ? 0
        : budget.reflectionTokens / tokensPerReflection;
  const proposals = Math.floor(
    Math.min(parts.optimizer.proposals({ rollouts: search, train, validation }, job.optimizer.options), byReflection),
  );
  const rollouts = search + confirmation;
  const cap = (value: number | null, limit: number | undefined) =>
    value === null ? null : Math.min(value, limit ?? Infinity);
  return {
    rollouts,
    tokens: cap(Math.ceil(rollouts * tokensPerRollout + proposals * tokensPerReflection), budget.tokens),
    usd: cap(
      sum(
        usdPerRollout === null ? null : rollouts * usdPerRollout,
        usdPerReflection === null ? null : proposals * usdPerReflection,
      ),
      budget.usd,
    ),
    proposals,
    tokensPerRollout,
    usdPerRollout,
  };
}

/** What one call of the reflection model is reserved at: with less than that left, none is made. */
function reflectionBound({ models }: ResolvedJob, { input }: Mean): number {
  return BYTES_PER_TOKEN * input + (models.reflection.maxOutputTokens ?? REFLECTION_OUTPUT_TOKENS);
}

/** Tokens that a winner may be longer than its baseline in the reserve: room for a prompt that has learned something. */
const GROWTH_TOKENS = 400;

/**
 * What confirmation needs of the common limits, set aside before the search spends: every confirmation rollout with a prompt that grew by
 * its own length or by 400 tokens, whichever is more. At most half of a limit: a budget that confirmation alone would use up is refused earlier.
 */
export function confirmationReserve(
  job: ResolvedJob,
  rows: { readonly test: readonly Row[] },
  parts: {
    readonly countTokens: (text: string) => number;
    readonly priceOf: PriceOf;
    readonly evaluators: readonly CatalogueEvaluator[];
  },
): Amounts {
  const count = job.budget.confirmationRollouts;
  if (count === 0 || rows.test.length === 0) return {};
  const mean = taskTokens(job, rows.test, parts.countTokens);
  const task: Mean = { input: mean.input + Math.max(mean.input, GROWTH_TOKENS), output: mean.output };
  const grade = grading(task);
  const calls: readonly (readonly [ModelConfig, Mean])[] = [
    [taskModelOf(job, parts.priceOf), task],
    ...judgeCallsOf(job, parts.evaluators).map((judge) => [judge, grade] as const),
  ];
  const tokens = Math.ceil(count * calls.reduce((sum, [, { input, output }]) => sum + input + output, 0));
  const nanoUsd = Math.ceil(count * (usdOf(calls, parts.priceOf) ?? 0) * NANO_USD);
  const half = (limit: number | undefined) => Math.floor((limit ?? Infinity) / 2);
  return {
    tokens: Math.min(tokens, half(job.budget.tokens)),
    nanoUsd: Math.min(nanoUsd, half(job.budget.usd === undefined ? undefined : job.budget.usd * NANO_USD)),
  };
}

/** The tightest absolute limit on `promptTokens`, or null. */
export function promptTokenLimit(objectives: readonly Objective[]): number | null {
  const limits = objectives.flatMap((objective) =>
    objective.metric === 'promptTokens' && objective.goal === 'minimize' && objective.limit !== undefined
      ? [objective.limit]
      : [],
  );
  return limits.length > 0 ? Math.min(...limits) : null;
}
