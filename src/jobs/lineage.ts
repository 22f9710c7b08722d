import { z } from 'zod';
import { decodeCursor, type Page, page, pageSize } from '../store/cursor.ts';
import type { CandidateHead } from '../store/standings.ts';
import { countNames, UNDECIDED } from './standings.ts';

/** A candidate in its family, with what is below it. */
export interface LineageEntry {
  readonly candidate: CandidateHead;
  /** The best candidate or one of its ancestors. */
  readonly onPath: boolean;
  readonly children: number;
  readonly descendants: number;
  /** Fates of the descendants that neither are on the path nor come from one that is. */
  readonly fates: readonly { readonly name: string; readonly count: number }[];
}

interface Family {
  readonly candidates: readonly CandidateHead[];
  readonly onPath: ReadonlySet<string>;
  /** By first parent, in order of proposal. */
  readonly childrenOf: ReadonlyMap<string, readonly CandidateHead[]>;
}

/**
 * The family of a search. A candidate stands under its first parent, so that it has one place; its other parents are told by name.
 * `candidates` come in order of proposal.
 */
export function familyOf(candidates: readonly CandidateHead[], bestId: string): Family {
  const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  const onPath = new Set<string>();
  const open = [bestId];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const candidate = byId.get(id);
    if (!candidate || onPath.has(id)) continue;
    onPath.add(id);
    open.push(...candidate.parents);
  }
  const childrenOf = new Map<string, CandidateHead[]>();
  for (const candidate of candidates) {
    const [parent] = candidate.parents;
    if (parent === undefined) continue;
    const known = childrenOf.get(parent);
    if (known) known.push(candidate);
    else childrenOf.set(parent, [candidate]);
  }
  return { candidates, onPath, childrenOf };
}

/** The way to the best candidate: itself and all its ancestors, in order of proposal. */
export const pathOf = ({ candidates, onPath }: Family): CandidateHead[] =>
  candidates.filter(({ id }) => onPath.has(id));

const seqCursor = z.tuple([z.int()]);

/** The children of a candidate, in order of proposal. */
export function pageOfChildren(
  { childrenOf }: Family,
  parent: string,
  request: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
): Page<CandidateHead> {
  const after = request.cursor === undefined ? -1 : decodeCursor(seqCursor, request.cursor)[0];
  const limit = pageSize(request.limit);
  const rest = (childrenOf.get(parent) ?? []).filter(({ seq }) => seq > after);
  return page(rest.slice(0, limit + 1), limit, ({ seq }) => [seq]);
}

export function lineageEntry({ onPath, childrenOf }: Family, candidate: CandidateHead): LineageEntry {
  const beside: CandidateHead[] = [];
  let descendants = 0;
  const open: { readonly of: string; readonly beside: boolean }[] = [{ of: candidate.id, beside: true }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const child of childrenOf.get(next.of) ?? []) {
      descendants += 1;
      const isBeside = next.beside && !onPath.has(child.id);
      if (isBeside) beside.push(child);
      open.push({ of: child.id, beside: isBeside });
    }
  }
  return {
    candidate,
    onPath: onPath.has(candidate.id),
    children: childrenOf.get(candidate.id)?.length ?? 0,
    descendants,
    fates: countNames(beside.map(({ fate }) => fate?.fate ?? UNDECIDED)),
  };
}
