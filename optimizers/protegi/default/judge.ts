import type { Candidate } from '../../../src/domain/candidate.ts';
import type { SearchTask } from '../../../src/search/contract.ts';
import { type EditVerdict, editPrior, judgeEdit } from '../../../src/search/edit-posterior.ts';
import type { KnownRow } from '../../../src/search/known-rows.ts';
import { changesOf, type SentenceChange } from '../../../src/search/sentences.ts';
import type { Evidence } from './evidence.ts';

/** What the rows that a candidate has been measured on say of it, against the leader on the same rows. */
export interface Finding {
  readonly candidate: Candidate;
  readonly verdict: EditVerdict;
  /** Rows it was made for that came right. */
  readonly fixed: readonly string[];
  /** Rows that the leader passes: how many were measured, and those that went wrong. */
  readonly passes: number;
  readonly broken: readonly string[];
  /** Breaks the hard constraints more than the leader does. */
  readonly violates: boolean;
}

/** Half of the missing score gained is a fix; half of what failing rows lack lost is a break. */
const HALF = 0.5;

/** Paired comparison of candidates with the leader, row by row. */
export class Judge {
  readonly #task: SearchTask;
  readonly #evidence: Evidence;
  readonly #harm: number;
  /** Rows that an edit was made for, by candidate. */
  readonly #targets = new Map<string, readonly string[]>();

  constructor(task: SearchTask, evidence: Evidence, harm: number) {
    this.#task = task;
    this.#evidence = evidence;
    this.#harm = harm;
  }

  madeFor(candidate: Candidate, rowIds: readonly string[]): void {
    this.#targets.set(candidate.id, rowIds);
  }

  targetsOf(candidate: Candidate): readonly string[] {
    return this.#targets.get(candidate.id) ?? [];
  }

  /** Sentences by which a candidate differs from another. */
  changes(candidate: Candidate, from: Candidate): SentenceChange[] {
    return changesOf(this.#task.components, from, candidate);
  }

  judge(candidate: Candidate, leader: Candidate): Finding {
    const known = this.#evidence.known(leader);
    const rows = [...known.values()];
    const failing = rows.filter((row) => row.fails);
    const passing = rows.filter((row) => !row.fails);
    const wanted = new Set(this.targetsOf(candidate));
    const aims = failing.filter((row) => wanted.has(row.rowId));
    const room =
      failing.length === 0
        ? 1
        : Math.max(0.01, failing.reduce((sum, { score }) => sum + 1 - score, 0) / failing.length);
    const targets = this.#changed(candidate, aims, (before, after) => (after - before) / (1 - before));
    const passes = this.#changed(candidate, passing, (before, after) => (before - after) / room);
    const changed = (list: typeof targets) => list.filter((row) => row.changed >= HALF).map((row) => row.rowId);
    return {
      candidate,
      verdict: judgeEdit(
        this.#prior(candidate, leader),
        {
          targets: aims.length / Math.max(1, rows.length),
          passes: passing.length / Math.max(1, rows.length),
          room,
        },
        targets,
        passes,
      ),
      fixed: changed(targets),
      passes: passes.length,
      broken: changed(passes),
      violates: this.#violation(candidate, rows) > this.#violation(leader, rows),
    };
  }

  /** Each sentence more than the one that fixes the rows may do harm by itself. */
  #prior(candidate: Candidate, leader: Candidate) {
    const more = Math.max(0, this.changes(candidate, leader).length - 1);
    return editPrior(1 - (1 - this.#harm / 2) * (1 - this.#harm) ** more);
  }

  #violation(candidate: Candidate, rows: readonly KnownRow[]): number {
    const measured = rows.map(({ rowId }) => rowId).filter((rowId) => this.#evidence.own(candidate, rowId) !== null);
    return measured.length === 0 ? 0 : this.#task.lab.violation(candidate, measured);
  }

  #changed(candidate: Candidate, rows: readonly KnownRow[], change: (before: number, after: number) => number) {
    return rows.flatMap(({ rowId, score: before, luck }) => {
      const score = this.#evidence.own(candidate, rowId);
      if (score === null) return [];
      return [{ rowId, luck, changed: Math.min(1, Math.max(0, change(before, score))) }];
    });
  }
}

export const findingText = ({ verdict, fixed, broken, passes, violates }: Finding) =>
  `${violates ? 'breaks a hard constraint; ' : ''}fixes ${fixed.length}, breaks ${broken.length} of ${passes}; better with probability ${verdict.better.toFixed(2)}, expected gain ${verdict.gain.toFixed(3)}`;
