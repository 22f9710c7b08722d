import type { Candidate } from '../../../src/domain/candidate.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { Measured, SearchEnd, SearchTask } from '../../../src/search/contract.ts';
import { Refusals } from '../../../src/search/refusals.ts';
import { accepts, pairedSums, sumsText } from './acceptance.ts';
import { type BatchSampler, epochShuffled } from './batch-sampler.ts';
import { type CandidateSelector, candidateSelector } from './candidate-selector.ts';
import { chooseComponents } from './component-selector.ts';
import { Lessons } from './lessons.ts';
import { Merging, mergeDraft, mergeFacts } from './merge.ts';
import { Mutation } from './mutation.ts';
import type { ReferenceOptions } from './options.ts';
import { type Member, Pool } from './pool.ts';
import { reflectPrompt } from './reflect-prompt.ts';
import { Progress, stopReason } from './stop-conditions.ts';

/**
 * GEPA as published (arXiv 2507.19457, algorithm 1) and as its package decides: the seed on all of validation; then per iteration a
 * merge when one is due, else parent, minibatch, reflection, the child on the same minibatch, and all of validation for every accepted
 * child, whatever it scores there.
 *
 * What differs from the package spends no rollout otherwise, as long as no score is missing:
 * - What is known of a parent is not measured again.
 * - A text that equals an earlier one, or breaks a check, is refused instead of measured.
 * - The search ends when nothing is left to learn, or when every proposal is refused; the package would go on for ever.
 * - A missing score is left out: of both sums of a comparison, of means, of frontier keys, and of the rows that two parents share.
 * - With constraints, "best" compares them first; an infeasible candidate can still be a parent.
 */
export async function search(task: SearchTask, options: ReferenceOptions): Promise<SearchEnd> {
  return new GepaSearch(task, options).run();
}

class GepaSearch {
  readonly #task: SearchTask;
  readonly #options: ReferenceOptions;
  readonly #pool: Pool;
  readonly #progress = new Progress();
  readonly #refusals = new Refusals();
  readonly #lessons: Lessons;
  readonly #mutation: Mutation;
  readonly #merging: Merging;
  readonly #selector: CandidateSelector;
  readonly #minibatch: BatchSampler;

  constructor(task: SearchTask, options: ReferenceOptions) {
    this.#task = task;
    this.#options = options;
    this.#pool = new Pool(task, options.frontier);
    this.#lessons = new Lessons(task, options);
    this.#mutation = new Mutation(
      task,
      reflectPrompt.override(options.prompts.reflect, 'prompts.reflect'),
      this.#refusals,
    );
    this.#merging = new Merging(options.merge, task.components);
    this.#selector = candidateSelector(options);
    this.#minibatch = epochShuffled(
      task.train.map((row) => row.id),
      options.minibatchSize,
      (epoch) => task.random('gepa/minibatch', epoch),
    );
  }

  async run(): Promise<SearchEnd> {
    await this.#admit(this.#task.baseline, []);
    for (let iteration = 0; ; iteration++) {
      this.#task.signal.throwIfAborted();
      const stop = stopReason(this.#progress, this.#pool, this.#options.stop);
      if (stop !== null) return { stop };
      if (this.#merging.takeTurn() && (await this.#merge(iteration))) continue;
      const learned = await this.#mutate(iteration);
      if (!learned && this.#lessons.over(this.#selector.selectable(this.#pool)))
        return { stop: 'nothing-left-to-learn' };
    }
  }

  /**
   * Reflective mutation. False when the minibatch had nothing to learn from; that is noted only when it cost something, for near the
   * end of a search there are thousands of such iterations.
   */
  async #mutate(iteration: number): Promise<boolean> {
    const parent = this.#selector.select(this.#pool, this.#task.random('gepa/parent', iteration));
    const rowIds = this.#minibatch(iteration);
    const paid = rowIds.some((rowId) => this.#task.lab.known(parent.candidate, rowId) === undefined);
    const before = await this.#measure(parent.candidate, rowIds);
    const facts = { iteration, parent: parent.candidate.id, rows: [...rowIds] };
    if (!before.some((measured) => this.#lessons.teaches(measured))) {
      if (paid) this.#task.record.note('skipped', { ...facts, reason: skipReason(before) });
      return false;
    }

    const components = chooseComponents(this.#options.componentSelection, this.#task.components, parent);
    const child = await this.#propose(parent, components, before, { ...facts, components: [...components] });
    if (child === null) return true;

    const sums = pairedSums(before, await this.#measure(child, rowIds));
    const accepted = accepts(this.#options.acceptance, sums);
    await this.#settle(child, [parent], accepted, sumsText('minibatch', sums));
    if (accepted) this.#merging.childAccepted();
    this.#task.record.note('reflection', {
      ...facts,
      components: [...components],
      child: child.id,
      outcome: accepted ? 'accepted' : 'rejected',
      sums: [sums.before, sums.after],
      compared: sums.compared,
    });
    return true;
  }

  /** A new candidate from reflection that passed the checks; null = the proposal ends here, without a rollout. */
  async #propose(
    parent: Member,
    components: readonly string[],
    before: readonly Measured[],
    facts: JsonObject,
  ): Promise<Candidate | null> {
    const draft = await this.#mutation.draft(parent, components, before);
    const proposed = draft && this.#task.record.propose(draft);
    if (proposed?.ok) return proposed.candidate;
    this.#progress.refused();
    if (proposed) this.#refusals.add(components, proposed.detail);
    this.#task.record.note('reflection', {
      ...facts,
      outcome: proposed ? 'refused' : 'unusable',
      reason: proposed?.refusal ?? 'the reflection model gave no usable answer',
    });
    return null;
  }

  /** Merges two members of the frontier. True when a merge was built: the iteration is then over, accepted or not. */
  async #merge(iteration: number): Promise<boolean> {
    const random = this.#task.random('gepa/merge', iteration);
    const merge = this.#merging.build(this.#pool, random);
    if (merge === null) {
      this.#task.record.note('merge', { iteration, outcome: 'none', reason: 'no pair fulfils the conditions' });
      return false;
    }
    const facts = { iteration, ...mergeFacts(merge) };
    const proposed = this.#task.record.propose(mergeDraft(merge));
    if (!proposed.ok) {
      this.#progress.refused();
      this.#task.record.note('merge', { ...facts, outcome: 'refused', reason: proposed.refusal });
      return true;
    }

    const child = proposed.candidate;
    const rowIds = this.#merging.screenRows(merge, random);
    const ofFirst = await this.#measure(merge.first.candidate, rowIds);
    const ofSecond = await this.#measure(merge.second.candidate, rowIds);
    const ofChild = await this.#measure(child, rowIds);
    const [first, second] = [pairedSums(ofFirst, ofChild), pairedSums(ofSecond, ofChild)];
    const better = first.before >= second.before ? first : second;
    const accepted = accepts('improvement-or-equal', better);
    await this.#settle(child, [merge.first, merge.second], accepted, sumsText('screen', better));
    if (accepted) this.#merging.mergeAccepted();
    this.#task.record.note('merge', {
      ...facts,
      child: child.id,
      rows: [...rowIds],
      outcome: accepted ? 'accepted' : 'rejected',
      sums: [first.before, second.before, better.after],
      compared: better.compared,
    });
    return true;
  }

  /** An accepted candidate joins the pool after its full validation; if the budget ends before, the step is dropped without a fate. */
  async #settle(child: Candidate, parents: readonly Member[], accepted: boolean, reason: string): Promise<void> {
    const improved = accepted && (await this.#admit(child, parents));
    this.#task.record.fate(child, accepted ? 'accepted' : 'rejected', reason);
    this.#progress.measured(improved);
  }

  /** Full validation; the candidate joins the pool whatever it scores. True when it is the new best. */
  async #admit(candidate: Candidate, parents: readonly Member[]): Promise<boolean> {
    const rowIds = this.#task.validation.map((row) => row.id);
    const member = this.#pool.add(candidate, parents, await this.#task.lab.measure(candidate, rowIds));
    this.#task.record.validated(candidate);
    const leads = [...this.#pool.survivors].map(([index, fronts]) => [this.#pool.member(index).candidate.id, fronts]);
    this.#task.record.note('frontier', {
      added: candidate.id,
      mean: member.mean,
      best: this.#pool.best.candidate.id,
      leads: Object.fromEntries(leads),
    });
    return this.#pool.best === member;
  }

  /** One result per position; a row that stands there twice is measured once. */
  async #measure(candidate: Candidate, rowIds: readonly string[]): Promise<Measured[]> {
    const results = await this.#task.lab.measure(candidate, [...new Set(rowIds)]);
    const byRow = new Map(results.map((measured) => [measured.rowId, measured]));
    return rowIds.flatMap((rowId) => byRow.get(rowId) ?? []);
  }
}

const skipReason = (before: readonly Measured[]) =>
  before.every((measured) => measured.score === null) ? 'no row has a score' : 'every score is perfect';
