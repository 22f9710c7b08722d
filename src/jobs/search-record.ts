import type { Candidate } from '../domain/candidate.ts';
import type { Clock } from '../domain/clock.ts';
import type { JsonObject } from '../domain/json.ts';
import { compareStandings, headlineOf, type MetricValues, type Objective } from '../domain/objective.ts';
import type { Components } from '../domain/prompt.ts';
import type { CurvePointKind, JobRecord } from '../domain/record.ts';
import type { Interval } from '../domain/verdict.ts';
import type { Draft, Proposed, SearchRecord } from '../search/contract.ts';
import { type CheckContext, checkProposal, normalisedText } from '../search/proposal-check.ts';
import { ParetoArchive } from './pareto.ts';

/** A candidate with the values that it is ranked by. */
export interface Standing {
  readonly candidate: Candidate;
  readonly kind: CurvePointKind;
  readonly values: MetricValues;
  /** How far it breaks the hard constraints; 0 = feasible. */
  readonly violation: number;
  /** Of the values, where one can be given. */
  readonly intervals: Readonly<Record<string, Interval | null>>;
  readonly rows: number;
}
export type StandingOn = Pick<Standing, 'values' | 'violation' | 'intervals' | 'rows'>;

export interface SearchRecordParts {
  readonly record: JobRecord;
  readonly clock: Clock;
  readonly objectives: readonly Objective[];
  readonly check: Omit<CheckContext, 'seen'>;
  /** Where a candidate stands on the validation rows. */
  readonly validate: (candidate: Candidate) => StandingOn;
  /** The same on other rows, each under the nearest of the lineage that was measured on it. */
  readonly screen: (candidate: Candidate, lineage: readonly Candidate[], rowIds: readonly string[]) => StandingOn;
  readonly spent: () => { rollouts: number; tokens: number; usd: number };
}

/**
 * Keeps what a search finds: candidates with parents, operator and reason, refusals, fates, the score curve. All numbering follows the
 * order of the calls, so that a search that is run again writes the same facts under the same keys.
 */
export class SearchRecorder implements SearchRecord {
  readonly #parts: SearchRecordParts;
  readonly #seen = new Set<string>();
  readonly #candidates: Candidate[] = [];
  readonly #standings = new Map<string, Standing>();
  /** Candidates that the search preferred although they were not fully validated, in the order of their last lead. */
  readonly #leads = new Set<string>();
  #seq = 0;
  #points = 0;
  #best: Standing | null = null;
  readonly #accepted = new Set<string>();
  readonly #archive: ParetoArchive;
  refused = 0;

  constructor(parts: SearchRecordParts) {
    this.#parts = parts;
    this.#archive = new ParetoArchive(parts.objectives);
  }

  /** Records the baseline as `c0`, unchecked: it is what the user has. */
  baseline(components: Components): Candidate {
    return this.#admit({ components, parents: [], operator: 'baseline', reason: 'the prompt that the job was given' });
  }

  get proposals(): number {
    return this.#candidates.length - 1 + this.refused;
  }

  /** Proposals that were accepted at some time; one that is accepted again counts once, and the baseline is no proposal. */
  get accepted(): number {
    return this.#accepted.size;
  }

  /** All of them with the baseline, in order of proposal. */
  get candidates(): readonly Candidate[] {
    return this.#candidates;
  }

  /** What a candidate is ranked by; null while nothing is. */
  standing(candidateId: string): Standing | null {
    return this.#standings.get(candidateId) ?? null;
  }

  /** Objective values of the baseline; null until they are measured. */
  get baselineValues(): MetricValues | null {
    return this.standing('c0')?.values ?? null;
  }

  get best(): Standing | null {
    return this.#best;
  }

  /** The best candidate so far that breaks no hard constraint. */
  get bestFeasible(): Candidate | null {
    return this.#best?.violation === 0 ? this.#best.candidate : null;
  }

  propose(draft: Draft): Proposed {
    const refused = checkProposal(draft.components, { ...this.#parts.check, seen: this.#seen });
    if (!refused) return { ok: true, candidate: this.#admit(draft) };
    this.refused += 1;
    const seq = this.#next();
    const parents = draft.parents.map((parent) => parent.id);
    this.#parts.record.refusal({ seq, operator: draft.operator, parents, ...refused });
    this.#event(`refusal:${seq}`, 'refusal', { operator: draft.operator, parents, ...refused });
    return { ok: false, ...refused };
  }

  fate(candidate: Candidate, fate: string, reason: string): void {
    const seq = this.#next();
    if (fate === 'accepted' && candidate.parents.length > 0) this.#accepted.add(candidate.id);
    this.#parts.record.fate(candidate.id, seq, fate, reason);
    this.#event(`fate:${seq}`, 'fate', { candidateId: candidate.id, fate, reason });
  }

  validated(candidate: Candidate): void {
    if (this.standing(candidate.id)?.kind === 'validation') return;
    this.#stand({ candidate, kind: 'validation', ...this.#parts.validate(candidate) });
  }

  leads(candidate: Candidate, lineage: readonly Candidate[], rowIds: readonly string[]): void {
    this.#leads.delete(candidate.id);
    this.#leads.add(candidate.id);
    const validated = this.standing(candidate.id)?.kind === 'validation';
    if (!validated) this.#stand({ candidate, kind: 'screening', ...this.#parts.screen(candidate, lineage, rowIds) });
  }

  #stand(standing: Standing): void {
    const { candidate, kind, values, intervals, violation } = standing;
    this.#standings.set(candidate.id, standing);
    const best = this.ranking()[0] ?? standing;
    this.#best = best;
    const headline = headlineOf(this.#parts.objectives).metric;
    const point = {
      seq: this.#points++,
      at: this.#parts.clock.now(),
      ...this.#parts.spent(),
      candidateId: candidate.id,
      best: best.candidate.id,
      kind: best.kind,
      score: best.values[headline] ?? null,
      interval: best.intervals[headline] ?? null,
      rows: best.rows,
      objectives: values,
      intervals,
      violation,
      ...this.#archive.add(kind, candidate.id, { objectives: values, violation }),
    };
    this.#parts.record.curvePoint(point);
    this.#event(`curve:${point.seq}`, 'curve', {
      ...point,
      at: point.at.toISOString(),
      interval: point.interval && { ...point.interval },
      objectives: { ...values },
      intervals: Object.fromEntries(
        Object.entries(intervals).map(([metric, interval]) => [metric, interval && { ...interval }]),
      ),
      front: [...point.front],
    });
  }

  note(kind: string, detail: JsonObject): void {
    this.#event(`note:${this.#next()}`, kind, detail);
  }

  /** Requests end in any order: the key is the request's own number, not the next one of the record. */
  unusable(request: number, purpose: string, reason: string): void {
    this.#event(`unusable:${request}`, 'unusable-answer', { purpose, reason });
  }

  /**
   * Candidates with a standing, best first: what a search led with last comes first if it is feasible, then feasible before infeasible, then the headline;
   * the older one among equals.
   */
  ranking(): readonly Standing[] {
    const leads = [...this.#leads];
    const lead = ({ candidate, violation }: Standing) => (violation === 0 ? leads.indexOf(candidate.id) : -1);
    return [...this.#standings.values()].sort((a, b) => lead(b) - lead(a) || this.#compare(a, b));
  }

  /** Feasible candidates that the search holds for better than the baseline, best first. */
  contenders(): readonly Standing[] {
    const headline = headlineOf(this.#parts.objectives).metric;
    const baseline = this.standing('c0');
    const before = baseline?.values[headline] ?? null;
    const baselineFeasible = baseline?.violation === 0;
    return this.ranking().filter((each) => {
      if (each.candidate.id === 'c0' || each.violation > 0) return false;
      // A search that leads with a candidate has compared it with its parents on common rows; the two values may stand on different ones.
      if (each.kind === 'screening' || !baselineFeasible) return true;
      const value = each.values[headline] ?? null;
      return value !== null && before !== null && value > before;
    });
  }

  #compare(a: Standing, b: Standing): number {
    return compareStandings(this.#parts.objectives, a, b);
  }

  #admit(draft: {
    components: Components;
    parents: readonly Candidate[];
    operator: string;
    reason: string;
    reflectedOn?: readonly string[];
  }): Candidate {
    const candidate: Candidate = {
      id: `c${this.#candidates.length}`,
      components: draft.components,
      parents: draft.parents.map((parent) => parent.id),
      operator: draft.operator,
      reason: draft.reason,
    };
    this.#candidates.push(candidate);
    this.#seen.add(normalisedText(draft.components));
    const promptTokens = this.#parts.check.countTokens(draft.components);
    const reflectedOn = [...(draft.reflectedOn ?? [])];
    this.#parts.record.candidate({ ...candidate, seq: this.#next(), promptTokens, reflectedOn });
    this.#event(`candidate:${candidate.id}`, 'candidate', {
      candidateId: candidate.id,
      parents: [...candidate.parents],
      operator: candidate.operator,
      promptTokens,
    });
    return candidate;
  }

  #next(): number {
    return this.#seq++;
  }

  #event(key: string, type: string, data: JsonObject): void {
    this.#parts.record.event({ key, type, data });
  }
}
