import type { Candidate } from '../domain/candidate.ts';
import type { Clock } from '../domain/clock.ts';
import type { JsonObject } from '../domain/json.ts';
import { compareValues, headlineOf, type MetricValues, type Objective, violation } from '../domain/objective.ts';
import type { Components } from '../domain/prompt.ts';
import type { JobRecord } from '../domain/record.ts';
import type { Interval } from '../domain/verdict.ts';
import type { Draft, Proposed, SearchRecord } from '../search/contract.ts';
import { type CheckContext, checkProposal, normalisedText } from '../search/proposal-check.ts';

/** A candidate whose validation score stands. */
export interface Validated {
  readonly candidate: Candidate;
  readonly values: MetricValues;
}

export interface SearchRecordParts {
  readonly record: JobRecord;
  readonly clock: Clock;
  readonly objectives: readonly Objective[];
  readonly check: Omit<CheckContext, 'seen'>;
  /** Objective values and the headline's interval on the validation rows. */
  readonly validate: (candidate: Candidate) => { values: MetricValues; interval: Interval | null; rows: number };
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
  readonly #validated = new Map<string, Validated>();
  #seq = 0;
  #points = 0;
  #best: Validated | null = null;
  readonly #accepted = new Set<string>();
  refused = 0;

  constructor(parts: SearchRecordParts) {
    this.#parts = parts;
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

  get validatedCandidates(): readonly Validated[] {
    return [...this.#validated.values()];
  }

  /** Objective values of the baseline on validation; null until they are measured. */
  get baselineValues(): MetricValues | null {
    return this.#validated.get('c0')?.values ?? null;
  }

  get best(): Validated | null {
    return this.#best;
  }

  /** The best candidate so far that breaks no hard constraint. */
  get bestFeasible(): Candidate | null {
    return this.#best !== null && this.feasible(this.#best) ? this.#best.candidate : null;
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
    if (this.#validated.has(candidate.id)) return;
    const { values, interval, rows } = this.#parts.validate(candidate);
    const validated: Validated = { candidate, values };
    this.#validated.set(candidate.id, validated);
    const improves = this.#best === null || this.#compare(validated, this.#best) < 0;
    if (improves) this.#best = validated;
    const best = this.#best ?? validated;
    const point = {
      seq: this.#points++,
      at: this.#parts.clock.now(),
      ...this.#parts.spent(),
      candidateId: candidate.id,
      best: best.candidate.id,
      score: best.values[headlineOf(this.#parts.objectives).metric] ?? null,
      interval: improves ? interval : this.#parts.validate(best.candidate).interval,
      rows,
      objectives: values,
    };
    this.#parts.record.curvePoint(point);
    this.#event(`curve:${point.seq}`, 'curve', {
      ...point,
      at: point.at.toISOString(),
      interval: point.interval && { ...point.interval },
      objectives: { ...values },
    });
  }

  note(kind: string, detail: JsonObject): void {
    this.#event(`note:${this.#next()}`, kind, detail);
  }

  /** Requests end in any order: the key is the request's own number, not the next one of the record. */
  unusable(request: number, purpose: string, reason: string): void {
    this.#event(`unusable:${request}`, 'unusable-answer', { purpose, reason });
  }

  /** Validated candidates, best first: feasible before infeasible, then the headline; the older one among equals. */
  ranking(): readonly Validated[] {
    return [...this.#validated.values()].sort((a, b) => this.#compare(a, b));
  }

  feasible(validated: Validated): boolean {
    return violation(this.#parts.objectives, validated.values, this.baselineValues ?? {}) === 0;
  }

  #compare(a: Validated, b: Validated): number {
    return compareValues(this.#parts.objectives, a.values, b.values, this.baselineValues ?? {});
  }

  #admit(draft: {
    components: Components;
    parents: readonly Candidate[];
    operator: string;
    reason: string;
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
    this.#parts.record.candidate({ ...candidate, seq: this.#next(), promptTokens });
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
