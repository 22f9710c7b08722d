import type { JsonObject } from '../../../src/domain/json.ts';
import type { Components } from '../../../src/domain/prompt.ts';
import type { Draft } from '../../../src/search/contract.ts';
import type { Random } from '../../../src/search/random.ts';
import type { ReferenceOptions } from './options.ts';
import type { Member, Pool } from './pool.ts';

/** A child of two members, component by component. `first` is the older one. */
export interface Merge {
  readonly first: Member;
  readonly second: Member;
  readonly ancestor: Member;
  readonly components: Components;
  /** Which of the two each component comes from. */
  readonly sources: Readonly<Record<string, Member>>;
}

const OUTER_TRIES = 10;
const PAIR_TRIES = 10;

/**
 * The merge proposer of GEPA (paper, appendix D; `proposer/merge.py` of the package): when one is due, which one, and what was tried.
 *
 * One merge becomes due per accepted reflective child while fewer than `maxInvocations` were accepted, and it is attempted only in the
 * iteration right after an accepted reflective child. A rejected merge stays due and does not count; the triple and the combination
 * that were built are not built again. `maxInvocations` is a hard cap here; in the package, merges that became due before it was
 * reached may still pass it.
 */
export class Merging {
  readonly #options: ReferenceOptions['merge'];
  readonly #enabled: boolean;
  readonly #componentIds: readonly string[];
  readonly #triples = new Set<string>();
  readonly #combinations = new Set<string>();
  #due = 0;
  #accepted = 0;
  #afterAccepted = false;

  /** Without an explicit switch merging is on for several components: with one, it needs a descendant that kept its ancestor's text. */
  constructor(options: ReferenceOptions['merge'], componentIds: readonly string[]) {
    this.#options = options;
    this.#enabled = options.enabled ?? componentIds.length > 1;
    this.#componentIds = componentIds;
  }

  /** A reflective child was accepted. */
  childAccepted(): void {
    this.#afterAccepted = true;
    this.#due += 1;
  }

  mergeAccepted(): void {
    this.#due -= 1;
    this.#accepted += 1;
  }

  /** Whether this iteration begins with a merge. Asking uses up the accepted child that allowed it. */
  takeTurn(): boolean {
    const allowed = this.#enabled && this.#accepted < this.#options.maxInvocations;
    const turn = allowed && this.#due > 0 && this.#afterAccepted;
    this.#afterAccepted = false;
    return turn;
  }

  /** Up to 10 × 10 tries for a merge that fulfils every condition; null when none was found. */
  build(pool: Pool, random: Random): Merge | null {
    const survivors = [...pool.survivors.keys()].map((index) => pool.member(index));
    if (survivors.length < 2 || pool.members.length < 3) return null;
    for (let attempt = 0; attempt < OUTER_TRIES; attempt++) {
      const related = this.#drawPair(survivors, random);
      if (related === null) continue;
      const merge = this.#combine(related.first, related.second, related.ancestor, random);
      const combination = JSON.stringify([
        merge.first.index,
        merge.second.index,
        ...this.#componentIds.map((id) => merge.sources[id]?.index ?? -1),
      ]);
      if (this.#combinations.has(combination)) continue;
      if (commonRows(merge).length < this.#options.overlapFloor) continue;
      this.#combinations.add(combination);
      this.#triples.add(tripleKey(merge.first, merge.second, merge.ancestor));
      return merge;
    }
    return null;
  }

  /**
   * Validation rows to screen on, from those where both parents have a score: a third (rounded up) where the first wins, as many where
   * the second wins, then ties (2 + 2 + 1 of 5), filled up from the rest. Fewer when there are fewer: no row is screened twice.
   */
  screenRows(merge: Merge, random: Random): readonly string[] {
    const size = this.#options.screenRows;
    const common = commonRows(merge);
    const lead = (rowId: string) => (merge.first.scores.get(rowId) ?? 0) - (merge.second.scores.get(rowId) ?? 0);
    const strata = [
      common.filter((rowId) => lead(rowId) > 0),
      common.filter((rowId) => lead(rowId) < 0),
      common.filter((rowId) => lead(rowId) === 0),
    ];
    const chosen: string[] = [];
    for (const stratum of strata) {
      chosen.push(...random.sample(stratum, Math.min(Math.ceil(size / strata.length), size - chosen.length)));
    }
    const rest = common.filter((rowId) => !chosen.includes(rowId));
    return [...chosen, ...random.sample(rest, size - chosen.length)];
  }

  /** Two survivors, neither an ancestor of the other, with a common ancestor that both improved on. */
  #drawPair(survivors: readonly Member[], random: Random) {
    for (let attempt = 0; attempt < PAIR_TRIES; attempt++) {
      const [one, other] = random.sample(survivors, 2);
      if (one === undefined || other === undefined) return null;
      const [first, second] = one.index < other.index ? [one, other] : [other, one];
      const ofFirst = ancestors(first);
      const ofSecond = ancestors(second);
      if (ofSecond.has(first)) continue;
      const common = [...ofFirst].filter((ancestor) => ofSecond.has(ancestor) && this.#serves(first, second, ancestor));
      if (common.length > 0) return { first, second, ancestor: drawAncestor(common, random) };
    }
    return null;
  }

  /** A new triple, an ancestor that is better than neither, and a component that exactly one of the two has changed. */
  #serves(first: Member, second: Member, ancestor: Member): boolean {
    if (this.#triples.has(tripleKey(first, second, ancestor))) return false;
    if (meanOf(ancestor) > meanOf(first) || meanOf(ancestor) > meanOf(second)) return false;
    return this.#componentIds.some((id) => {
      const [before, one, other] = [textOf(ancestor, id), textOf(first, id), textOf(second, id)];
      return one !== other && (before === one || before === other);
    });
  }

  /** Per component: the side that changed; of two different changes the one of the higher mean (tie: drawn); equal texts are kept. */
  #combine(first: Member, second: Member, ancestor: Member, random: Random): Merge {
    const source = (id: string): Member => {
      const [before, one, other] = [textOf(ancestor, id), textOf(first, id), textOf(second, id)];
      if (one === other || other === before) return first;
      if (one === before) return second;
      if (meanOf(first) !== meanOf(second)) return meanOf(first) > meanOf(second) ? first : second;
      return random.pick([first, second]);
    };
    const sources = Object.fromEntries(this.#componentIds.map((id) => [id, source(id)]));
    const components = Object.fromEntries(Object.entries(sources).map(([id, member]) => [id, textOf(member, id)]));
    return { first, second, ancestor, sources, components };
  }
}

/**
 * Weighted by mean score. When all weights are 0 (the package raises and ends the run) no ancestor is preferred: the draw is
 * uniform.
 */
function drawAncestor(common: readonly Member[], random: Random): Member {
  const weights = common.map((member) => member.mean ?? 0);
  const index = random.weighted(weights.some((weight) => weight > 0) ? weights : common.map(() => 1));
  return common[index] ?? random.pick(common);
}

/** All ancestors, nearest first. */
function ancestors(member: Member): ReadonlySet<Member> {
  const found = new Set(member.parents);
  for (const one of found) for (const parent of one.parents) found.add(parent);
  return found;
}

/** Validation rows on which both parents have a score, in validation order. */
function commonRows({ first, second }: Merge): string[] {
  return [...first.scores.keys()].filter((rowId) => second.scores.has(rowId));
}

const meanOf = (member: Member) => member.mean ?? Number.NEGATIVE_INFINITY;
const textOf = (member: Member, component: string) => member.candidate.components[component] ?? '';
const tripleKey = (...members: readonly Member[]) => members.map((member) => member.index).join(' ');

/** The merged text as a proposal. */
export function mergeDraft({ first, second, ancestor, components, sources }: Merge): Draft {
  const parts = Object.entries(sources).map(([component, member]) => `${component} from ${member.candidate.id}`);
  return {
    components,
    parents: [first.candidate, second.candidate],
    operator: 'merge',
    reason: `common ancestor ${ancestor.candidate.id}; ${parts.join(', ')}`,
  };
}

/** What the record keeps of a merge attempt. */
export function mergeFacts({ first, second, ancestor, sources }: Merge): JsonObject {
  return {
    first: first.candidate.id,
    second: second.candidate.id,
    ancestor: ancestor.candidate.id,
    sources: Object.fromEntries(Object.entries(sources).map(([component, member]) => [component, member.candidate.id])),
  };
}
