import type { Candidate } from '../../../src/domain/candidate.ts';
import type { Lab, SearchTask } from '../../../src/search/contract.ts';
import { type EditPrior, type EditVerdict, editPrior, judgeEdit } from '../../../src/search/edit-posterior.ts';
import { changesOf } from '../../../src/search/sentences.ts';
import type { Course, CourseRow } from './course.ts';
import { Generalisation } from './generalisation.ts';
import type { RacingOptions } from './options.ts';
import type { Standing } from './standing.ts';

export interface Entry {
  readonly candidate: Candidate;
  readonly verdict: EditVerdict;
  /** Targets that came right. */
  readonly fixed: readonly string[];
  /** Won its race, and breaks a hard constraint. */
  readonly violates: boolean;
  /** Passing rows that were measured, and those that went wrong. */
  readonly passes: number;
  readonly broken: readonly string[];
}

/** Why a race ended as it did, for the record. */
export const raceText = ({ verdict, fixed, broken, violates }: Entry) =>
  `${violates ? 'breaks a hard constraint; ' : ''}fixes ${fixed.length}, breaks ${broken.length}; better with probability ${verdict.better.toFixed(2)}, expected gain ${verdict.gain.toFixed(3)}`;

/** Targets that a race may look at beyond its screening. */
const MORE_TARGETS = 1;
const STEP = 3;
/** Half of the missing score gained is a fix; half of what failing rows lack lost is a break. */
const HALF = 0.5;
const ROWS_PER_MIN_REGRESSION = 50;

/**
 * Paired races of children against their parent: first the rows that the edit was made for, then rows that the parent passes. Both are
 * looked at a few rows at a time, and the race ends as soon as the posterior is clear.
 */
export class Races {
  readonly #lab: Lab;
  readonly #standing: Standing;
  readonly #options: RacingOptions['race'];
  readonly #components: readonly string[];
  readonly #minRegression: number;
  readonly #generalisation = new Generalisation();

  constructor(task: SearchTask, standing: Standing, options: RacingOptions) {
    this.#lab = task.lab;
    this.#components = task.components;
    this.#standing = standing;
    this.#options = options.race;
    const byBudget = Math.round(task.remaining('rollouts') / ROWS_PER_MIN_REGRESSION);
    this.#minRegression = options.race.minRegressionRows ?? Math.min(6, Math.max(3, byBudget));
  }

  /** The first targets, until it is clear that the child probably fixes none or does harm. */
  async screen(candidate: Candidate, course: Course): Promise<{ passed: boolean; entry: Entry }> {
    const most = course.screen + MORE_TARGETS;
    for (let targets = course.screen; ; targets = most) {
      const rows = course.targets.slice(0, targets);
      await this.#measure(candidate, rows);
      const entry = this.entry(candidate, course);
      const hopeless = entry.verdict.better <= this.#options.reject;
      if (hopeless || entry.fixed.length === rows.length || rows.length < targets || targets === most)
        return { passed: !hopeless && entry.fixed.length > 0, entry };
    }
  }

  /** Runs one child to the end of its race. */
  async run(candidate: Candidate, course: Course): Promise<{ accepted: boolean; entry: Entry }> {
    const { accept, odds, reject, maxRegressionRows } = this.#options;
    let passes = this.#measured(candidate, course.passes);
    let targets = Math.max(course.screen, this.#measured(candidate, course.targets));
    for (;;) {
      const entry = this.entry(candidate, course);
      const { better, worse, gain, loss } = entry.verdict;
      if (better <= reject) return { accepted: false, entry };
      const doubt = this.#unconfirmed(entry, course);
      if (doubt === 'memorised') {
        this.#generalisation.refused();
        return { accepted: false, entry };
      }
      if (doubt !== null) {
        await this.#standing.measure(candidate, [doubt]);
        continue;
      }
      const clear = gain > 0 && gain + loss >= odds * loss && worse <= 1 - accept;
      if (clear && passes >= Math.min(this.#minRegression, course.passes.length))
        return this.#decided(true, entry, course);
      const more = course.passes.slice(0, Math.min(passes + STEP, maxRegressionRows));
      const moreTargets = course.targets.slice(0, Math.min(targets + 1, course.screen + MORE_TARGETS));
      if (more.length <= passes && moreTargets.length <= targets)
        return this.#decided(better > worse && gain > 0, entry, course);
      await this.#measure(candidate, [...moreTargets, ...more]);
      passes = Math.max(passes, more.length);
      targets = Math.max(targets, moreTargets.length);
    }
  }

  /** An unseen failure of the kind that has still to be measured, because only rows that the author was shown came right. */
  #unconfirmed(entry: Entry, course: Course): string | 'memorised' | null {
    const unseen = course.unseen.slice(0, this.#options.unseen);
    if (entry.fixed.some((rowId) => unseen.includes(rowId))) return null;
    const next = unseen.find((rowId) => this.#standing.scoreOf(entry.candidate, rowId) === null);
    const inVain = next === undefined ? unseen.length : unseen.indexOf(next);
    if (inVain > 0 && this.#generalisation.memorised(inVain) > 0.5) return 'memorised';
    return next ?? null;
  }

  /** Constraints come first: a child that breaks them more than its parent is not accepted, whatever it gains. */
  #decided(better: boolean, entry: Entry, course: Course): { accepted: boolean; entry: Entry } {
    if (entry.fixed.some((rowId) => course.unseen.includes(rowId))) this.#generalisation.confirmed();
    const rowIds = [...course.targets, ...course.passes].map(({ rowId }) => rowId);
    const measured = rowIds.filter((rowId) => this.#standing.scoreOf(entry.candidate, rowId) !== null);
    const violates = better && this.#lab.violation(entry.candidate, measured) > course.violation;
    return { accepted: better && !violates, entry: { ...entry, violates } };
  }

  /** What the rows of the course that the child has been measured on say. */
  entry(candidate: Candidate, course: Course): Entry {
    const { room } = course.stakes;
    const targets = this.#changed(candidate, course.targets, (before, after) => (after - before) / (1 - before));
    const passes = this.#changed(candidate, course.passes, (before, after) => (before - after) / room);
    const changed = (rows: typeof targets) => rows.filter((row) => row.changed >= HALF).map((row) => row.rowId);
    return {
      candidate,
      verdict: judgeEdit(this.#prior(candidate), course.stakes, targets, passes),
      fixed: changed(targets),
      violates: false,
      passes: passes.length,
      broken: changed(passes),
    };
  }

  #prior(candidate: Candidate): EditPrior {
    return priorOf(changesOf(this.#components, this.#standing.incumbent, candidate).length, this.#options.harm);
  }

  #changed(candidate: Candidate, rows: readonly CourseRow[], change: (before: number, after: number) => number) {
    return rows.flatMap((row) => {
      const score = this.#standing.scoreOf(candidate, row.rowId);
      if (score === null) return [];
      return [{ rowId: row.rowId, luck: row.luck, changed: Math.min(1, Math.max(0, change(row.score, score))) }];
    });
  }

  #measured(candidate: Candidate, rows: readonly CourseRow[]): number {
    return rows.filter(({ rowId }) => this.#standing.scoreOf(candidate, rowId) !== null).length;
  }

  async #measure(candidate: Candidate, rows: readonly CourseRow[]): Promise<void> {
    await this.#standing.measure(
      candidate,
      rows.map(({ rowId }) => rowId),
    );
  }
}

/** An author who puts the whole prompt in other words changes every sentence; that many do not do harm one by one. */
const MOST_CHANGES = 3;

/** What may be expected of so many changed sentences: each more than the one that fixes the rows may do harm by itself. */
function priorOf(changes: number, harm: number): EditPrior {
  const more = Math.min(MOST_CHANGES, Math.max(1, changes)) - 1;
  return editPrior(1 - (1 - harm / 2) * (1 - harm) ** more);
}
