import { z } from 'zod';
import type { ClientEvent, Job } from '../../client/index.ts';
import { headlineOf, objectiveSchema } from '../../domain/objective.ts';
import { CURVE_POINT_KINDS, type CurvePointKind } from '../../domain/record.ts';

/** A point of the curve as it is drawn. */
export interface Point {
  readonly rollouts: number;
  /** Headline of the best candidate. */
  readonly score: number | null;
  /** The best candidate so far. */
  readonly best: string;
  /** What the score stands on: all validation rows, or those that the search has looked at. */
  readonly kind: CurvePointKind;
  readonly rows: number;
  readonly candidateId: string;
  readonly candidateScore: number | null;
}

/** What became of a candidate. */
export interface Fate {
  readonly candidateId: string;
  readonly fate: string;
  readonly reason: string;
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
  /** Why the candidate that was accepted last was accepted. */
  readonly accepted: Fate | null;
  /** The last decision of the search, whatever it was. */
  readonly decided: Fate | null;
  /** The sealed rows are being read. */
  readonly confirming: boolean;
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
  kind: z.enum(CURVE_POINT_KINDS),
  rows: z.number(),
  score: z.number().nullable(),
  objectives: z.record(z.string(), z.number().nullable()),
});
const fateSchema = z.object({ candidateId: z.string(), fate: z.string(), reason: z.string() });

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
    accepted: null,
    decided: null,
    confirming: false,
    since: null,
  };
}

/** The state after an event. `now` in milliseconds. Unknown events change nothing. */
export function after(state: WatchState, { type, data }: ClientEvent, now: number): WatchState {
  switch (type) {
    case 'progress': {
      const parsed = progressSchema.safeParse(data);
      if (!parsed.success) return state;
      return { ...state, progress: parsed.data, since: state.since ?? { at: now, fraction: parsed.data.fraction } };
    }
    case 'curve': {
      const parsed = curveSchema.safeParse(data);
      return parsed.success ? withPoint(state, parsed.data) : state;
    }
    case 'fate': {
      const parsed = fateSchema.safeParse(data);
      if (!parsed.success) return state;
      return { ...state, decided: parsed.data, ...(parsed.data.fate === 'accepted' && { accepted: parsed.data }) };
    }
    case 'confirmation':
      return { ...state, confirming: true };
    default:
      return state;
  }
}

function withPoint(state: WatchState, point: z.infer<typeof curveSchema>): WatchState {
  const { tokens, usd, objectives, ...rest } = point;
  return {
    ...state,
    tokens: Math.max(state.tokens, tokens),
    usd: Math.max(state.usd, usd),
    points: [...state.points, { ...rest, candidateScore: objectives[state.headline] ?? null }],
  };
}

/** The state with what the service says of the job's spending. */
export const withJob = (state: WatchState, job: Job): WatchState => ({
  ...state,
  job,
  tokens: Math.max(state.tokens, job.spent.tokens),
  usd: Math.max(state.usd, job.spent.usd),
});

/** Headline of the baseline and of the best so far, as the search saw them. */
export function scores({ points }: Pick<WatchState, 'points'>): {
  readonly baseline: number | null;
  readonly best: number | null;
} {
  const baseline = points.find((point) => point.candidateId === 'c0')?.candidateScore ?? null;
  return { baseline, best: points.at(-1)?.score ?? null };
}

/** On what a point stands, in words. */
export const standsOn = ({ kind, rows }: Pick<Point, 'kind' | 'rows'>): string =>
  kind === 'validation' ? `on ${rows} validation rows` : `screened on ${rows} rows`;

/** Seconds that are left at the pace since the reader came; null while nothing can be said. */
export function secondsLeft({ since, progress }: WatchState, now: number): number | null {
  if (!since || progress.fraction - since.fraction < 0.02) return null;
  return ((now - since.at) / 1000) * ((1 - progress.fraction) / (progress.fraction - since.fraction));
}
