import type { Candidate } from '../../../src/domain/candidate.ts';
import { compareStandings, headlineOf, type MetricValues } from '../../../src/domain/objective.ts';
import type { Measured, SearchTask } from '../../../src/search/contract.ts';
import { Frontier, type Fronts, leads, withoutRedundant } from '../../../src/search/frontier.ts';
import { type FrontierKeys, type FrontierType, frontierKeys } from '../../../src/search/frontier-keys.ts';

/** An accepted candidate with its full validation. */
export interface Member {
  /** Position in the pool: older members have smaller ones. */
  readonly index: number;
  readonly candidate: Candidate;
  readonly parents: readonly Member[];
  /** Scores by validation row; missing ones are absent. */
  readonly scores: ReadonlyMap<string, number>;
  /** Mean of `scores`; null when all are missing. */
  readonly mean: number | null;
  /** Objective values on validation. */
  readonly values: MetricValues;
  /** How far it breaks the hard constraints there; 0 = feasible. */
  readonly violation: number;
  /** Round-robin pointer into the task's components. */
  nextComponent: number;
}

/**
 * The candidates that were validated, with the frontier and the best one. "Best" compares constraints first, then the headline, and
 * the older one among equals; an infeasible member can be a parent but is never best while a feasible one exists.
 */
export class Pool {
  readonly members: Member[] = [];
  readonly #task: SearchTask;
  readonly #keys: FrontierKeys;
  readonly #frontier = new Frontier();
  #pruned: Fronts | null = null;
  #best: Member | null = null;

  constructor(task: SearchTask, frontier: FrontierType) {
    this.#task = task;
    this.#keys = frontierKeys(frontier, task.objectives, task.validation);
  }

  /** Adds a candidate with its measurements on all validation rows. A child goes on with the most advanced pointer of its parents. */
  add(candidate: Candidate, parents: readonly Member[], measured: readonly Measured[]): Member {
    const rowIds = this.#task.validation.map((row) => row.id);
    const values = this.#task.lab.aggregate(candidate, rowIds);
    const scores = new Map(measured.flatMap(({ rowId, score }) => (score === null ? [] : [[rowId, score] as const])));
    const member: Member = {
      index: this.members.length,
      candidate,
      parents,
      scores,
      mean: scores.size === 0 ? null : sum(scores.values()) / scores.size,
      values,
      violation: this.#task.lab.violation(candidate, rowIds),
      nextComponent: Math.max(0, ...parents.map((parent) => parent.nextComponent)),
    };
    this.members.push(member);
    this.#frontier.add(member.index, this.#keys({ measured, values }));
    this.#pruned = null;
    if (this.#best === null || this.compare(member, this.#best) < 0) this.#best = member;
    return member;
  }

  get best(): Member {
    if (this.#best === null) throw new Error('the pool is empty');
    return this.#best;
  }

  member(index: number): Member {
    const member = this.members[index];
    if (!member) throw new Error(`the pool has no member ${index}`);
    return member;
  }

  get fronts(): Fronts {
    return this.#frontier.fronts;
  }

  /** The fronts without redundant members; computed once after each addition. */
  get pruned(): Fronts {
    this.#pruned ??= withoutRedundant(this.fronts, this.meanOf);
    return this.#pruned;
  }

  /** Members of the pruned frontier, oldest first, with the number of fronts that each leads. */
  get survivors(): ReadonlyMap<number, number> {
    return leads(this.pruned);
  }

  /** A member all of whose scores are missing counts as worse than any other. */
  readonly meanOf = (index: number): number => this.member(index).mean ?? Number.NEGATIVE_INFINITY;

  /** Negative = `a` is better. */
  compare(a: Member, b: Member): number {
    return compareStandings(this.#task.objectives, a, b);
  }

  /** The best member is feasible and its headline reaches this value. */
  reaches(target: number): boolean {
    const { objectives } = this.#task;
    const headline = headlineOf(objectives);
    const value = this.best.values[headline.metric] ?? null;
    if (value === null || this.best.violation > 0) return false;
    return headline.goal === 'maximize' ? value >= target : value <= target;
  }
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
