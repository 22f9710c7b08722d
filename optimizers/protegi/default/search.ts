import type { Candidate } from '../../../src/domain/candidate.ts';
import type { SearchEnd, SearchTask } from '../../../src/search/contract.ts';
import { FailureGroups } from '../../../src/search/failure-groups.ts';
import type { Random } from '../../../src/search/random.ts';
import { RejectionMemory } from '../../../src/search/rejection-memory.ts';
import { type Combined, combine, type Survivor } from './combine.ts';
import { Critic, type Successor } from './critic.ts';
import { Evidence } from './evidence.ts';
import { type Finding, findingText, Judge } from './judge.ts';
import { type ErrorGroup, type Lesson, Lessons } from './lessons.ts';
import { type DefaultOptions, metaPromptsOf } from './options.ts';
import { type Selected, Selection } from './selection.ts';
import { StopCount } from './stop-count.ts';

/**
 * Beam search with textual gradients, judged on few rows. In each step errors of one cause are criticised, each critique becomes a small
 * edit, the edits are tried on the rows that they were made for, and what remains is selected by successive halving on validation rows
 * in one common order. The budget ends the search anywhere: the leader of that moment is the answer.
 */
export function searchDefault(task: SearchTask, options: DefaultOptions): Promise<SearchEnd> {
  return new BeamSearch(task, options).run();
}

/** Inherited results that are measured again at a time when no error is open. */
const AUDIT = 24;

/** A successor and the rows that it was made for. */
interface Trial {
  readonly successor: Successor;
  readonly targets: readonly string[];
}

class BeamSearch {
  readonly #task: SearchTask;
  readonly #options: DefaultOptions;
  readonly #evidence: Evidence;
  readonly #groups: FailureGroups;
  readonly #judge: Judge;
  readonly #selection: Selection;
  readonly #memory = new RejectionMemory();
  readonly #lessons: Lessons;
  readonly #critic: Critic;
  readonly #stop: StopCount;
  readonly #trainOrder: readonly string[];
  /** Leader first. */
  #beam: readonly Candidate[];

  constructor(task: SearchTask, options: DefaultOptions) {
    this.#task = task;
    this.#options = options;
    this.#evidence = new Evidence(task, options.perfectScore);
    this.#groups = new FailureGroups(task, options.maxTries);
    this.#judge = new Judge(task, this.#evidence, options.selection.harm);
    this.#selection = new Selection(task, this.#evidence, this.#judge, options.selection);
    this.#lessons = new Lessons(task, this.#evidence, this.#groups, this.#memory, options);
    this.#critic = new Critic(task, options, metaPromptsOf(options), this.#memory);
    this.#stop = new StopCount(options.stop);
    this.#trainOrder = task.random('protegi/train').shuffle(task.train.map((row) => row.id));
    this.#beam = [task.baseline];
  }

  get #leader(): Candidate {
    return this.#beam[0] ?? this.#task.baseline;
  }

  async run(): Promise<SearchEnd> {
    await this.#evidence.measure(this.#leader, this.#trainOrder.slice(0, this.#options.firstRows));
    this.#lead();
    for (let step = 1; ; step++) {
      this.#task.signal.throwIfAborted();
      const stop = this.#stop.reason;
      if (stop !== null) return { stop };
      await this.#seekErrors();
      const groups = this.#drawGroups(this.#task.random('protegi/groups', step));
      if (groups.length > 0) await this.#step(step, groups);
      else if (!(await this.#audit())) {
        this.#task.record.validated(this.#leader);
        return { stop: 'nothing-left-to-learn' };
      }
    }
  }

  /** Measures the leader on new training rows until enough errors are open, or there are no new rows. */
  async #seekErrors(): Promise<void> {
    while (this.#groups.open(this.#evidence.known(this.#leader)).length < this.#options.groups) {
      const rowIds = this.#trainOrder
        .filter((rowId) => this.#evidence.isUnknown(this.#leader, rowId))
        .slice(0, this.#options.block);
      if (rowIds.length === 0) return;
      await this.#evidence.measure(this.#leader, rowIds);
    }
  }

  /** Every prompt of the beam gets a group of its own errors, the leader all that are left. */
  #drawGroups(random: Random): ErrorGroup[] {
    const others = this.#beam.slice(1).slice(0, this.#options.groups - 1);
    const draw = (parent: Candidate, count: number) =>
      this.#groups
        .draw(this.#evidence.known(parent), { count, fill: 1 }, random)
        .map((group) => ({ parent, ...group }));
    const leads = draw(this.#leader, this.#options.groups - others.length);
    return [...leads, ...others.flatMap((member) => draw(member, 1))];
  }

  /** Measures the leader where it has only inherited results, the oldest first, then where nobody was asked. False when all is measured. */
  async #audit(): Promise<boolean> {
    const leader = this.#leader;
    const known = this.#evidence.known(leader);
    const ageOf = (rowId: string) => known.get(rowId)?.age ?? 0;
    const rowIds = [...this.#task.train, ...this.#task.validation]
      .map((row) => row.id)
      .filter((rowId) => this.#task.lab.known(leader, rowId) === undefined)
      .sort((a, b) => ageOf(b) - ageOf(a))
      .slice(0, AUDIT);
    if (rowIds.length === 0) return false;
    await this.#evidence.measure(leader, rowIds);
    const after = this.#evidence.known(leader);
    const passed = rowIds.filter((rowId) => known.get(rowId)?.fails === false);
    const worse = passed.filter((rowId) => after.get(rowId)?.fails === true);
    this.#evidence.sawPassing(passed.length, worse.length);
    this.#groups.reopen(worse);
    this.#task.record.note('audit', { rows: rowIds.length, worse: worse.length });
    this.#lead();
    return true;
  }

  async #step(step: number, groups: readonly ErrorGroup[]): Promise<void> {
    const lessons: Lesson[] = [];
    for (const group of groups) lessons.push(...(await this.#lessons.of(group)));
    if (lessons.length === 0) return;
    const successors = await this.#critic.successors(lessons);
    this.#stop.proposed(successors.flat().length);
    const reworded = this.#stop.stagnant >= this.#options.stagnation ? await this.#reworded(step) : [];
    const trials = lessons.flatMap(({ targets }, index) =>
      (successors[index] ?? []).map((successor) => ({ successor, targets })),
    );
    await this.#select(step, await this.#screened([...trials, ...reworded]));
  }

  /** Tries every successor on rows that it was made for: those that fix none are out. */
  async #screened(trials: readonly Trial[]): Promise<Survivor[]> {
    const tried = await Promise.all(
      trials.map(async ({ successor, targets }) => {
        const { candidate, parent } = successor;
        this.#evidence.descends(candidate, parent);
        this.#judge.madeFor(candidate, targets);
        return { successor, finding: await this.#selection.screen(candidate, targets, parent) };
      }),
    );
    for (const { successor, finding } of tried) if (!this.#selection.passes(finding)) this.#reject(successor, finding);
    return tried.filter(({ finding }) => this.#selection.passes(finding));
  }

  /** The leader in other words, to be tried on whatever it fails. */
  async #reworded(step: number): Promise<Trial[]> {
    const { paraphrases } = this.#options;
    if (paraphrases === 0) return [];
    const component = this.#task.components[step % this.#task.components.length] ?? '';
    const failing = [...this.#evidence.known(this.#leader).values()].filter((row) => row.fails);
    const targets = this.#task.random('protegi/paraphrase', step).shuffle(failing.map((row) => row.rowId));
    const successors = await this.#critic.paraphrases(this.#leader, component);
    return successors.map((successor) => ({ successor, targets }));
  }

  /** Chooses the next beam. What several edits make together is judged first: it stands for its parts until it fails. */
  async #select(step: number, survivors: readonly Survivor[]): Promise<void> {
    const before = this.#leader;
    const others = this.#beam.slice(1);
    const entrants = [...survivors.map(({ successor }) => successor.candidate), ...others];
    const combined = this.#options.combine ? combine(this.#task, before, survivors) : null;
    const first = combined === null ? null : await this.#selectCombined(combined, before);
    const result = first?.winner ? first : await this.#selection.halve(entrants, before);
    const winner = result.winner;
    for (const finding of [winner ?? [], result.left].flat())
      this.#evidence.sawPassing(finding.passes, finding.broken.length);
    for (const finding of result.rejected) this.#remember(finding, before);
    const left = result.left.map(({ candidate }) => candidate);
    if (winner !== null) {
      this.#task.record.fate(winner.candidate, 'accepted', `leads from step ${step} on: ${findingText(winner)}`);
      this.#groups.reopen(winner.fixed);
      this.#stop.improved(this.#gains(winner.candidate, before));
    } else this.#stop.stagnates();
    const leader = winner?.candidate ?? before;
    this.#beam = [leader, ...this.#complements(leader, [...left, ...others])].slice(0, this.#options.beam);
    const parts = winner !== null && winner.candidate === combined?.candidate ? combined.parts : [];
    for (const { successor } of parts)
      this.#task.record.fate(successor.candidate, 'combined', `its edit is part of ${leader.id}`);
    for (const finding of result.left.filter(({ candidate }) => !this.#beam.includes(candidate)))
      this.#task.record.fate(finding.candidate, 'pruned', `${leader.id} leads: ${findingText(finding)}`);
    this.#task.record.note('beam', { step, beam: this.#beam.map(({ id }) => id) });
    this.#lead();
  }

  async #selectCombined({ candidate, parts }: Combined, leader: Candidate): Promise<Selected> {
    const targets = parts.flatMap(({ successor }) => this.#judge.targetsOf(successor.candidate));
    this.#evidence.descends(candidate, leader);
    this.#judge.madeFor(candidate, [...new Set(targets)]);
    await this.#evidence.measure(
      candidate,
      parts.flatMap(({ finding }) => finding.fixed[0] ?? []),
    );
    return this.#selection.halve([candidate], leader);
  }

  /** Candidates that are right where the leader is wrong, best first: no other is worth a place beside it. */
  #complements(leader: Candidate, candidates: readonly Candidate[]): Candidate[] {
    const wrong = [...this.#evidence.known(leader).values()].filter((row) => row.fails);
    const rows = [...this.#evidence.known(leader).keys()];
    return [...new Set(candidates)]
      .filter(
        (each) =>
          each.id !== leader.id && wrong.some(({ rowId, score }) => (this.#evidence.own(each, rowId) ?? 0) > score),
      )
      .sort((a, b) => this.#evidence.mean(b, rows) - this.#evidence.mean(a, rows));
  }

  /** What a new leader gained over the old one, on rows of each split measured under its very text. */
  #gains(candidate: Candidate, before: Candidate) {
    const known = this.#evidence.known(before);
    const gain = (rows: readonly { readonly id: string }[]) =>
      rows.reduce((sum, { id }) => {
        const [score, had] = [this.#evidence.own(candidate, id), known.get(id)?.score ?? null];
        return score === null || had === null ? sum : sum + score - had;
      }, 0);
    const failed = this.#task.validation.filter(
      ({ id }) => known.get(id)?.fails === true && this.#evidence.own(candidate, id) !== null,
    );
    return { train: gain(this.#task.train), validation: gain(this.#task.validation), failing: failed.length };
  }

  #reject({ candidate, parent }: Successor, finding: Finding): void {
    this.#remember(finding, parent);
    this.#task.record.fate(candidate, 'rejected', `screen: ${findingText(finding)}`);
  }

  /** Later requests are told of the edit, and shown what it broke. */
  #remember({ candidate, fixed, broken }: Finding, parent: Candidate): void {
    const changes = this.#judge.changes(candidate, parent);
    this.#memory.add({ targets: this.#judge.targetsOf(candidate), changes, fixed: fixed.length, broken });
  }

  /** Says which candidate the search stands by, and on which rows. */
  #lead(): void {
    const leader = this.#leader;
    this.#task.record.leads(leader, this.#evidence.lineage(leader), [...this.#evidence.known(leader).keys()]);
  }
}
