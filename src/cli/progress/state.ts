import { z } from 'zod';
import type { ClientEvent, Job } from '../../client/index.ts';
import { headlineOf, objectiveSchema } from '../../domain/objective.ts';

/** A point of the curve as it is drawn. */
export interface Point {
  readonly rollouts: number;
  readonly score: number | null;
  readonly candidateId: string;
  readonly candidateScore: number | null;
}

/** What a reader of a job's events knows. */
export interface WatchState {
  readonly job: Job;
  /** The metric that names the winner. */
  readonly headline: string;
  readonly progress: Job['progress'];
  readonly tokens: number;
  readonly usd: number;
  readonly points: readonly Point[];
  /** When this reader saw the first progress, and how much there was: the rest is guessed from the pace since. */
  readonly since: { readonly at: number; readonly fraction: number } | null;
}

const resolvedSchema = z.object({ objectives: z.array(z.looseObject(objectiveSchema.shape)).min(1) });
const progressSchema = z.object({
  fraction: z.number(),
  rollouts: z.number(),
  proposals: z.number(),
  accepted: z.number(),
  refused: z.number(),
});
const curveSchema = z.object({
  rollouts: z.number(),
  tokens: z.number(),
  usd: z.number(),
  candidateId: z.string(),
  best: z.string(),
  score: z.number().nullable(),
  objectives: z.record(z.string(), z.number().nullable()),
});

export function headlineMetric(job: Pick<Job, 'resolved'>): string {
  const parsed = resolvedSchema.safeParse(job.resolved);
  return parsed.success ? headlineOf(parsed.data.objectives).metric : 'score';
}

export function firstState(job: Job): WatchState {
  return {
    job,
    headline: headlineMetric(job),
    progress: job.progress,
    tokens: job.spent.tokens,
    usd: job.spent.usd,
    points: [],
    since: null,
  };
}

/** The state after an event. `now` in milliseconds. Unknown events change nothing. */
export function after(state: WatchState, event: ClientEvent, now: number): WatchState {
  if (event.type === 'progress') {
    const parsed = progressSchema.safeParse(event.data);
    if (!parsed.success) return state;
    const { fraction } = parsed.data;
    return { ...state, progress: parsed.data, since: state.since ?? { at: now, fraction } };
  }
  if (event.type === 'curve') {
    const parsed = curveSchema.safeParse(event.data);
    if (!parsed.success) return state;
    const { rollouts, tokens, usd, candidateId, score, objectives } = parsed.data;
    const point = { rollouts, score, candidateId, candidateScore: objectives[state.headline] ?? null };
    return {
      ...state,
      tokens: Math.max(state.tokens, tokens),
      usd: Math.max(state.usd, usd),
      points: [...state.points, point],
    };
  }
  return state;
}

/** The state with what the service says of the job's spending. */
export const withJob = (state: WatchState, job: Job): WatchState => ({
  ...state,
  job,
  tokens: Math.max(state.tokens, job.spent.tokens),
  usd: Math.max(state.usd, job.spent.usd),
});

/** Headline of the baseline and of the best so far, on validation rows. */
export function scores({ points }: Pick<WatchState, 'points'>): {
  readonly baseline: number | null;
  readonly best: number | null;
} {
  const baseline = points.find((point) => point.candidateId === 'c0')?.candidateScore ?? null;
  return { baseline, best: points.at(-1)?.score ?? null };
}

/** Seconds that are left at the pace since the reader came; null while nothing can be said. */
export function secondsLeft({ since, progress }: WatchState, now: number): number | null {
  if (!since || progress.fraction - since.fraction < 0.02) return null;
  return ((now - since.at) / 1000) * ((1 - progress.fraction) / (progress.fraction - since.fraction));
}
