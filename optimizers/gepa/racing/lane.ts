import type { Candidate } from '../../../src/domain/candidate.ts';
import type { Measured, SearchTask } from '../../../src/search/contract.ts';
import type { FailureGroup, FailureGroups } from '../../../src/search/failure-groups.ts';
import type { RejectionMemory } from '../../../src/search/rejection-memory.ts';
import { changesOf, type SentenceChange, sentenceChanges, undone } from '../../../src/search/sentences.ts';
import { type Course, courseOf } from './course.ts';
import { examplesOf, type Hypotheses, type Lesson } from './hypotheses.ts';
import type { RacingOptions } from './options.ts';
import { type Entry, type Races, raceText } from './race.ts';
import { type Specialist, Specialists } from './specialists.ts';
import type { Standing } from './standing.ts';
import type { StopCount } from './stop-count.ts';

export interface LaneParts {
  readonly task: SearchTask;
  readonly options: RacingOptions;
  readonly standing: Standing;
  readonly failures: FailureGroups;
  readonly hypotheses: Hypotheses;
  readonly races: Races;
  readonly memory: RejectionMemory;
  readonly stop: StopCount;
}

/** A hypothesis that won against the incumbent, and the failures it was made for. */
export interface LaneWin {
  readonly winner: Entry;
  readonly group: readonly string[];
  readonly shown: readonly string[];
}

/** One group of failures: a reflection on it, and the races of its hypotheses against the incumbent. Nothing is adopted here. */
export class Lane {
  readonly #task: SearchTask;
  readonly #options: RacingOptions;
  readonly #standing: Standing;
  readonly #parts: LaneParts;
  readonly #specialists = new Specialists();
  /** Hypotheses that changed nothing, and were not reflected on. */
  #inVain: (Pick<Lesson, 'parent' | 'component'> & { readonly candidate: Candidate })[] = [];

  constructor(parts: LaneParts) {
    this.#parts = parts;
    this.#task = parts.task;
    this.#options = parts.options;
    this.#standing = parts.standing;
  }

  /** The hypothesis that won, or null. `purpose` names the lane among the random streams of the job. */
  async run(group: FailureGroup, purpose: readonly number[]): Promise<LaneWin | null> {
    const { failures } = this.#parts;
    const { component } = group;
    const shown = await this.verified(group.showable);
    if (shown.length === 0) return null;
    const { deepen } = this.#options;
    const stubborn = deepen > 0 && shown.every((rowId) => failures.tries(rowId, component) >= deepen);
    failures.tried(shown, component);
    const random = this.#task.random('gepa/course', ...purpose);
    const course = courseOf(this.#task, this.#standing, { group: group.rowIds, shown }, random);
    const lesson: Lesson = {
      parent: this.#standing.incumbent,
      component,
      shown: examplesOf(this.#task, shown, (rowId) => this.#standing.known.get(rowId)?.measured),
      contrasts: examplesOf(
        this.#task,
        this.#contrasts(shown, group.passing),
        (rowId) => this.#standing.known.get(rowId)?.measured,
      ),
    };
    const winner =
      (await this.#merged(lesson, group, course, purpose)) ??
      (await this.#attempt(this.#withSpecialist(lesson, group, purpose), course)) ??
      (stubborn ? await this.#deeper(lesson, course, purpose) : null);
    return winner === null ? null : { winner, group: group.rowIds, shown };
  }

  /** The lesson, or by the shares of the options one with a specialist for these failures: as the parent, or as a partner. */
  #withSpecialist(lesson: Lesson, { rowIds }: FailureGroup, purpose: readonly number[]): Lesson {
    const { specialists, crossover } = this.#options;
    const drawn = this.#task.random('gepa/parents', ...purpose).next();
    if (drawn >= specialists + crossover) return lesson;
    const { known } = this.#standing;
    const [specialist] = this.#solving(rowIds, lesson.component);
    if (specialist === undefined) return lesson;
    const { candidate } = specialist;
    const fixed = specialist.fixed.filter((rowId) => known.get(rowId)?.fails === true);
    const broken = specialist.broken.filter((rowId) => known.get(rowId)?.fails === false);
    if (broken.length === 0) return lesson;
    const under = (measuredOf: (rowId: string) => Measured | undefined, ids: readonly string[]) =>
      examplesOf(this.#task, ids.slice(0, this.#options.batchSize), measuredOf);
    const byIncumbent = (rowId: string) => known.get(rowId)?.measured;
    const bySpecialist = (rowId: string) => this.#task.lab.known(candidate, rowId);
    return drawn < specialists
      ? { ...lesson, parent: candidate, shown: under(bySpecialist, broken), contrasts: under(bySpecialist, fixed) }
      : { ...lesson, partner: candidate, shown: under(byIncumbent, fixed), contrasts: under(byIncumbent, broken) };
  }

  /** Specialists for those of these rows that the incumbent still fails, the latest first. */
  #solving(rowIds: readonly string[], component: string): readonly Specialist[] {
    const { known } = this.#standing;
    return this.#specialists.solving(
      rowIds.filter((rowId) => known.get(rowId)?.fails === true),
      component,
    );
  }

  /**
   * The merge of a chain, component by component: a specialist's text of the step beside steps that have changed since it lost. What of it
   * won, or null.
   */
  async #merged(
    lesson: Lesson,
    group: FailureGroup,
    course: Course,
    purpose: readonly number[],
  ): Promise<Entry | null> {
    const { components, record, random } = this.#task;
    if (components.length === 1 || random('gepa/merge', ...purpose).next() >= this.#options.merge) return null;
    const { parent, component, shown } = lesson;
    for (const { candidate } of this.#solving(group.rowIds, component)) {
      const changed = components.some((id) => id !== component && candidate.components[id] !== parent.components[id]);
      if (!changed) continue;
      const proposed = record.propose({
        components: { ...parent.components, [component]: candidate.components[component] ?? '' },
        parents: [parent, candidate],
        operator: 'merge',
        reason: `${component} from ${candidate.id}, the other steps from ${parent.id}`,
        reflectedOn: shown.map(({ row }) => row.id),
      });
      if (proposed.ok) return this.#race(proposed.candidate, lesson, course);
    }
    return null;
  }

  /** One reflection and the races of its hypotheses: the one that won, or null. */
  async #attempt(lesson: Lesson, course: Course): Promise<Entry | null> {
    const { candidates, refused } = await this.#parts.hypotheses.ask(lesson);
    this.#parts.stop.proposed(candidates.length, refused);
    const agreed = this.#options.consensus ? this.#parts.hypotheses.agreed(lesson, candidates) : null;
    // The smallest edit first: what is changed on the side can only be weighed with rows.
    const smallest = [...candidates].sort((a, b) => this.#changes(a).length - this.#changes(b).length);
    const ordered = [...new Set([...(agreed === null ? [] : [agreed]), ...smallest])];
    const entrants = ordered.splice(0, this.#options.entrants);
    for (const [index, candidate] of entrants.entries()) {
      const winner = await this.#race(candidate, lesson, course);
      if (winner === null) continue;
      for (const other of [...entrants.slice(index + 1), ...ordered])
        this.#task.record.fate(other, 'dropped', `${winner.candidate.id} won the round`);
      return winner;
    }
    // Rows that no entrant mends are seldom mended by the other texts of the same reflection.
    for (const other of ordered) this.#task.record.fate(other, 'dropped', 'the others of its reflection have lost');
    return null;
  }

  /**
   * A rule that was found and does nothing may be held back by another one in the text: the reflection sees what one of its hypotheses came
   * to. What it proposes now races against the incumbent, like all others.
   */
  async #deeper(lesson: Lesson, course: Course, purpose: readonly number[]): Promise<Entry | null> {
    const attempts = this.#inVain.flatMap(({ candidate, parent, component }) => {
      if (parent !== lesson.parent || component !== lesson.component) return [];
      const rowIds = lesson.shown.map(({ row }) => row.id);
      const shown = examplesOf(this.#task, rowIds, (rowId) => this.#task.lab.known(candidate, rowId));
      return shown.length > 0 ? [{ candidate, shown }] : [];
    });
    if (attempts.length === 0) return null;
    const { candidate, shown } = this.#task.random('gepa/deepen', ...purpose).pick(attempts);
    this.#inVain = this.#inVain.filter((each) => each.candidate !== candidate);
    return this.#attempt({ ...lesson, parent: candidate, shown }, course);
  }

  /**
   * Of these failures, as many as a reflection is shown, each measured under the incumbent's very text: what an earlier edit has mended
   * on the side must not be credited to the next one.
   */
  async verified(rowIds: readonly string[]): Promise<string[]> {
    const shown: string[] = [];
    let left = [...rowIds];
    while (shown.length < this.#options.batchSize && left.length > 0) {
      const next = left.slice(0, this.#options.batchSize - shown.length);
      left = left.slice(next.length);
      await this.#standing.measure(this.#standing.incumbent, next);
      shown.push(
        ...next.filter((rowId) => {
          const known = this.#standing.known.get(rowId);
          return known?.age === 0 && known.fails;
        }),
      );
    }
    return shown;
  }

  /** Training rows that pass: first those that rejected edits for these failures broke, then those that look like them. */
  #contrasts(shown: readonly string[], alike: readonly string[]): string[] {
    const { known } = this.#standing;
    const broken = this.#parts.memory.brokenBy(shown).filter((rowId) => known.get(rowId)?.fails === false);
    return [...new Set([...broken, ...alike])].slice(0, this.#options.contrasts);
  }

  /** Screens and races one hypothesis: what of it won, or null. */
  async #race(candidate: Candidate, lesson: Lesson, course: Course): Promise<Entry | null> {
    const { races } = this.#parts;
    const shown = lesson.shown.map(({ row }) => row.id);
    const screened = await races.screen(candidate, course);
    if (!screened.passed) {
      const { fixed, broken } = screened.entry;
      if (fixed.length + broken.length === 0) this.#inVain.push({ ...lesson, candidate });
      this.#reject(screened.entry, shown, 'screen');
      return null;
    }
    const race = await races.run(candidate, course);
    this.#standing.sawPassing(race.entry.passes, race.entry.broken.length);
    const winner = race.accepted ? race.entry : await this.#withoutOneChange(race.entry, lesson.component, course);
    if (winner?.candidate !== candidate) {
      this.#specialists.keep(race.entry, lesson.component);
      this.#reject(race.entry, shown, 'race');
    }
    return winner;
  }

  /** A child that fixes its rows and breaks others may hold one sentence too much: the first variant without it that wins its own race. */
  async #withoutOneChange(entry: Entry, component: string, course: Course): Promise<Entry | null> {
    if (!this.#options.dropOne || entry.verdict.fixes <= 0.4 || entry.broken.length === 0) return null;
    const { races } = this.#parts;
    const parent = this.#standing.incumbent;
    const text = entry.candidate.components[component] ?? '';
    const changes = sentenceChanges(parent.components[component] ?? '', text);
    if (changes.length < 2) return null;
    const brokenFirst = {
      ...course,
      passes: [...course.passes].sort(
        (a, b) => Number(entry.broken.includes(b.rowId)) - Number(entry.broken.includes(a.rowId)),
      ),
    };
    for (const change of changes) {
      const proposed = this.#task.record.propose({
        components: { ...entry.candidate.components, [component]: undone(text, change) },
        parents: [entry.candidate],
        operator: 'drop-one',
        reason: `${entry.candidate.id} fixed its rows and broke ${entry.broken.length}; without: ${change.kind} ${JSON.stringify(change.sentence)}`,
      });
      if (!proposed.ok) continue;
      const variant = proposed.candidate;
      await this.#standing.measure(variant, entry.broken.slice(0, 2));
      if (races.entry(variant, brokenFirst).broken.length > 0) {
        this.#task.record.fate(variant, 'rejected', `still breaks rows that ${parent.id} passes`);
        continue;
      }
      if (!(await races.screen(variant, brokenFirst)).passed) {
        this.#task.record.fate(variant, 'rejected', 'does not fix the rows');
        continue;
      }
      const race = await races.run(variant, brokenFirst);
      if (race.accepted) return race.entry;
      this.#task.record.fate(variant, 'rejected', raceText(race.entry));
    }
    return null;
  }

  #changes(child: Candidate): readonly SentenceChange[] {
    return changesOf(this.#task.components, this.#standing.incumbent, child);
  }

  #reject(entry: Entry, shown: readonly string[], where: 'screen' | 'race'): void {
    const changes = this.#changes(entry.candidate);
    this.#parts.memory.add({ targets: shown, changes, fixed: entry.fixed.length, broken: entry.broken });
    this.#task.record.fate(entry.candidate, 'rejected', `${where}: ${raceText(entry)}`);
  }
}
