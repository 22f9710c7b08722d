import { createHash } from 'node:crypto';
import type { Row } from '../domain/dataset.ts';
import { canonicalJson } from '../domain/json.ts';
import type { MeasuredRollout } from '../domain/rollout.ts';
import { actualLabel, byRow } from '../lab/aggregate-values.ts';
import { type Diagnosis, diagnose } from '../lab/diagnosis/diagnose.ts';
import type { Answer, LabelRecord, RowEvidence } from '../lab/diagnosis/evidence.ts';
import type { ScoredRun } from '../store/measured-rollouts.ts';

export interface EvidenceParts {
  /** Train and validation. */
  readonly rows: readonly Row[];
  /** Every candidate of the job, in order of proposal. */
  readonly candidates: readonly DiagnosedCandidate[];
  /** Evaluator of the headline. */
  readonly evaluator: string;
  /** The prompt whose failures are sorted, then its ancestors, nearest first. */
  readonly lineage: readonly string[];
  /** First runs of the lineage on the open rows, by candidate. */
  readonly measured: ReadonlyMap<string, readonly MeasuredRollout[]>;
}

export interface DiagnosedCandidate {
  readonly id: string;
  readonly parents: readonly string[];
  readonly reflectedOn: readonly string[];
}

/** Characters of an answer that are kept as they are; a longer one is known by its hash. */
const MOST_OUTPUT = 200;

/** The candidate and its ancestors, nearest first. */
export function lineageOf(candidateId: string, candidates: readonly DiagnosedCandidate[]): string[] {
  return [...ancestry(candidateId, familyOf(candidates))];
}

type Family = ReadonlyMap<string, DiagnosedCandidate>;

const familyOf = (candidates: readonly DiagnosedCandidate[]): Family =>
  new Map(candidates.map((candidate) => [candidate.id, candidate]));

/** Adds the candidate and its ancestors, nearest first, to those that are known: with one of them its own ancestors are known. */
function ancestry(candidateId: string, family: Family, known: Set<string> = new Set()): ReadonlySet<string> {
  const added = new Set([candidateId]);
  for (const id of added) {
    known.add(id);
    for (const parent of family.get(id)?.parents ?? []) if (!known.has(parent)) added.add(parent);
  }
  return known;
}

/** Collects what the record of a job says of the rows that one prompt gets wrong, candidate by candidate. */
export class FailureEvidence {
  readonly #parts: EvidenceParts;
  readonly #own = new Map<string, Answer>();
  readonly #answers = new Map<string, Answer[]>();
  readonly #family: Family;
  readonly #newestFirst: readonly string[];
  /** By failing row: the reflections that were shown it. What one of them proposes at once counts once. */
  readonly #reflections = new Map<string, Set<string>>();

  constructor(parts: EvidenceParts) {
    this.#parts = parts;
    for (const candidateId of parts.lineage)
      for (const rollout of parts.measured.get(candidateId) ?? []) {
        const answer = this.#answerOf(rollout);
        if (answer && !this.#own.has(rollout.rowId)) this.#own.set(rollout.rowId, answer);
      }
    for (const [rowId, { pass }] of this.#own) if (!pass) this.#answers.set(rowId, []);
    this.#family = familyOf(parts.candidates);
    this.#newestFirst = parts.candidates.map(({ id }) => id).reverse();
    for (const rowId of this.failing) this.#reflections.set(rowId, new Set());
    for (const { parents, reflectedOn } of parts.candidates) {
      const reflection = JSON.stringify([parents, reflectedOn]);
      for (const rowId of reflectedOn) this.#reflections.get(rowId)?.add(reflection);
    }
  }

  /** The rows whose runs are to be seen. */
  get failing(): readonly string[] {
    return [...this.#answers.keys()];
  }

  /** First runs, of any candidates on any rows. */
  see(rollouts: readonly ScoredRun[]): void {
    for (const rollout of rollouts) {
      const answers = this.#family.has(rollout.candidateId) ? this.#answers.get(rollout.rowId) : undefined;
      const answer = answers && this.#answerOf(rollout);
      if (answer) answers.push(answer);
    }
  }

  /** `again`: second runs of the A/A run, of the baseline. */
  diagnosis(again: readonly MeasuredRollout[]): Diagnosis {
    const { rows } = this.#parts;
    const contradictions = contradictionsAmong(rows);
    const againOn = byRow(again);
    const evidence = rows.flatMap((row): RowEvidence[] => {
      const [own, answers] = [this.#own.get(row.id), this.#answers.get(row.id)];
      if (!own || !answers) return [];
      const twins = (againOn.get(row.id) ?? []).flatMap((rollout) => {
        const first = answers.find((each) => each.candidateId === rollout.candidateId);
        const second = first ? this.#answerOf(rollout) : null;
        return first && second ? [[first, second] as const] : [];
      });
      return [
        {
          rowId: row.id,
          expected: actualLabel(row),
          context: row.context,
          own,
          answers,
          twins,
          independent: this.#independent(answers),
          tries: this.#reflections.get(row.id)?.size ?? 0,
          contradictedBy: contradictions.get(row.id) ?? [],
        },
      ];
    });
    return diagnose(rows.filter(({ id }) => this.#own.has(id)).length, evidence, this.#labels());
  }

  /** Null where the headline evaluator has no score. */
  #answerOf({ candidateId, output, scores, error }: ScoredRun): Answer | null {
    const score = scores[this.#parts.evaluator];
    if (!score || score.value === null) return null;
    const trimmed = output.trim();
    const known =
      trimmed.length <= MOST_OUTPUT
        ? trimmed
        : `${trimmed.slice(0, MOST_OUTPUT)}… ${createHash('sha256').update(trimmed).digest('hex').slice(0, 12)}`;
    return { candidateId, output: known, pass: score.pass, category: error?.category ?? score.category };
  }

  /** How the rows of each expected answer fare, where several expect it. */
  #labels(): Map<string, LabelRecord> {
    const labels = new Map<string, { rows: number; passing: number }>();
    const sizes = new Map<string, number>();
    for (const row of this.#parts.rows) {
      const label = actualLabel(row);
      if (label === null) continue;
      sizes.set(label, (sizes.get(label) ?? 0) + 1);
      const own = this.#own.get(row.id);
      if (!own) continue;
      const known = labels.get(label) ?? { rows: 0, passing: 0 };
      labels.set(label, { rows: known.rows + 1, passing: known.passing + Number(own.pass) });
    }
    return new Map([...labels].filter(([label]) => (sizes.get(label) ?? 0) > 1));
  }

  /** Candidates of which none descends from another: the newest first, each that is no relative of those taken. */
  #independent(answers: readonly Answer[]): number {
    const answered = new Set(answers.map(({ candidateId }) => candidateId));
    const related = new Set<string>();
    let taken = 0;
    for (const id of this.#newestFirst) {
      // A candidate is younger than its ancestors: nothing that comes later descends from it.
      if (!answered.has(id) || related.has(id)) continue;
      taken += 1;
      ancestry(id, this.#family, related);
    }
    return taken;
  }
}

/** Rows with equal input and context whose expected answers differ. */
function contradictionsAmong(rows: readonly Row[]): Map<string, string[]> {
  const byInput = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.expected === undefined) continue;
    const key = canonicalJson([row.input, [...row.context]])
      .toLowerCase()
      .replace(/\s+/g, ' ');
    const same = byInput.get(key);
    if (same) same.push(row);
    else byInput.set(key, [row]);
  }
  const found = new Map<string, string[]>();
  for (const same of byInput.values())
    for (const row of same) {
      const others = same.filter((other) => actualLabel(other) !== actualLabel(row)).map(({ id }) => id);
      if (others.length > 0) found.set(row.id, others);
    }
  return found;
}
