import type { Candidate } from '../../../src/domain/candidate.ts';
import type { SearchTask } from '../../../src/search/contract.ts';
import { sentenceChanges, withChanges } from '../../../src/search/sentences.ts';
import { courseOf } from './course.ts';
import type { RacingOptions } from './options.ts';
import { type Races, raceText } from './race.ts';
import type { Standing } from './standing.ts';

/** A sentence that the search has added to a component. */
interface Added {
  readonly component: string;
  readonly sentence: string;
}

const STEP = 12;

/**
 * Takes out of the incumbent what no row needs. A sentence is spare when the rows for which its edit was adopted stay right without it:
 * judged on any dozen of rows, a rule for a case in a hundred would look spare. All spare sentences then go together, if rows that pass
 * stay right, or else half of them.
 */
export class Pruning {
  readonly #task: SearchTask;
  readonly #standing: Standing;
  readonly #races: Races;
  readonly #options: RacingOptions['race'];
  /** Rows that an edit mended, by the sentences that it added. */
  readonly #mended = new Map<string, readonly string[]>();
  /** Variants of the present incumbent, by the sentences that they lack: one that is alone in being spare is not proposed twice. */
  readonly #variants = new Map<string, Candidate>();

  constructor(task: SearchTask, standing: Standing, races: Races, options: RacingOptions) {
    this.#task = task;
    this.#standing = standing;
    this.#races = races;
    this.#options = options.race;
  }

  /** An edit of the parent was adopted, for these rows. */
  adopted(parent: Candidate, child: Candidate, mended: readonly string[]): void {
    for (const added of this.#added(parent, child)) this.#mended.set(keyOf(added), mended);
  }

  /** Prunes the incumbent; `lead` is called for each text that takes its place. */
  async run(lead: () => void): Promise<void> {
    const spare: Added[] = [];
    for (const added of this.#added(this.#task.baseline, this.#standing.incumbent))
      if (await this.#isSpare(added)) spare.push(added);
    await this.#remove(spare, lead);
  }

  async #isSpare(added: Added): Promise<boolean> {
    const rowIds = (this.#mended.get(keyOf(added)) ?? []).filter((id) => this.#standing.known.get(id)?.fails === false);
    if (rowIds.length === 0) return false;
    const variant = this.#without([added]);
    if (variant === null) return false;
    await this.#standing.measure(variant, rowIds);
    const lost = this.#lost(variant, rowIds);
    const fate = lost.length > 0 ? `needed for ${lost.join(', ')}` : 'its sentence is spare';
    this.#task.record.fate(variant, 'rejected', fate);
    return lost.length === 0;
  }

  async #remove(spare: readonly Added[], lead: () => void): Promise<void> {
    if (spare.length === 0) return;
    const variant = this.#without(spare);
    if (variant !== null && (await this.#holds(variant, spare))) {
      this.#standing.adopt(variant);
      this.#variants.clear();
      lead();
      return;
    }
    if (spare.length === 1) return;
    const half = Math.ceil(spare.length / 2);
    await this.#remove(spare.slice(0, half), lead);
    await this.#remove(spare.slice(half), lead);
  }

  /** Whether rows that pass stay right: those that the sentences were adopted for, then others. */
  async #holds(variant: Candidate, spare: readonly Added[]): Promise<boolean> {
    const { accept, reject, maxRegressionRows } = this.#options;
    const course = courseOf(this.#task, this.#standing, { group: [], shown: [] }, this.#task.random('gepa/prune'));
    const mended = new Set(spare.flatMap((added) => this.#mended.get(keyOf(added)) ?? []));
    const passes = [...course.passes].sort((a, b) => Number(mended.has(b.rowId)) - Number(mended.has(a.rowId)));
    const most = Math.min(passes.length, mended.size + maxRegressionRows);
    for (let rows = Math.min(most, mended.size + STEP); ; rows = Math.min(most, rows + STEP)) {
      const rowIds = passes.slice(0, rows).map(({ rowId }) => rowId);
      await this.#standing.measure(variant, rowIds);
      const entry = this.#races.entry(variant, { ...course, passes });
      const harmful = entry.verdict.worse >= 1 - reject || this.#lost(variant, [...mended]).length > 0;
      if (!harmful && rows < most) continue;
      const holds =
        !harmful && entry.verdict.worse <= 1 - accept && this.#task.lab.violation(variant, rowIds) <= course.violation;
      this.#task.record.fate(variant, holds ? 'accepted' : 'rejected', raceText(entry));
      return holds;
    }
  }

  #lost(variant: Candidate, rowIds: readonly string[]): string[] {
    return rowIds.filter((rowId) => {
      const before = this.#standing.known.get(rowId);
      const after = this.#standing.scoreOf(variant, rowId);
      return before !== undefined && !before.fails && after !== null && after < before.score;
    });
  }

  #without(spare: readonly Added[]): Candidate | null {
    const { incumbent } = this.#standing;
    const key = JSON.stringify(spare.map(keyOf));
    const known = this.#variants.get(key);
    if (known !== undefined) return known;
    const proposed = this.#task.record.propose({
      components: Object.fromEntries(
        Object.entries(incumbent.components).map(([component, text]) => [
          component,
          withChanges(
            text,
            spare.flatMap((each) =>
              each.component === component ? [{ kind: 'removed' as const, sentence: each.sentence }] : [],
            ),
          ),
        ]),
      ),
      parents: [incumbent],
      operator: 'prune',
      reason: `without ${spare.map(({ sentence }) => JSON.stringify(sentence)).join(', ')}`,
    });
    if (!proposed.ok) return null;
    this.#variants.set(key, proposed.candidate);
    return proposed.candidate;
  }

  #added(from: Candidate, to: Candidate): Added[] {
    return this.#task.components.flatMap((component) =>
      sentenceChanges(from.components[component] ?? '', to.components[component] ?? '').flatMap(({ kind, sentence }) =>
        kind === 'added' ? [{ component, sentence }] : [],
      ),
    );
  }
}

const keyOf = ({ component, sentence }: Added) => JSON.stringify([component, sentence]);
