import type { NoiseFloor } from '../../domain/noise.ts';
import { headlineOf, type Objective } from '../../domain/objective.ts';
import type { CurvePointKind } from '../../domain/record.ts';
import type { MetricVerdict, Verdict } from '../../domain/verdict.ts';
import type { CurveLike } from './curve-shape.ts';
import type { CandidateFacts, CohortFacts, JobFacts, ReportFacts, SealedFacts } from './facts.ts';
import type { HeadlineFigures } from './headline.ts';
import { nextSteps } from './next-steps.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { type ParetoFigures, paretoFigures } from './pareto-figures.ts';
import { type DiffLine, lineDiff } from './prompt-diff.ts';
import { type Returns, returnsOf } from './returns.ts';
import { lastPoints, type SeenFigures, seenBySearch } from './seen.ts';
import { type Explanation, explanationsOf } from './why.ts';

/** The report of a job as JSON: `GET /v1/jobs/{id}/report` with `Accept: application/json`; the other forms are rendered from it. */
export interface Report {
  readonly job: Omit<JobFacts, 'createdAt' | 'startedAt' | 'endedAt'> & {
    readonly createdAt: string;
    readonly startedAt: string | null;
    readonly endedAt: string | null;
  };
  readonly outcome: Outcome;
  readonly baselineId: string;
  readonly winnerId: string;
  /** Whose prompt and figures are shown beside the baseline's: the winner, or the finalist that was not good enough to replace it. */
  readonly shownId: string;
  readonly headline: HeadlineFigures;
  readonly objectives: readonly ObjectiveFigures[];
  readonly prompts: readonly ComponentChange[];
  /** Every change of the shown candidate, and of the other finalists, with where it came from. */
  readonly why: readonly Explanation[];
  readonly promptTokens: { readonly before: number | null; readonly after: number | null };
  readonly verdict: Verdict | null;
  readonly sealed: SealedFacts | null;
  readonly curve: readonly (CurveLike & {
    readonly at: string;
    readonly tokens: number;
    readonly usd: number;
    readonly best: string;
    readonly kind: CurvePointKind;
  })[];
  readonly candidates: readonly CandidateLine[];
  readonly refusals: readonly { readonly refusal: string; readonly count: number; readonly example: string }[];
  readonly frontier: readonly string[];
  /** The final frontier with its figures; null with one objective. */
  readonly pareto: ParetoFigures | null;
  /** What would mend the failures that are left; null while the job runs. */
  readonly diagnosis: ReportFacts['diagnosis'];
  readonly cohorts: CohortFacts | null;
  readonly noise: NoiseFloor | null;
  readonly returns: Returns;
  readonly budget: readonly BudgetLine[];
  readonly judges: ReportFacts['judges'];
  readonly warnings: ReportFacts['warnings'];
  readonly nextSteps: readonly string[];
}

export interface ObjectiveFigures {
  readonly objective: Objective;
  readonly baseline: SeenFigures | null;
  readonly shown: SeenFigures | null;
  readonly sealed: MetricVerdict | null;
}

export interface ComponentChange {
  readonly component: string;
  readonly before: string;
  readonly after: string;
  readonly changed: boolean;
  readonly lines: readonly DiffLine[];
}

export interface CandidateLine {
  readonly id: string;
  readonly parents: readonly string[];
  readonly operator: string;
  readonly reason: string;
  readonly fate: string | null;
  readonly fateReason: string | null;
  readonly promptTokens: number;
  /** Headline as the search knew it last. */
  readonly score: SeenFigures | null;
  /** Objectives on the validation rows; null when it was never measured on all of them. */
  readonly validation: Readonly<Record<string, Omit<SeenFigures, 'kind'>>> | null;
}

export interface BudgetLine {
  readonly resource: string;
  readonly spent: number;
  /** Null = no limit. */
  readonly limit: number | null;
}

/** Builds the report from the facts: no I/O, no clock; the same facts give the same report. */
export function buildReport(facts: ReportFacts): Report {
  const { job, baselineId, winnerId, verdict } = facts;
  const byId = new Map(facts.candidates.map((candidate) => [candidate.id, candidate]));
  const judgedId = facts.judgedId !== null && facts.judgedId !== baselineId ? facts.judgedId : null;
  const shownId = winnerId === baselineId && judgedId !== null ? judgedId : winnerId;
  const baseline = byId.get(baselineId);
  const shown = byId.get(shownId);
  const objective = headlineOf(job.objectives);
  const sealedOf = (metric: string) =>
    (shownId === baselineId ? undefined : verdict?.metrics.find((each) => each.metric === metric)) ?? null;
  const seenOf = seenBySearch(facts);
  const [seenBaseline, seenShown] = [seenOf(baselineId), seenOf(shownId)];
  const objectives = job.objectives.map((each) => ({
    objective: each,
    baseline: seenBaseline?.[each.metric] ?? null,
    shown: seenShown?.[each.metric] ?? null,
    sealed: sealedOf(each.metric),
  }));
  const figures = objectives.find((each) => each.objective === objective);
  const sealed = figures?.sealed ?? null;
  const gain = shownId === baselineId ? null : seenGain(facts, shownId, objective);
  const sealedGain = sealed?.difference ?? null;
  const headline: HeadlineFigures = {
    metric: objective.metric,
    goal: objective.goal,
    seen: { baseline: figures?.baseline ?? null, shown: figures?.shown ?? null },
    sealed,
    optimism: gain === null || sealedGain === null ? null : gain.gain - sealedGain,
    sawOn: gain?.kind ?? null,
  };
  const { createdAt, startedAt, endedAt, ...plainJob } = job;
  const shownFacts = { ...facts, shownId, headline };
  return {
    job: {
      ...plainJob,
      createdAt: createdAt.toISOString(),
      startedAt: startedAt?.toISOString() ?? null,
      endedAt: endedAt?.toISOString() ?? null,
    },
    outcome: outcomeOf(shownFacts),
    baselineId,
    winnerId,
    shownId,
    headline,
    objectives,
    prompts: changesOf(baseline, shown),
    why: explanationsOf(facts, shownId),
    promptTokens: { before: baseline?.promptTokens ?? null, after: shown?.promptTokens ?? null },
    verdict,
    sealed: facts.sealed,
    curve: facts.curve.map(({ objectives: own, at, seq: _seq, ...point }) => ({
      ...point,
      at: at.toISOString(),
      candidateScore: own[objective.metric] ?? null,
    })),
    candidates: facts.candidates.map((candidate) => candidateLine(candidate, seenOf(candidate.id), objective)),
    refusals: countRefusals(facts.refusals),
    frontier: facts.frontier,
    pareto: paretoFigures(facts),
    diagnosis: facts.diagnosis,
    cohorts: facts.cohorts,
    noise: facts.noise,
    returns: returnsOf({
      curve: facts.curve,
      goal: objective.goal,
      stopReason: job.stopReason,
      rollouts: job.spent.rollouts - (facts.ablation?.rollouts ?? 0),
      confirmedShare: gain !== null && gain.gain > 0 && sealedGain !== null ? sealedGain / gain.gain : null,
    }),
    budget: budgetLines(job),
    judges: facts.judges,
    warnings: facts.warnings,
    nextSteps: nextSteps(shownFacts),
  };
}

/** The gain of the shown candidate as the search saw it last; null when the two do not stand on the same kind of rows. */
function seenGain({ curve, baselineId }: ReportFacts, shownId: string, { metric, goal }: Objective) {
  const pointOf = lastPoints(curve);
  const [before, after] = [pointOf.get(baselineId), pointOf.get(shownId)];
  const [from, to] = [before?.objectives[metric] ?? null, after?.objectives[metric] ?? null];
  if (!before || !after || from === null || to === null || before.kind !== after.kind) return null;
  return { gain: goal === 'maximize' ? to - from : from - to, kind: after.kind };
}

function changesOf(baseline: CandidateFacts | undefined, shown: CandidateFacts | undefined): ComponentChange[] {
  const before = baseline?.components ?? {};
  const after = shown?.components ?? before;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((component) => {
    const [left, right] = [before[component] ?? '', after[component] ?? ''];
    return { component, before: left, after: right, changed: left !== right, lines: lineDiff(left, right) };
  });
}

function candidateLine(
  candidate: CandidateFacts,
  seen: Readonly<Record<string, SeenFigures>> | null,
  { metric }: Objective,
): CandidateLine {
  const score = seen?.[metric] ?? null;
  const last = candidate.fates[candidate.fates.length - 1];
  return {
    id: candidate.id,
    parents: candidate.parents,
    operator: candidate.operator,
    reason: candidate.reason,
    fate: last?.fate ?? null,
    fateReason: last?.reason ?? null,
    promptTokens: candidate.promptTokens,
    score,
    validation: score?.kind === 'validation' ? onValidation(seen) : null,
  };
}

const onValidation = (seen: Readonly<Record<string, SeenFigures>> | null): CandidateLine['validation'] =>
  seen && Object.fromEntries(Object.entries(seen).map(([metric, { kind: _kind, ...figures }]) => [metric, figures]));

function countRefusals(refusals: ReportFacts['refusals']): Report['refusals'] {
  const counts = new Map<string, { count: number; example: string }>();
  for (const { refusal, detail } of refusals) {
    const known = counts.get(refusal);
    if (known) known.count += 1;
    else counts.set(refusal, { count: 1, example: detail });
  }
  return [...counts].map(([refusal, rest]) => ({ refusal, ...rest })).sort((a, b) => b.count - a.count);
}

function budgetLines({ budget, spent }: JobFacts): BudgetLine[] {
  const resources = ['rollouts', 'confirmationRollouts', 'tokens', 'reflectionTokens', 'usd', 'seconds'] as const;
  return resources.map((resource) => ({ resource, spent: spent[resource], limit: budget[resource] ?? null }));
}
