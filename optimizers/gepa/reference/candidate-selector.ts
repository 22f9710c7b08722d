import { drawLeader, leads, restricted, withoutRedundant } from '../../../src/search/frontier.ts';
import type { Random } from '../../../src/search/random.ts';
import type { ReferenceOptions } from './options.ts';
import type { Member, Pool } from './pool.ts';

/** Chooses the parent of a proposal. */
export interface CandidateSelector {
  select(pool: Pool, random: Random): Member;
  /** Every member that `select` can return now. */
  selectable(pool: Pool): readonly Member[];
}

/** Survivors of the pruned frontier, drawn by how many fronts they lead; without any front (nothing measurable) the best member. */
const pareto = () => fromLeads((pool) => pool.survivors);

const currentBest: CandidateSelector = {
  select: (pool) => pool.best,
  selectable: (pool) => [pool.best],
};

/** A uniformly drawn member with probability `epsilon`, else the best one. */
function epsilonGreedy(epsilon: number): CandidateSelector {
  return {
    select: (pool, random) => (random.next() < epsilon ? random.pick(pool.members) : pool.best),
    selectable: (pool) => (epsilon > 0 ? pool.members : [pool.best]),
  };
}

/** The frontier restricted to the k best members, then pruned and drawn like `pareto`. */
function topKPareto(k: number): CandidateSelector {
  return fromLeads((pool) => {
    const top = new Set(
      [...pool.members]
        .sort((a, b) => pool.compare(a, b))
        .slice(0, k)
        .map((member) => member.index),
    );
    return leads(
      withoutRedundant(
        restricted(pool.fronts, (index) => top.has(index)),
        pool.meanOf,
      ),
    );
  });
}

/** The leads are counted again only when the pool has grown: choosing a parent stays cheap with thousands of members. */
function fromLeads(leadsOf: (pool: Pool) => ReadonlyMap<number, number>): CandidateSelector {
  let counted = 0;
  let current: ReadonlyMap<number, number> = new Map();
  const counts = (pool: Pool) => {
    if (counted !== pool.members.length) [counted, current] = [pool.members.length, leadsOf(pool)];
    return current;
  };
  return {
    select: (pool, random) => {
      const index = drawLeader(counts(pool), random);
      return index === undefined ? pool.best : pool.member(index);
    },
    selectable: (pool) => {
      const members = [...counts(pool).keys()].map((index) => pool.member(index));
      return members.length > 0 ? members : [pool.best];
    },
  };
}

/** A selector for one search (it remembers the pool that it saw). */
export function candidateSelector(options: ReferenceOptions): CandidateSelector {
  switch (options.candidateSelection) {
    case 'pareto':
      return pareto();
    case 'current-best':
      return currentBest;
    case 'epsilon-greedy':
      return epsilonGreedy(options.epsilon);
    case 'top-k-pareto':
      return topKPareto(options.topK);
  }
}
