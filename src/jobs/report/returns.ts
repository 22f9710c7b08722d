import type { StopReason } from '../../domain/job.ts';
import type { CurvePoint } from '../../domain/record.ts';

/** What the best score had cost when it first got to a level. */
export interface CostOfLevel {
  readonly score: number;
  readonly candidateId: string;
  readonly rollouts: number;
  readonly tokens: number;
  readonly usd: number;
}

/** What more of the same search would bring, by a simple extrapolation; null = it cannot be said. */
export interface FurtherGain {
  readonly per100Rollouts: number | null;
  readonly perUsd: number | null;
  /** How it was reckoned, or why it cannot be said. */
  readonly why: string;
}

export interface Returns {
  readonly levels: readonly CostOfLevel[];
  readonly further: FurtherGain;
}

type SpentPoint = Pick<CurvePoint, 'kind' | 'score' | 'best' | 'rollouts' | 'tokens' | 'usd'>;

export interface ReturnsParts {
  readonly curve: readonly SpentPoint[];
  readonly goal: 'maximize' | 'minimize';
  readonly stopReason: StopReason | null;
  /** Search rollouts of the whole job. */
  readonly rollouts: number;
  /** Share of the believed gain that the sealed rows confirm; null without a verdict. */
  readonly confirmedShare: number | null;
}

/** Fewer points of the curve than this are no trend. */
const FEWEST_POINTS = 4;
const NOTHING_LEFT: ReadonlySet<StopReason> = new Set(['nothing-left-to-learn', 'target-reached']);

/** What the score cost, and what further spending promises. Pure arithmetic on the curve. */
export function returnsOf(parts: ReturnsParts): Returns {
  const improvements = improvementsOf(parts.curve, parts.goal);
  const levels = improvements.map(({ score, best, rollouts, tokens, usd }) => ({
    score: score ?? 0,
    candidateId: best,
    rollouts,
    tokens,
    usd,
  }));
  return { levels, further: furtherGain(parts, levels) };
}

/** Points at which the best score was better than ever before. Screening scores are not compared with those of all validation rows. */
function improvementsOf(curve: readonly SpentPoint[], goal: ReturnsParts['goal']): SpentPoint[] {
  const kind = curve.at(-1)?.kind;
  const found: SpentPoint[] = [];
  for (const point of curve) {
    if (point.score === null || point.kind !== kind) continue;
    const last = found.at(-1)?.score;
    if (last === undefined || last === null || (goal === 'maximize' ? point.score > last : point.score < last))
      found.push(point);
  }
  return found;
}

/**
 * The gain of the second half of the search's rollouts, shrunk once more by as much as it was smaller than that of the first half, is what
 * another half would bring; of that, only the share that the sealed rows confirm.
 */
function furtherGain(parts: ReturnsParts, levels: readonly CostOfLevel[]): FurtherGain {
  const { curve, goal, stopReason, rollouts, confirmedShare } = parts;
  const unknown = (why: string): FurtherGain => ({ per100Rollouts: null, perUsd: null, why });
  if (stopReason !== null && NOTHING_LEFT.has(stopReason))
    return unknown('The search ended by itself: it would not spend more.');
  const [first, end] = [levels[0], levels.at(-1)];
  if (curve.length < FEWEST_POINTS || !first || !end)
    return unknown(`Not known: ${curve.length} points of the curve are no trend.`);
  const half = (rollouts - first.rollouts) / 2;
  if (!(half > 0)) return unknown('Not known: the search spent nothing after its first score.');
  const sign = goal === 'maximize' ? 1 : -1;
  const middle = levels.filter((level) => level.rollouts <= first.rollouts + half).at(-1) ?? first;
  const early = sign * (middle.score - first.score);
  const late = sign * (end.score - middle.score);
  const shrinking = early > 0 ? Math.min(1, late / early) : 1;
  const room = goal === 'maximize' && end.score <= 1 ? 1 - end.score : Number.POSITIVE_INFINITY;
  const share = confirmedShare === null ? 1 : Math.min(1, Math.max(0, confirmedShare));
  const per100Rollouts = ((Math.min(room, late * shrinking) * share) / half) * 100;
  const last = curve.at(-1);
  const usdPerRollout = last && last.rollouts > 0 ? last.usd / last.rollouts : 0;
  const confirmed =
    confirmedShare === null ? '' : `, times the ${Math.round(share * 100)} % that the sealed rows confirm`;
  return {
    per100Rollouts,
    perUsd: usdPerRollout > 0 ? per100Rollouts / 100 / usdPerRollout : null,
    why: `The second half of the search gained ${late.toFixed(3)} after ${early.toFixed(3)} in the first; the same decline once more${confirmed}.`,
  };
}
