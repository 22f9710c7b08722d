import type { Candidate } from '../../../src/domain/candidate.ts';
import type { Measured, SearchTask } from '../../../src/search/contract.ts';
import { editNoise, type Remeasured } from '../../../src/search/edit-noise.ts';
import { type KnownRow, knownRows, SAME_SCORE } from '../../../src/search/known-rows.ts';
import type { Random } from '../../../src/search/random.ts';

/** Training rows at the head of the common order, before validation rows are mixed in, which cannot be reflected on yet. */
const TRAIN_HEAD = 48;
/** Weight of the common noise against one measurement of the row. */
const PRIOR = 2;
/** Weight of other children's measurements: on a passing row, and on a failing one, where a child may have been right. */
const KIN = { passing: 0.5, failing: 0.25 };

/**
 * The incumbent and what is known of it on the rows of both splits, all in one common random order. An edit leaves most rows alone, so a
 * child inherits its ancestors' results until it is measured itself.
 */
export class Standing {
  readonly #task: SearchTask;
  readonly #perfect: number;
  readonly #results = new Map<string, { readonly candidateId: string; readonly score: number }[]>();
  /** Rows in the common order. */
  readonly order: readonly string[];
  /** The incumbent and its ancestors, nearest first. */
  #lineage: readonly Candidate[];
  #known: ReadonlyMap<string, KnownRow> | null = null;
  readonly #remeasured: Remeasured[] = [];

  constructor(task: SearchTask, perfectScore: number, random: Random) {
    this.#task = task;
    this.#perfect = perfectScore;
    this.#lineage = [task.baseline];
    this.order = commonOrder(task, random);
  }

  get incumbent(): Candidate {
    return this.#lineage[0] ?? this.#task.baseline;
  }

  get lineage(): readonly Candidate[] {
    return this.#lineage;
  }

  /** A child of the incumbent takes its place. */
  adopt(child: Candidate): void {
    this.#lineage = [child, ...this.#lineage];
    this.#known = null;
  }

  async measure(candidate: Candidate, rowIds: readonly string[]): Promise<readonly Measured[]> {
    const fresh = new Set(rowIds.filter((rowId) => this.#task.lab.known(candidate, rowId) === undefined));
    const measured = await this.#task.lab.measure(candidate, rowIds);
    for (const { rowId, score } of measured) {
      if (!fresh.delete(rowId) || score === null) continue;
      this.#results.set(rowId, [...(this.#results.get(rowId) ?? []), { candidateId: candidate.id, score }]);
    }
    this.#known = null;
    return measured;
  }

  /** Score of a candidate on a row; null = not measured, or missing. */
  scoreOf(candidate: Candidate, rowId: string): number | null {
    return this.#task.lab.known(candidate, rowId)?.score ?? null;
  }

  /** Rows with a score under the incumbent or an ancestor, in the common order. */
  get known(): ReadonlyMap<string, KnownRow> {
    this.#known ??= this.#look();
    return this.#known;
  }

  /** Rows of the common order that nobody in the lineage has been asked. */
  unknown(count: number): string[] {
    const found: string[] = [];
    for (const rowId of this.order) {
      if (found.length === count) break;
      if (!this.#lineage.some((candidate) => this.#task.lab.known(candidate, rowId) !== undefined)) found.push(rowId);
    }
    return found;
  }

  /** What noise there is shows here. */
  sawPassing(rows: number, broken: number): void {
    this.#remeasured.push({ rows, broken });
    this.#known = null;
  }

  /** Mean score that failing rows lack. */
  get room(): number {
    const failing = [...this.known.values()].filter((row) => row.fails);
    if (failing.length === 0) return 1;
    return Math.max(0.01, failing.reduce((sum, { score }) => sum + 1 - score, 0) / failing.length);
  }

  #look(): ReadonlyMap<string, KnownRow> {
    const noise = editNoise(this.#remeasured);
    const flips = this.#remeasured.reduce((sum, { broken }) => sum + broken, 0);
    const tries = this.#remeasured.reduce((sum, { rows }) => sum + rows, 0);
    const byChance = flips === 0 ? 1 : Math.min(1, (noise * tries) / flips);
    const ancestors = new Set(this.#lineage.map((candidate) => candidate.id));
    return knownRows(this.#task.lab, this.#lineage, this.order, this.#perfect, ({ rowId, score, fails, support }) => {
      const kin = (this.#results.get(rowId) ?? []).filter(({ candidateId }) => !ancestors.has(candidateId));
      const others = kin.filter((each) => (fails ? each.score - score : score - each.score) > SAME_SCORE).length;
      const weight = fails ? KIN.failing : KIN.passing;
      return (PRIOR * noise + weight * byChance * others) / (PRIOR + support + weight * kin.length);
    });
  }
}

/** Training rows first, then two of training to one of validation, as long as there are both. */
function commonOrder(task: SearchTask, random: Random): string[] {
  const train = random.shuffle(task.train.map((row) => row.id));
  const validation = random.shuffle(task.validation.map((row) => row.id));
  const order = train.splice(0, TRAIN_HEAD);
  while (train.length > 0 || validation.length > 0) order.push(...train.splice(0, 2), ...validation.splice(0, 1));
  return order;
}
