import type { Candidate } from '../../../src/domain/candidate.ts';
import type { SearchEnd, SearchTask } from '../../../src/search/contract.ts';
import { type FailureGroup, FailureGroups } from '../../../src/search/failure-groups.ts';
import { LockStep } from '../../../src/search/lock-step.ts';
import { Refusals } from '../../../src/search/refusals.ts';
import { RejectionMemory } from '../../../src/search/rejection-memory.ts';
import { answerOf } from './answer.ts';
import { combined } from './combined.ts';
import { courseOf } from './course.ts';
import { crossoverPrompt } from './crossover-prompt.ts';
import { Hypotheses } from './hypotheses.ts';
import { Lane, type LaneWin } from './lane.ts';
import type { RacingOptions } from './options.ts';
import { proposePrompt } from './propose-prompt.ts';
import { Pruning } from './pruning.ts';
import { type Entry, Races, raceText } from './race.ts';
import { Standing } from './standing.ts';
import { StopCount } from './stop-count.ts';

/**
 * GEPA's reflective evolution, spent by paired races. One incumbent; in each round groups of failures that look alike are reflected on,
 * each in a lane of its own: its hypotheses race against the incumbent one after the other, first on failures of that kind, then on rows
 * that pass. A child that is better with high probability takes the incumbent's place, and what other lanes have won is added to it. Results
 * are inherited down the lineage until a row is measured again; when no failure is left, inherited results are audited. The budget ends the
 * search anywhere: the answer is the incumbent of that moment, or an ancestor of which more is known.
 */
export function searchRacing(task: SearchTask, options: RacingOptions): Promise<SearchEnd> {
  const steps = new LockStep();
  const { lab, author } = task;
  const inStep: SearchTask = {
    ...task,
    lab: {
      measure: (...asked) => steps.call(() => lab.measure(...asked)),
      known: (...asked) => lab.known(...asked),
      aggregate: (...asked) => lab.aggregate(...asked),
      violation: (...asked) => lab.violation(...asked),
    },
    author: { ask: (request) => steps.call(() => author.ask(request)) },
  };
  return new RacingSearch(inStep, steps, options).run();
}

/** Share of the rollouts that a last audit may take. */
const LAST_AUDIT = 0.05;

class RacingSearch {
  readonly #task: SearchTask;
  readonly #steps: LockStep;
  readonly #options: RacingOptions;
  readonly #standing: Standing;
  readonly #failures: FailureGroups;
  readonly #races: Races;
  readonly #lane: Lane;
  readonly #pruning: Pruning;
  readonly #stop: StopCount;
  /** Rollouts that the search begins with. */
  readonly #rollouts: number;
  #lastAudited = false;
  #lent = false;
  #answer: Candidate;

  constructor(task: SearchTask, steps: LockStep, options: RacingOptions) {
    this.#task = task;
    this.#steps = steps;
    this.#options = options;
    this.#answer = task.baseline;
    this.#rollouts = task.remaining('rollouts');
    this.#standing = new Standing(task, options.perfectScore, task.random('gepa/order'));
    this.#failures = new FailureGroups(task, options.maxTries);
    this.#races = new Races(task, this.#standing, options);
    this.#pruning = new Pruning(task, this.#standing, this.#races, options);
    this.#stop = new StopCount(options.stop);
    const prompts = {
      propose: proposePrompt.override(options.prompts.propose, 'prompts.propose'),
      crossover: crossoverPrompt.override(options.prompts.crossover, 'prompts.crossover'),
    };
    const memory = new RejectionMemory();
    this.#lane = new Lane({
      task,
      options,
      standing: this.#standing,
      failures: this.#failures,
      hypotheses: new Hypotheses(task, options, prompts, new Refusals(), memory),
      races: this.#races,
      memory,
      stop: this.#stop,
    });
  }

  async run(): Promise<SearchEnd> {
    await this.#standing.measure(this.#task.baseline, this.#standing.unknown(this.#options.firstRows));
    this.#lead();
    for (let round = 0; ; round++) {
      this.#task.signal.throwIfAborted();
      const stop = this.#stop.reason;
      if (stop !== null) return { stop };
      if (this.#isLastAuditDue()) await this.#audit();
      await this.#seekFailures();
      if (this.#bestOfLineage() !== this.#answer) this.#lead();
      const groups = this.#failures.draw(
        this.#standing.known,
        { count: this.#options.lanes, fill: this.#options.fill },
        this.#task.random('gepa/group', round),
      );
      if (groups.length > 0) await this.#round(round, groups);
      else if (!this.#lend() && !(await this.#audit()) && !this.#failures.retry(this.#standing.known)) {
        if (this.#options.prune) await this.#pruning.run(() => this.#lead());
        return { stop: 'nothing-left-to-learn' };
      }
    }
  }

  /**
   * Once, shortly before the budget ends: what an edit broke on rows that nobody looked at since must show before the answer is chosen. A
   * small budget has nothing to spare for it.
   */
  #isLastAuditDue(): boolean {
    const { audit } = this.#options;
    const affordable = this.#rollouts * LAST_AUDIT >= audit;
    if (this.#lastAudited || !affordable || this.#task.remaining('rollouts') > 2 * audit) return false;
    this.#lastAudited = true;
    return true;
  }

  /** Measures the incumbent on new rows until enough failures are open, or there are no new rows. */
  async #seekFailures(): Promise<void> {
    const { batchSize, block, lanes } = this.#options;
    while (this.#failures.open(this.#standing.known).length < batchSize) {
      const rowIds = this.#standing.unknown(block * lanes);
      if (rowIds.length === 0) return;
      await this.#standing.measure(this.#standing.incumbent, rowIds);
    }
  }

  /** Measures the incumbent where it has only inherited results, the oldest first. False when there is nothing to audit. */
  async #audit(): Promise<boolean> {
    const inherited = [...this.#standing.known.values()].filter((row) => row.age > 0).sort((a, b) => b.age - a.age);
    const audited = inherited.slice(0, Math.min(this.#options.audit, this.#task.remaining('rollouts')));
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

  /**
   * Once no training failure is left, a part of validation may be reflected on as well. It was drawn before any of its results: lending
   * the failures alone would leave a validation that only has rows which are right. False when there is nothing to lend, or it is lent.
   */
  #lend(): boolean {
    const { validation, record, random } = this.#task;
    if (this.#lent) return false;
    this.#lent = true;
    const rowIds = random('gepa/lend').sample(
      validation.map((row) => row.id),
      Math.floor(this.#options.lend * validation.length),
    );
    if (rowIds.length === 0) return false;
    this.#failures.lend(rowIds);
    record.note('lent', { rowIds });
    return true;
  }

  /** Each group in a lane of its own; the best winner is adopted, and then what the other winners add to it. */
  async #round(round: number, groups: readonly FailureGroup[]): Promise<void> {
    const incumbent = this.#standing.incumbent;
    const lanes = await this.#steps.run(groups.map((group, lane) => () => this.#lane.run(group, [round, lane])));
    const wins = lanes
      .flatMap((lane) => (lane.status === 'fulfilled' && lane.value !== null ? [lane.value] : []))
      .sort((a, b) => b.winner.verdict.gain - a.winner.verdict.gain);
    const [best, ...others] = wins;
    if (best !== undefined) this.#adopt(best.winner);
    for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
    for (const [index, other] of others.entries())
      await this.#combine(incumbent, other, [round, groups.length + index]);
  }

  /** The edit of another winner made to the incumbent, which has won beside it: adopted when it wins there too. */
  async #combine(parent: Candidate, { winner, group, shown }: LaneWin, purpose: readonly number[]): Promise<void> {
    const incumbent = this.#standing.incumbent;
    const beside = winner.candidate;
    const left = await this.#lane.verified([...shown, ...group.filter((rowId) => !shown.includes(rowId))]);
    if (left.length === 0) {
      this.#task.record.fate(beside, 'dropped', `${incumbent.id} has mended its rows`);
      return;
    }
    const proposed = this.#task.record.propose({
      components: combined(this.#task.components, incumbent, parent, beside),
      parents: [incumbent, beside],
      operator: 'combine',
      reason: `${beside.id} has won beside ${incumbent.id}`,
    });
    if (!proposed.ok) return;
    const { candidate } = proposed;
    const random = this.#task.random('gepa/course', ...purpose);
    const course = courseOf(this.#task, this.#standing, { group, shown: left }, random);
    const screened = await this.#races.screen(candidate, course);
    const race = screened.passed ? await this.#races.run(candidate, course) : { ...screened, accepted: false };
    if (race.accepted) this.#adopt(race.entry);
    else this.#task.record.fate(candidate, 'rejected', raceText(race.entry));
    const became = race.accepted ? `taken into ${candidate.id}` : `does not go together with ${incumbent.id}`;
    this.#task.record.fate(beside, 'dropped', became);
  }

  #adopt(entry: Entry): void {
    this.#task.record.fate(entry.candidate, 'accepted', raceText(entry));
    this.#failures.reopen(entry.fixed);
    this.#pruning.adopted(this.#standing.incumbent, entry.candidate, entry.fixed);
    this.#standing.adopt(entry.candidate);
    this.#stop.accepted();
    this.#lead();
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
