import { z } from 'zod';
import { fieldError } from '../domain/errors.ts';
import { headlineOf, type Objective } from '../domain/objective.ts';
import { CURVE_POINT_KINDS } from '../domain/record.ts';
import type { StandingView } from '../domain/views/search-view.ts';
import { decodeCursor, page, pageSize } from '../store/cursor.ts';
import type { CandidateHead, StoredStanding } from '../store/standings.ts';

/** Candidates whose fate is not known have this one. */
export const UNDECIDED = 'undecided';

export const STANDING_KINDS = [...CURVE_POINT_KINDS, 'none'] as const;

export interface StandingsRequest {
  /** `proposed`, `score`, `tokens`, `fate`, `operator`, or the metric of an objective; default `proposed`. */
  readonly sort?: string | undefined;
  /** Default: oldest first for `proposed`, A to Z for names, else better first. */
  readonly order?: 'asc' | 'desc' | undefined;
  /** Any of these. */
  readonly fate?: readonly string[] | undefined;
  readonly operator?: readonly string[] | undefined;
  readonly kind?: (typeof STANDING_KINDS)[number] | undefined;
  /** Among whose parents this one is. */
  readonly parent?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

type SortKey = number | string | null;

interface Sorting {
  readonly keyOf: (candidate: CandidateHead) => SortKey;
  readonly order: 'asc' | 'desc';
}

const placeSchema = z.tuple([z.union([z.number(), z.string(), z.null()]), z.int()]);

/** A page of the candidates that the filters let through. Those without a value come last, whichever way; the older one first among equals. */
export function pageOfStandings(
  candidates: readonly CandidateHead[],
  objectives: readonly Objective[],
  request: StandingsRequest,
): { readonly items: CandidateHead[]; readonly nextCursor: string | null; readonly total: number } {
  const { keyOf, order } = sortingOf(objectives, request);
  const compare = (a: readonly [SortKey, number], b: readonly [SortKey, number]) =>
    compareKeys(a[0], b[0], order) || a[1] - b[1];
  const wanted = candidates
    .filter((candidate) => passes(candidate, request))
    .map((candidate) => ({ candidate, place: [keyOf(candidate), candidate.seq] as const }))
    .sort((a, b) => compare(a.place, b.place));
  const last = request.cursor === undefined ? null : decodeCursor(placeSchema, request.cursor);
  const rest = last === null ? wanted : wanted.filter(({ place }) => compare(place, last) > 0);
  const limit = pageSize(request.limit);
  const found = page(rest.slice(0, limit + 1), limit, ({ place }) => place);
  return { items: found.items.map(({ candidate }) => candidate), nextCursor: found.nextCursor, total: wanted.length };
}

function sortingOf(objectives: readonly Objective[], { sort = 'proposed', order }: StandingsRequest): Sorting {
  const fixed: Record<string, Sorting['keyOf']> = {
    proposed: ({ seq }) => seq,
    tokens: ({ promptTokens }) => promptTokens,
    fate: ({ fate }) => fate?.fate ?? UNDECIDED,
    operator: ({ operator }) => operator,
  };
  const keyOf = Object.hasOwn(fixed, sort) ? fixed[sort] : undefined;
  if (keyOf) return { keyOf, order: order ?? 'asc' };
  const objective = sort === 'score' ? headlineOf(objectives) : objectives.find(({ metric }) => metric === sort);
  if (!objective) {
    const known = [...Object.keys(fixed), 'score', ...objectives.map(({ metric }) => metric)];
    throw fieldError('sort', `"${sort}" is nothing to sort by; there are ${known.join(', ')}`, 'invalid_request');
  }
  const better = objective.goal === 'maximize' ? 'desc' : 'asc';
  return { keyOf: ({ standing }) => standing?.objectives[objective.metric] ?? null, order: order ?? better };
}

function compareKeys(a: SortKey, b: SortKey, order: 'asc' | 'desc'): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const ascending = a < b ? -1 : Number(a > b);
  return order === 'asc' ? ascending : -ascending;
}

function passes(candidate: CandidateHead, { fate, operator, kind, parent }: StandingsRequest): boolean {
  return (
    (fate === undefined || fate.includes(candidate.fate?.fate ?? UNDECIDED)) &&
    (operator === undefined || operator.includes(candidate.operator)) &&
    (kind === undefined || (candidate.standing?.kind ?? 'none') === kind) &&
    (parent === undefined || candidate.parents.includes(parent))
  );
}

/** How often each name comes, the most frequent first. */
export function countNames(names: Iterable<string>): { readonly name: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

export function standingView(standing: StoredStanding | null, objectives: readonly Objective[]): StandingView | null {
  if (standing === null) return null;
  const { metric } = headlineOf(objectives);
  const interval = standing.intervals?.[metric] ?? null;
  return {
    kind: standing.kind,
    score: standing.objectives[metric] ?? null,
    interval: interval && { ...interval },
    rows: standing.rows,
    objectives: { ...standing.objectives },
    violation: standing.violation,
  };
}
