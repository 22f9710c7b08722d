import type { Candidate } from '../../../src/domain/candidate.ts';
import type { SearchEnd, SearchTask } from '../../../src/search/contract.ts';
import { Refusals } from '../../../src/search/refusals.ts';
import { RejectionMemory } from '../../../src/search/rejection-memory.ts';
import { type SentenceChange, sentenceChanges, undone } from '../../../src/search/sentences.ts';
import { answerOf } from './answer.ts';
import { type Course, courseOf } from './course.ts';
import { type FailureGroup, Failures } from './failures.ts';
import { examplesOf, Hypotheses } from './hypotheses.ts';
import type { RacingOptions } from './options.ts';
import { proposePrompt } from './propose-prompt.ts';
import { type Entry, Races } from './race.ts';
import { Standing } from './standing.ts';
import { StopCount } from './stop-count.ts';

/**
 * GEPA's reflective evolution, spent by paired races. One incumbent; in each round a group of failures that look alike is reflected on,
 * the hypotheses race against the incumbent one after the other, first on failures of that kind, then on rows that pass, and a child that is better with
 * high probability takes its place. Results are inherited down the lineage until a row is measured again; when no failure is left,
 * inherited results are audited. The budget ends the search anywhere: the answer is the incumbent of that moment, or an ancestor of which
 * more is known.
 */
export function searchRacing(task: SearchTask, options: RacingOptions): Promise<SearchEnd> {
  return new RacingSearch(task, options).run();
}

class RacingSearch {
  readonly #task: SearchTask;
  readonly #options: RacingOptions;
  readonly #standing: Standing;
  readonly #failures: Failures;
  readonly #races: Races;
  readonly #memory = new RejectionMemory();
  readonly #refusals = new Refusals();
  readonly #hypotheses: Hypotheses;
  readonly #stop: StopCount;
  #answer: Candidate;

  constructor(task: SearchTask, options: RacingOptions) {
    this.#task = task;
    this.#options = options;
    this.#answer = task.baseline;
    this.#standing = new Standing(task, options.perfectScore, task.random('gepa/order'));
    this.#failures = new Failures(task, this.#standing, options);
    this.#races = new Races(task, this.#standing, options, (child) => this.#changesOf(child).length);
    const prompt = proposePrompt.override(options.prompts.propose, 'prompts.propose');
    this.#hypotheses = new Hypotheses(task, options, prompt, this.#refusals, this.#memory);
    this.#stop = new StopCount(options.stop);
  }

  async run(): Promise<SearchEnd> {
    await this.#standing.measure(this.#task.baseline, this.#standing.unknown(this.#options.firstRows));
    this.#lead();
    for (let round = 0; ; round++) {
      this.#task.signal.throwIfAborted();
      const stop = this.#stop.reason;
      if (stop !== null) return { stop };
      await this.#seekFailures();
      if (this.#bestOfLineage() !== this.#answer) this.#lead();
      const group = this.#failures.draw(this.#task.random('gepa/group', round));
      if (group !== null) await this.#round(round, group);
      else if (!(await this.#audit()) && !this.#failures.retry()) return { stop: 'nothing-left-to-learn' };
    }
  }

  /** Measures the incumbent on new rows until enough failures are open, or there are no new rows. */
  async #seekFailures(): Promise<void> {
    while (this.#failures.open().length < this.#options.batchSize) {
      const rowIds = this.#standing.unknown(this.#options.block);
      if (rowIds.length === 0) return;
      await this.#standing.measure(this.#standing.incumbent, rowIds);
    }
  }

  /** Measures the incumbent where it has only inherited results, the oldest first. False when there is nothing to audit. */
  async #audit(): Promise<boolean> {
    const inherited = [...this.#standing.known.values()].filter((row) => !row.own).sort((a, b) => b.age - a.age);
    const audited = inherited.slice(0, this.#options.audit);
    if (audited.length === 0) return false;
    const measured = await this.#standing.measure(
      this.#standing.incumbent,
      audited.map((row) => row.rowId),
    );
    const passed = measured.filter((_, index) => audited[index]?.fails === false);
    const worse = passed.filter(({ rowId }) => this.#standing.known.get(rowId)?.fails === true);
    this.#standing.sawPassing(passed.length, worse.length);
    this.#failures.reopen(worse.map((row) => row.rowId));
    this.#task.record.note('audit', { rows: audited.length, worse: worse.length });
    this.#lead();
    return true;
  }

  async #round(round: number, group: FailureGroup): Promise<void> {
    const incumbent = this.#standing.incumbent;
    const { component } = group;
    const shown = await this.#verified(group.showable);
    if (shown.length === 0) return;
    this.#failures.tried(shown, component);
    const contrasts = this.#contrasts(shown, group.passing);
    const { candidates, refused } = await this.#hypotheses.ask({
      parent: incumbent,
      component,
      shown: examplesOf(this.#task, this.#standing, shown),
      contrasts: examplesOf(this.#task, this.#standing, contrasts),
    });
    this.#stop.proposed(candidates.length, refused);
    if (candidates.length === 0) return;
    const course = courseOf(
      this.#task,
      this.#standing,
      { group: group.rowIds, shown },
      this.#task.random('gepa/course', round),
    );
    // The smallest edit first: what is changed on the side can only be weighed with rows.
    const ordered = [...candidates].sort((a, b) => this.#changesOf(a).length - this.#changesOf(b).length);
    for (const [index, candidate] of ordered.entries()) {
      if (!(await this.#try(candidate, component, course, shown))) continue;
      const winner = this.#standing.incumbent.id;
      for (const other of ordered.slice(index + 1)) this.#task.record.fate(other, 'dropped', `${winner} won the round`);
      return;
    }
  }

  /** Screens and races one hypothesis; true when it, or what is left of it, was adopted. */
  async #try(candidate: Candidate, component: string, course: Course, shown: readonly string[]): Promise<boolean> {
    const screened = await this.#races.screen(candidate, course);
    if (!screened.passed) {
      this.#reject(screened.entry, shown, 'screen');
      return false;
    }
    const race = await this.#races.run(candidate, course);
    this.#standing.sawPassing(race.entry.passes, race.entry.broken.length);
    const winner = race.accepted ? race.entry : await this.#withoutOneChange(race.entry, component, course);
    if (winner?.candidate !== candidate) this.#reject(race.entry, shown, 'race');
    if (winner !== null) this.#adopt(winner);
    return winner !== null;
  }

  /**
   * Of these failures, as many as a reflection is shown, each measured under the incumbent's very text: what an earlier edit has mended
   * on the side must not be credited to the next one.
   */
  async #verified(rowIds: readonly string[]): Promise<string[]> {
    const shown: string[] = [];
    let left = [...rowIds];
    while (shown.length < this.#options.batchSize && left.length > 0) {
      const next = left.slice(0, this.#options.batchSize - shown.length);
      left = left.slice(next.length);
      await this.#standing.measure(this.#standing.incumbent, next);
      shown.push(
        ...next.filter((rowId) => {
          const known = this.#standing.known.get(rowId);
          return known?.own === true && known.fails;
        }),
      );
    }
    return shown;
  }

  /** Training rows that pass: first those that rejected edits for these failures broke, then those that look like them. */
  #contrasts(shown: readonly string[], alike: readonly string[]): string[] {
    const { known } = this.#standing;
    const broken = this.#memory.brokenBy(shown).filter((rowId) => known.get(rowId)?.fails === false);
    return [...new Set([...broken, ...alike])].slice(0, this.#options.contrasts);
  }

  /** Sentences by which a child differs from the incumbent. */
  #changesOf(child: Candidate): readonly ComponentChange[] {
    const parent = this.#standing.incumbent;
    return this.#task.components.flatMap((component) =>
      sentenceChanges(parent.components[component] ?? '', child.components[component] ?? '').map((change) => ({
        component,
        change,
      })),
    );
  }

  /** A child that fixes its rows and breaks others may hold one sentence too much: the first variant without it that wins its own race. */
  async #withoutOneChange(entry: Entry, component: string, course: Course): Promise<Entry | null> {
    if (!this.#options.dropOne || entry.verdict.fixes <= 0.4 || entry.broken.length === 0) return null;
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
      if (this.#races.entry(variant, brokenFirst).broken.length > 0) {
        this.#task.record.fate(variant, 'rejected', `still breaks rows that ${parent.id} passes`);
        continue;
      }
      if (!(await this.#races.screen(variant, brokenFirst)).passed) {
        this.#task.record.fate(variant, 'rejected', 'does not fix the rows');
        continue;
      }
      const race = await this.#races.run(variant, brokenFirst);
      if (race.accepted) return race.entry;
      this.#task.record.fate(variant, 'rejected', raceText(race.entry));
    }
    return null;
  }

  #adopt(entry: Entry): void {
    this.#task.record.fate(entry.candidate, 'accepted', raceText(entry));
    this.#failures.reopen(entry.fixed);
    this.#standing.adopt(entry.candidate);
    this.#stop.accepted();
    this.#lead();
  }

  #reject(entry: Entry, shown: readonly string[], where: 'screen' | 'race'): void {
    const changes = this.#changesOf(entry.candidate).map(({ change }) => change);
    this.#memory.add({ targets: shown, changes, fixed: entry.fixed.length, broken: entry.broken });
    this.#task.record.fate(entry.candidate, 'rejected', `${where}: ${raceText(entry)}`);
  }

  /** Says which candidate the search stands by, and on which rows. */
  #lead(): void {
    const { lineage, order } = this.#standing;
    this.#answer = this.#bestOfLineage();
    const behind = lineage.slice(lineage.indexOf(this.#answer));
    const rowIds = order.filter((rowId) => behind.some((each) => this.#standing.scoreOf(each, rowId) !== null));
    this.#task.record.leads(this.#answer, behind, rowIds);
  }

  #bestOfLineage(): Candidate {
    const { incumbent, lineage, order } = this.#standing;
    const scoreOf = (candidate: Candidate, rowId: string) => this.#standing.scoreOf(candidate, rowId);
    const violation = (candidate: Candidate) =>
      this.#task.lab.violation(
        candidate,
        order.filter((rowId) => scoreOf(candidate, rowId) !== null),
      );
    return answerOf(incumbent, lineage.slice(1), order, scoreOf, violation);
  }
}

interface ComponentChange {
  readonly component: string;
  readonly change: SentenceChange;
}

const raceText = ({ verdict, fixed, broken, violates }: Entry) =>
  `${violates ? 'breaks a hard constraint; ' : ''}fixes ${fixed.length}, breaks ${broken.length}; better with probability ${verdict.better.toFixed(2)}, expected gain ${verdict.gain.toFixed(3)}`;
