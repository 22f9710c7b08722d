import type { HunkNeed } from '../ablation-needs.ts';
import { originatedHunks } from '../hunk-origins.ts';
import type { CandidateFacts, ReportFacts } from './facts.ts';

/** One change of a prompt against the baseline, and where it came from. */
export interface ExplainedHunk {
  readonly component: string;
  /** Characters of the baseline's text before it. */
  readonly at: number;
  readonly removed: string;
  readonly added: string;
  /** The candidate that introduced it. */
  readonly originId: string;
  readonly operator: string;
  /** The critique or diagnosis behind it. */
  readonly reason: string;
  /** Rows that the reflection was shown. */
  readonly reflectedOn: readonly string[];
  /** What became of the candidate that introduced it: the verdict of its race. */
  readonly fate: string | null;
  readonly fateReason: string | null;
  /** What the prompt is worth without it; null when that was not asked. */
  readonly need: HunkNeed | null;
}

/** Why a prompt is as it is: made to the baseline, its hunks give the candidate's text. */
export interface Explanation {
  readonly candidateId: string;
  readonly hunks: readonly ExplainedHunk[];
}

/** The shown candidate first, then the other finalists; the baseline needs no explanation. */
export function explanationsOf(
  { candidates, baselineId, sealed, ablation }: Pick<ReportFacts, 'candidates' | 'baselineId' | 'sealed' | 'ablation'>,
  shownId: string,
): Explanation[] {
  const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  const baseline = byId.get(baselineId);
  if (!baseline) return [];
  const ids = new Set([shownId, ...(sealed?.finalists ?? []).map(({ candidateId }) => candidateId)]);
  return [...ids].flatMap((candidateId) => {
    const candidate = byId.get(candidateId);
    if (!candidate || candidateId === baselineId) return [];
    const needs = ablation?.candidateId === candidateId ? ablation.needs : [];
    const fateOf = (id: string) => byId.get(id)?.fates.at(-1) ?? null;
    return [{ candidateId, hunks: explainedHunks(baseline, candidate, { byId, needs, fateOf }) }];
  });
}

type Explaining = Pick<CandidateFacts, 'id' | 'components' | 'parents' | 'operator' | 'reason' | 'reflectedOn'>;

/** The changes of a candidate; `byId` has its whole lineage, and `needs` is empty or has one entry for each change. */
export function explainedHunks(
  baseline: Explaining,
  candidate: Explaining,
  known: {
    readonly byId: ReadonlyMap<string, Explaining>;
    readonly needs: readonly HunkNeed[];
    readonly fateOf: (id: string) => { readonly fate: string; readonly reason: string } | null;
  },
): ExplainedHunk[] {
  return originatedHunks(baseline, candidate, known.byId).map((hunk, index) => {
    const origin = known.byId.get(hunk.originId);
    const fate = known.fateOf(hunk.originId);
    return {
      ...hunk,
      operator: origin?.operator ?? '',
      reason: origin?.reason ?? '',
      reflectedOn: origin?.reflectedOn ?? [],
      fate: fate?.fate ?? null,
      fateReason: fate?.reason ?? null,
      need: known.needs[index] ?? null,
    };
  });
}
