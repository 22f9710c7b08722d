import type { Candidate } from '../../../src/domain/candidate.ts';
import type { SearchTask } from '../../../src/search/contract.ts';
import { interleaved } from '../../../src/search/interleaved.ts';
import type { Evidence } from './evidence.ts';
import { type Finding, findingText, type Judge } from './judge.ts';
import type { DefaultOptions } from './options.ts';

/** Rows an edit was made for on which it is tried first, and one more when they disagree. */
const SCREEN = 2;
/** A small budget buys more steps with fewer rows that must stay right; a large one pays for certainty. */
const ROLLOUTS_PER_MIN_ROW = 100;

export interface Selected {
  readonly winner: Finding | null;
  /** Neither dropped nor chosen, best first. */
  readonly left: readonly Finding[];
  /** Probably worse than the leader. */
  readonly rejected: readonly Finding[];
}

/** Which candidates of a step stay, and whether one of them replaces the leader. */
export class Selection {
  readonly #task: SearchTask;
  readonly #evidence: Evidence;
  readonly #judge: Judge;
  readonly #options: DefaultOptions['selection'];
  /**
   * Rows of both splits in one random order, validation and training in turn. Each step goes on where the last one ended, and round
   * again: rows that decide time after time would be learned by heart.
   */
  readonly #order: readonly string[];
  readonly #train: ReadonlySet<string>;
  readonly #minRows: number;
  #at = 0;

  constructor(task: SearchTask, evidence: Evidence, judge: Judge, options: DefaultOptions['selection']) {
    this.#task = task;
    this.#evidence = evidence;
    this.#judge = judge;
    this.#options = options;
    const byBudget = Math.round(task.remaining('rollouts') / ROLLOUTS_PER_MIN_ROW);
    this.#minRows = options.minRows ?? Math.min(6, Math.max(3, byBudget));
    const validation = task.random('protegi/order').shuffle(task.validation.map((row) => row.id));
    const train = task.random('protegi/train-order').shuffle(task.train.map((row) => row.id));
    this.#train = new Set(train);
    this.#order = interleaved(validation, train);
  }

  /** The rows an edit was made for come first: one that fixes none of them is not worth another row. */
  async screen(candidate: Candidate, targets: readonly string[], leader: Candidate): Promise<Finding> {
    const first = targets.slice(0, SCREEN);
    await this.#evidence.measure(candidate, first);
    const finding = this.#judge.judge(candidate, leader);
    if (finding.fixed.length >= first.length || targets.length === first.length) return finding;
    await this.#evidence.measure(candidate, targets.slice(0, SCREEN + 1));
    return this.#judge.judge(candidate, leader);
  }

  passes({ fixed, verdict, violates }: Finding): boolean {
    return fixed.length > 0 && verdict.better > this.#options.reject && !violates;
  }

  /**
   * Successive halving on growing blocks of the common order: after each block those that are probably worse than the leader are out,
   * and of the others the worse half, until one of them is better by the evidence. Nothing is measured twice.
   */
  async halve(entrants: readonly Candidate[], leader: Candidate): Promise<Selected> {
    const { maxRows, accept, reject } = this.#options;
    let alive = entrants.map((candidate) => this.#judge.judge(candidate, leader));
    const rejected: Finding[] = [];
    const order = this.#walk(leader);
    for (let rows = 0; ; ) {
      const isOut = (finding: Finding) => finding.violates || finding.verdict.better <= reject;
      const out = alive.filter(isOut);
      for (const finding of out) this.#drop(finding, 'rejected', rows);
      rejected.push(...out);
      alive = alive.filter((finding) => !isOut(finding)).sort((a, b) => b.verdict.gain - a.verdict.gain);
      const [best] = alive;
      if (best === undefined) return { winner: null, left: [], rejected };
      const { better, worse, gain } = best.verdict;
      const won = { winner: best, left: alive.slice(1), rejected };
      if (gain > 0 && worse <= 1 - accept && best.passes >= this.#minRows) return won;
      const next = rows < maxRows ? await order() : [];
      if (next.length === 0) return gain > 0 && better > worse ? won : { winner: null, left: alive, rejected };
      if (rows > 0) {
        const kept = Math.ceil(alive.length / 2);
        for (const finding of alive.slice(kept)) this.#drop(finding, 'pruned', rows);
        alive = alive.slice(0, kept);
      }
      rows += next.length;
      await Promise.all(alive.map(({ candidate }) => this.#evidence.measure(candidate, next)));
      alive = alive.map(({ candidate }) => this.#judge.judge(candidate, leader));
    }
  }

  /**
   * The next rows of the common order, block by block and at most once round, as far as the leader passes them: rows that it fails and
   * that no edit was made for say hardly anything. Where nobody of its lineage was asked, the leader is measured first.
   */
  #walk(leader: Candidate): () => Promise<string[]> {
    let walked = 0;
    return async () => {
      const block: string[] = [];
      while (block.length < this.#options.block && walked < this.#order.length) {
        const rowId = this.#order[this.#at] ?? '';
        this.#at = (this.#at + 1) % this.#order.length;
        walked += 1;
        if (this.#train.has(rowId) && this.#evidence.isUnknown(leader, rowId)) continue;
        if (this.#evidence.isUnknown(leader, rowId)) await this.#evidence.measure(leader, [rowId]);
        if (this.#evidence.known(leader).get(rowId)?.fails === false) block.push(rowId);
      }
      return block;
    };
  }

  #drop(finding: Finding, fate: 'rejected' | 'pruned', rows: number): void {
    this.#task.record.fate(finding.candidate, fate, `after ${rows} rows of the common order: ${findingText(finding)}`);
  }
}
