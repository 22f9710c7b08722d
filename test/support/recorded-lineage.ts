export const OPERATORS = ['reflect', 'merge', 'paraphrase', 'prune'] as const;

export interface RecordedCandidate {
  readonly id: string;
  readonly parents: readonly string[];
  readonly operator: string;
  /** Chance to be right on a row. */
  readonly skill: number;
  readonly accepted: boolean;
}

/** Every so many proposals one is accepted and leads from then on. */
const ROUND = 50;

/**
 * A search with one leader at a time: most proposals come from the leader, some from a proposal of the same round, and every eleventh has two parents.
 * The leader gets better with each round, so that the last ones are the best.
 */
export function lineageAt(index: number): RecordedCandidate {
  if (index === 0) return { id: 'c0', parents: [], operator: 'baseline', skill: 0.5, accepted: true };
  const accepted = index % ROUND === 0;
  const leader = Math.floor((index - 1) / ROUND) * ROUND;
  const sibling = index - 1 > leader && index % 7 === 0 && !accepted ? index - 1 : leader;
  const crossed = index % 11 === 0 && sibling !== 0 ? [`c${sibling}`, 'c0'] : [`c${sibling}`];
  const round = leader / ROUND;
  const skill = 0.5 + 0.45 * (1 - 1 / (1 + round / 10)) + (accepted ? 0.02 : -0.05);
  return {
    id: `c${index}`,
    parents: crossed,
    operator: crossed.length > 1 ? 'merge' : (OPERATORS[index % OPERATORS.length] ?? 'reflect'),
    skill,
    accepted,
  };
}
