import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { goalOf } from '../../domain/objective.ts';
import type { MeasuredRollout, Rollout } from '../../domain/rollout.ts';
import type {
  ComparedMetric,
  EvaluatedCandidate,
  EvaluatedMetric,
  EvaluationResult,
} from '../../domain/views/evaluation-view.ts';
import { aggregateMetric, metricRef } from '../../lab/aggregate.ts';
import { actualLabel, byRow, type RolloutsByRow } from '../../lab/aggregate-values.ts';
import { type CohortField, cohortFields, cohortsIn } from '../../lab/cohorts.ts';
import { compareMetric, type MetricComparison } from '../../lab/compare.ts';
import { confusionMatrix } from '../../lab/confusion.ts';
import { decisionOf } from '../../lab/gates/decision.ts';
import { judgeRules } from '../../lab/gates/judge.ts';
import { type GateRule, gateRules } from '../../lab/gates/rules.ts';
import { noiseFloor } from '../../lab/noise.ts';
import { tellLanguages } from '../../lab/row-language.ts';
import { holm } from '../../lab/statistics/holm.ts';
import { createRandom } from '../../search/random.ts';
import { coldModels } from '../noise-run.ts';
import { BASELINE, type ResolvedEvaluation } from './resolved.ts';
import type { EvaluationRows } from './rows.ts';

/** Operational metrics that every evaluation tells. */
const TOLD = ['promptTokens', 'outputTokens', 'costPerCall', 'latency', 'latency.p95', 'errorRate'] as const;
/** Those of them whose difference is told: a percentile is compared where a gate asks for it. */
const COMPARED = ['promptTokens', 'outputTokens', 'costPerCall', 'errorRate'] as const;

type Judged = Pick<
  ResolvedEvaluation,
  'prompts' | 'hasBaseline' | 'suite' | 'headline' | 'gates' | 'ood' | 'repeats' | 'aa' | 'seed' | 'models'
>;

/**
 * What the rollouts of an evaluation say: of each candidate its figures, its fail rates by cohort, the paired comparison with the baseline
 * and the decision of the gates. The same rollouts and seed always give the same result. Yields between metrics: resampling many
 * rows takes a while.
 */
export async function judgeEvaluation(
  evaluation: Judged,
  rows: EvaluationRows,
  rollouts: ReadonlyMap<string, readonly Rollout[]>,
): Promise<EvaluationResult> {
  const { suite, headline, gates, hasBaseline, ood, repeats } = evaluation;
  await tellLanguages(rows.dataset);
  const rules = gateRules({
    suite: suite.gates ?? [],
    request: gates,
    headline,
    hasBaseline,
    rows: rows.dataset,
    ood: ood && { rows: rows.ood, margin: ood.margin },
  });
  await yieldToEvents();
  const of = (id: string): readonly MeasuredRollout[] =>
    (rollouts.get(id) ?? []).filter(({ repeat }) => repeat < repeats);
  const baseline = hasBaseline ? byRow(of(BASELINE)) : null;
  const challengers = evaluation.prompts.map(({ id }) => id).filter((id) => !hasBaseline || id !== BASELINE);
  const sides = new Map(challengers.map((id) => [id, byRow(of(id))]));
  const compared = baseline ? await compareAll(evaluation, rules, rows, baseline, sides) : new Map();

  const fields = cohortFields(rows.dataset);
  const candidates: Record<string, EvaluatedCandidate> = {};
  for (const { id } of evaluation.prompts) {
    await yieldToEvents();
    const side = sides.get(id);
    const own = compared.get(id);
    const decided = side && rules.length > 0 ? decide(evaluation, rules, baseline, side, own ?? new Map()) : null;
    await yieldToEvents();
    candidates[id] = {
      metrics: await metricsOf(evaluation, rules, rows, byRow(of(id))),
      cohorts: await cohortsOf(suite, fields, byRow(of(id))),
      confusion: shownConfusion(suite.evaluators, metricRef(headline).base, rows.dataset, byRow(of(id))),
      comparison: own ? { metrics: [...own.values()].map(comparedMetric) } : null,
      decision: decided,
    };
  }
  return {
    decision: best(Object.values(candidates).map(({ decision }) => decision?.decision ?? null)),
    candidates,
    aa: evaluation.aa ? await againstItself(evaluation, rules, rows, rollouts.get(BASELINE) ?? []) : null,
  };
}

async function cohortsOf(
  { evaluators }: Judged['suite'],
  fields: readonly CohortField[],
  rollouts: RolloutsByRow,
): Promise<EvaluatedCandidate['cohorts']> {
  const ids = evaluators.map(({ id }) => id);
  const cohorts: EvaluatedCandidate['cohorts'] = [];
  for (const field of fields) {
    await yieldToEvents();
    for (const { evaluators: rates, ...cohort } of cohortsIn(field, rollouts, ids))
      cohorts.push({ ...cohort, evaluators: rates.map((each) => ({ ...each })) });
  }
  return cohorts;
}

/** Labels beyond which nobody reads a matrix. */
const MOST_LABELS = 20;

/** How the answers are divided over the expected labels, where those are labels: a few that many rows share. */
function shownConfusion(
  evaluators: Judged['suite']['evaluators'],
  headline: string,
  rows: EvaluationRows['dataset'],
  rollouts: RolloutsByRow,
): EvaluatedCandidate['confusion'] {
  const labels = new Set(rows.map(actualLabel).filter((label) => label !== null));
  const evaluator = evaluators.find(({ id }) => id === headline)?.id ?? evaluators[0]?.id;
  if (evaluator === undefined || labels.size < 2 || labels.size > Math.min(MOST_LABELS, rows.length / 2)) return null;
  const { counts, perLabel, ...matrix } = confusionMatrix(evaluator, rows, rollouts);
  return {
    evaluator,
    ...matrix,
    labels: [...matrix.labels],
    counts: counts.map((row) => [...row]),
    perLabel: perLabel.map((label) => ({ ...label })),
  };
}

type Compared = ReadonlyMap<string, MetricComparison>;

function decide(
  { seed }: Judged,
  rules: readonly GateRule[],
  baseline: RolloutsByRow | null,
  candidate: RolloutsByRow,
  compared: Compared,
): NonNullable<EvaluatedCandidate['decision']> {
  return decisionOf(judgeRules(rules, { baseline, candidate, compared, random: createRandom(seed, 'gates') }));
}

/** Every candidate with the baseline, metric by metric, p-values corrected over the candidates. */
async function compareAll(
  { suite, seed }: Judged,
  rules: readonly GateRule[],
  rows: EvaluationRows,
  baseline: RolloutsByRow,
  candidates: ReadonlyMap<string, RolloutsByRow>,
): Promise<Map<string, Compared>> {
  const asked = rules.filter(({ rule }) => rule === 'better').map(({ metric }) => metric);
  const metrics = [...new Set([...asked, ...suite.evaluators.map(({ id }) => id), ...COMPARED])];
  const found = new Map<string, Map<string, MetricComparison>>([...candidates.keys()].map((id) => [id, new Map()]));
  for (const metric of metrics) {
    const goal = goalOf(metricRef(metric));
    const random = createRandom(seed, 'comparison', metric);
    const figures: [string, MetricComparison][] = [];
    for (const [id, candidate] of candidates) {
      await yieldToEvents();
      figures.push([id, compareMetric({ metric, goal }, rows.dataset, baseline, candidate, { random })]);
    }
    const adjusted = holm(figures.map(([, { rawPValue }]) => rawPValue ?? 1));
    figures.forEach(([id, each], index) => {
      const pValue = each.rawPValue === null ? null : (adjusted[index] ?? 1);
      found.get(id)?.set(metric, { ...each, pValue });
    });
  }
  return found;
}

/** A comparison in the words of users. */
export function comparedMetric({ winner, ...figures }: MetricComparison): ComparedMetric {
  const { metric, baseline, difference, interval, pValue, rows, wins, losses, ties, missing } = figures;
  return { metric, baseline, candidate: winner, difference, interval, pValue, rows, wins, losses, ties, missing };
}

async function metricsOf(
  { suite, headline, seed }: Judged,
  rules: readonly GateRule[],
  rows: EvaluationRows,
  rollouts: RolloutsByRow,
): Promise<Record<string, EvaluatedMetric>> {
  const named = rules.filter(({ slice }) => slice === 'dataset').map(({ name }) => name);
  const metrics = [...new Set([headline, ...suite.evaluators.map(({ id }) => id), ...named, ...TOLD])];
  const summary = (metric: string, of: EvaluationRows['dataset']): EvaluatedMetric => {
    const random = createRandom(seed, 'interval', metric);
    const { value, interval, ...standing } = aggregateMetric(metricRef(metric), of, rollouts, { random });
    const all = standing.rows + standing.missing;
    return { value, interval, ...standing, coverage: all === 0 ? 0 : standing.rows / all };
  };
  const summaries: Record<string, EvaluatedMetric> = {};
  for (const metric of metrics) {
    await yieldToEvents();
    summaries[metric] = summary(metric, rows.dataset);
  }
  return { ...summaries, ...(rows.ood.length > 0 && { [`ood/${headline}`]: summary(headline, rows.ood) }) };
}

/** The second run of the baseline, taken for a candidate. */
async function againstItself(
  evaluation: Judged,
  rules: readonly GateRule[],
  rows: EvaluationRows,
  runs: readonly Rollout[],
): Promise<EvaluationResult['aa']> {
  const first = runs.filter(({ repeat }) => repeat === 0);
  const second = runs.filter(({ repeat }) => repeat === 1);
  const [before, after] = [byRow(first), byRow(second)];
  const compared = await compareAll(evaluation, rules, rows, before, new Map([['aa', after]]));
  const twins = rows.dataset.flatMap(({ id }) => {
    const [one, other] = [before.get(id)?.[0], after.get(id)?.[0]];
    return one && other ? [{ first: one, second: other }] : [];
  });
  const candidates = evaluation.prompts.length - 1;
  const baseline = evaluation.prompts.find(({ id }) => id === BASELINE);
  return {
    noise: noiseFloor(twins, {
      headline: metricRef(evaluation.headline),
      coldModels: baseline !== undefined && coldModels({ prompt: baseline.prompt, models: evaluation.models }),
      testRows: rows.dataset.length,
      finalists: Math.max(1, candidates),
      repeats: evaluation.repeats,
    }),
    decision: decide(evaluation, rules, before, after, compared.get('aa') ?? new Map()),
  };
}

const BEST_FIRST = ['promote', 'inconclusive', 'do_not_promote'] as const;

const best = (decisions: readonly (EvaluationResult['decision'] | null)[]): EvaluationResult['decision'] =>
  BEST_FIRST.find((each) => decisions.includes(each)) ?? null;
