import type { Split } from '../domain/dataset.ts';
import { jsonObjectSchema } from '../domain/json.ts';
import { withComponents } from '../domain/prompt.ts';
import type { CurvePoint } from '../domain/record.ts';
import type { CandidateView, CurvePointView, JobEventView, JobView, RolloutView } from '../domain/views/job-view.ts';
import type { JobRowView } from '../domain/views/search-view.ts';
import type { DatasetRow } from '../registry/stored-row.ts';
import type { StoredEvent } from '../store/job-events.ts';
import type { StoredCandidate, StoredRollout } from '../store/job-facts.ts';
import type { JobRow } from '../store/jobs.ts';
import type { StoredStanding } from '../store/standings.ts';
import type { ResolvedJob } from './resolved.ts';
import { standingView } from './standings.ts';

/** From stored facts to the wire shapes: renaming and dates, no rules. */

const NO_PROGRESS = { fraction: 0, rollouts: 0, proposals: 0, accepted: 0, refused: 0 };
const NO_SAVED = { calls: 0, tokens: 0, usd: 0 };
const NO_SPENT = {
  rollouts: 0,
  confirmationRollouts: 0,
  tokens: 0,
  reflectionTokens: 0,
  usd: 0,
  seconds: 0,
  byRole: {},
  saved: NO_SAVED,
};

export const spentView = (spent: JobRow['spent']): JobView['spent'] =>
  spent ? { ...spent, byRole: { ...spent.byRole }, saved: { ...(spent.saved ?? NO_SAVED) } } : NO_SPENT;

export function jobView(job: Omit<JobRow, 'request' | 'result'>): JobView {
  return {
    id: job.id,
    name: job.name ?? '',
    status: job.status,
    stopReason: job.stopReason,
    error: job.error,
    progress: job.progress ?? NO_PROGRESS,
    spent: spentView(job.spent),
    budget: job.budget,
    baseline: job.baseline && { scores: { ...job.baseline.scores } },
    noise: job.noise && { ...job.noise },
    best: job.best && { candidateId: job.best.candidateId, scores: { ...job.best.scores } },
    verdict: job.verdict && {
      ...job.verdict,
      metrics: job.verdict.metrics.map((metric) => ({ ...metric })),
      // A verdict that an earlier version stored has none of these.
      constraints: (job.verdict.constraints ?? []).map((constraint) => ({ ...constraint })),
      finalists: [...(job.verdict.finalists ?? [])],
      repeats: job.verdict.repeats ?? 1,
      needed: job.verdict.needed ?? null,
    },
    warnings: job.warnings.map((warning) => ({ ...warning })),
    prices: job.prices?.map((price) => ({ ...price })) ?? null,
    resolved: job.resolved,
    resolvedSha256: job.resolvedHash,
    createdAt: job.createdAt.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    endedAt: job.endedAt?.toISOString() ?? null,
  };
}

export function curvePointView(point: CurvePoint): CurvePointView {
  return {
    ...point,
    at: point.at.toISOString(),
    interval: point.interval && { ...point.interval },
    objectives: { ...point.objectives },
    intervals: point.intervals && { ...point.intervals },
    front: [...point.front],
  };
}

export function candidateView(
  candidate: StoredCandidate,
  job: ResolvedJob,
  standing: StoredStanding | null,
): CandidateView {
  return {
    id: candidate.id,
    seq: candidate.seq,
    prompt: withComponents(job.prompt, candidate.components),
    components: { ...candidate.components },
    parents: [...candidate.parents],
    operator: candidate.operator,
    reason: candidate.reason,
    promptTokens: candidate.promptTokens,
    reflectedOn: [...candidate.reflectedOn],
    fate: candidate.fate && { ...candidate.fate },
    scores: standing && { ...standing.objectives },
    standing: standingView(standing, job.objectives),
  };
}

export function jobRowView({ input, context, metadata, ...row }: DatasetRow, split: Split): JobRowView {
  return {
    id: row.id,
    split,
    input: typeof input === 'string' ? input : { ...input },
    ...(row.expected !== undefined && { expected: row.expected }),
    context: [...context],
    cohort: row.cohort ?? null,
    metadata: { ...metadata },
  };
}

export function rolloutView(rollout: StoredRollout): RolloutView {
  return {
    candidateId: rollout.candidateId,
    rowId: rollout.rowId,
    repeat: rollout.repeat,
    purpose: rollout.purpose,
    output: rollout.output,
    steps: rollout.steps.map((step) => jsonObjectSchema.parse(step)),
    error: rollout.error && { ...rollout.error },
    values: { ...rollout.values },
    scores: Object.fromEntries(
      Object.entries(rollout.scores).map(([id, { details, ...score }]) => [
        id,
        { ...score, ...(details && { details: { ...details } }) },
      ]),
    ),
  };
}

export function eventView(event: StoredEvent): JobEventView {
  return { id: event.id, type: event.type, at: event.at.toISOString(), data: { ...event.data } };
}
