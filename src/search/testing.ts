import { type Amounts, BudgetExhausted } from '../domain/budget.ts';
import type { Candidate, Refusal } from '../domain/candidate.ts';
import type { JsonObject } from '../domain/json.ts';
import { Ledger } from '../domain/ledger.ts';
import { type MetricValues, type Objective, parseMetric } from '../domain/objective.ts';
import type { Components } from '../domain/prompt.ts';
import {
  type AuthorRequest,
  type Draft,
  type Lab,
  type Measured,
  type Proposed,
  type SearchRow,
  type SearchTask,
  UnusableAnswer,
} from './contract.ts';
import { createRandom, type Random } from './random.ts';

/**
 * A search task in memory, for tests of optimizers: the world says what a prompt scores and what the author answers, the run keeps what
 * the optimizer did. Rollouts are booked in a real ledger.
 */

/** What a prompt does on a row; a bare number or null is the headline score. */
export interface SyntheticOutcome {
  readonly score: number | null;
  /** Metric values besides the headline score. */
  readonly values?: Readonly<Record<string, number | null>>;
  readonly output?: string;
  readonly feedback?: string;
  readonly category?: string;
}

export interface SyntheticWorld {
  /** Baseline texts by component. Default: one component `prompt`. */
  readonly components?: Components;
  /** Row ids, or whole rows. */
  readonly train: readonly (string | SearchRow)[];
  readonly validation: readonly (string | SearchRow)[];
  readonly score: (components: Components, rowId: string) => number | null | SyntheticOutcome;
  /** The text of the n-th answer (from 0, a repair counts); null = the call failed for good. */
  readonly author: (request: AuthorRequest<unknown>, n: number) => string | null;
  /** Default: maximize `score`, the headline score. */
  readonly objectives?: readonly Objective[];
  /** Default: empty texts and repetitions are refused. */
  readonly refuse?: (draft: Draft) => { readonly refusal: Refusal; readonly detail: string } | null;
  readonly budget?: Amounts;
  readonly seed?: number;
  /** In place of streams derived from the seed. */
  readonly random?: (...purpose: readonly (string | number)[]) => Random;
  readonly promptTokenLimit?: number;
}

export interface SyntheticRun {
  readonly task: SearchTask;
  readonly ledger: Ledger;
  /** Paid rollouts in order. */
  readonly paid: { readonly candidateId: string; readonly rowId: string; readonly repeat: number }[];
  /** Every row asked for, paid or known, in order. */
  readonly asked: { readonly candidateId: string; readonly rowIds: readonly string[] }[];
  readonly requests: AuthorRequest<unknown>[];
  /** Every draft with its outcome: the candidate's id, or the refusal. */
  readonly proposals: { readonly draft: Draft; readonly candidateId?: string; readonly refusal?: Refusal }[];
  /** `c0` and the proposed candidates that passed the checks. */
  readonly candidates: Candidate[];
  readonly fates: { readonly candidateId: string; readonly fate: string; readonly reason: string }[];
  readonly validated: string[];
  readonly notes: { readonly kind: string; readonly detail: JsonObject }[];
}

export function syntheticRun(world: SyntheticWorld): SyntheticRun {
  const components = world.components ?? { prompt: 'baseline' };
  const objectives = world.objectives ?? [{ metric: 'score', goal: 'maximize' }];
  const train = world.train.map(asRow);
  const validation = world.validation.map(asRow);
  const baseline: Candidate = { id: 'c0', components, parents: [], operator: 'baseline', reason: 'baseline' };
  const run: Omit<SyntheticRun, 'task'> = {
    ledger: new Ledger(world.budget ?? {}),
    paid: [],
    asked: [],
    requests: [],
    proposals: [],
    candidates: [baseline],
    fates: [],
    validated: [],
    notes: [],
  };
  const abort = new AbortController();
  const task: SearchTask = {
    baseline,
    components: Object.keys(components),
    train,
    validation,
    objectives,
    promptTokenLimit: world.promptTokenLimit ?? null,
    lab: syntheticLab(world, run, objectives, new Map([...train, ...validation].map((row) => [row.id, row]))),
    author: {
      ask: async (request) => {
        const attempts = [1, 2];
        for (const _attempt of attempts) {
          run.requests.push(request);
          const text = world.author(request, run.requests.length - 1);
          if (text === null) return null;
          try {
            return { value: request.parse(text), text, callId: `call-${run.requests.length - 1}` };
          } catch (error) {
            if (!(error instanceof UnusableAnswer)) throw error;
          }
        }
        return null;
      },
    },
    record: {
      propose: (draft) => propose(world, run, draft),
      fate: (candidate, fate, reason) => run.fates.push({ candidateId: candidate.id, fate, reason }),
      validated: (candidate) => run.validated.push(candidate.id),
      note: (kind, detail) => run.notes.push({ kind, detail }),
    },
    random: world.random ?? ((...purpose) => createRandom(world.seed ?? 0, ...purpose)),
    remaining: (resource) => run.ledger.remaining(resource),
    signal: abort.signal,
  };
  return { ...run, task };
}

const asRow = (row: string | SearchRow): SearchRow =>
  typeof row === 'string'
    ? { id: row, input: `input ${row}`, expected: `expected ${row}`, context: '', metadata: {} }
    : row;

function propose(world: SyntheticWorld, run: Omit<SyntheticRun, 'task'>, draft: Draft): Proposed {
  const refused = (world.refuse ?? refuseRepetitions(run.candidates))(draft);
  if (refused) {
    run.proposals.push({ draft, refusal: refused.refusal });
    return { ok: false, ...refused };
  }
  const candidate: Candidate = {
    id: `c${run.candidates.length}`,
    components: draft.components,
    parents: draft.parents.map((parent) => parent.id),
    operator: draft.operator,
    reason: draft.reason,
  };
  run.candidates.push(candidate);
  run.proposals.push({ draft, candidateId: candidate.id });
  return { ok: true, candidate };
}

/** The two checks of the real record that an optimizer's flow depends on. */
export function refuseRepetitions(candidates: readonly Candidate[]) {
  return (draft: Draft): { readonly refusal: Refusal; readonly detail: string } | null => {
    if (Object.values(draft.components).some((text) => text.trim() === '')) {
      return { refusal: 'empty', detail: 'a component is empty' };
    }
    const same = candidates.find((candidate) =>
      Object.entries(candidate.components).every(([id, text]) => draft.components[id] === text),
    );
    return same ? { refusal: 'duplicate', detail: `the text equals ${same.id}` } : null;
  };
}

function syntheticLab(
  world: SyntheticWorld,
  run: Omit<SyntheticRun, 'task'>,
  objectives: readonly Objective[],
  rows: ReadonlyMap<string, SearchRow>,
): Lab {
  const known = new Map<string, Measured>();
  const keyOf = (candidate: Candidate, rowId: string, repeat: number) => JSON.stringify([candidate.id, rowId, repeat]);
  return {
    measure: async (candidate, rowIds, { repeat = 0 } = {}) => {
      run.asked.push({ candidateId: candidate.id, rowIds });
      const measured = await Promise.all(
        rowIds.map(async (rowId) => {
          if (!rows.has(rowId)) throw new Error(`row ${rowId} is in neither train nor validation`);
          const key = keyOf(candidate, rowId, repeat);
          const before = known.get(key);
          if (before) return before;
          const reservation = await run.ledger.reserve({ rollouts: 1 }).catch((error: unknown) => {
            if (error instanceof BudgetExhausted) return error;
            throw error;
          });
          if (reservation instanceof BudgetExhausted) return reservation;
          reservation.spend({ rollouts: 1 });
          reservation.release();
          run.paid.push({ candidateId: candidate.id, rowId, repeat });
          const result = measuredAs(candidate, rowId, repeat, world.score(candidate.components, rowId));
          known.set(key, result);
          return result;
        }),
      );
      return measured.map((one) => {
        if (one instanceof BudgetExhausted) throw one;
        return one;
      });
    },
    known: (candidate, rowId, repeat = 0) => known.get(keyOf(candidate, rowId, repeat)),
    aggregate: (candidate, rowIds) =>
      aggregated(
        objectives,
        rowIds.map((rowId) => {
          const measured = known.get(keyOf(candidate, rowId, 0));
          if (!measured) throw new Error(`${candidate.id} has not been measured on ${rowId}`);
          return measured;
        }),
      ),
  };
}

function measuredAs(
  candidate: Candidate,
  rowId: string,
  repeat: number,
  raw: number | null | SyntheticOutcome,
): Measured {
  const outcome: SyntheticOutcome = raw === null || typeof raw === 'number' ? { score: raw } : raw;
  const { score, feedback = `scored ${score}`, category = null } = outcome;
  const values = { score, ...outcome.values };
  const pass = score === 1;
  const output = outcome.output ?? `output of ${candidate.id} on ${rowId}`;
  return {
    rowId,
    score,
    values,
    pass,
    feedback,
    category,
    rollout: {
      candidateId: candidate.id,
      rowId,
      repeat,
      output,
      steps: [],
      scores: { score: { value: score, pass, feedback, category } },
      values,
    },
  };
}

/** Means, or pass rates; cohorts are not simulated. */
function aggregated(objectives: readonly Objective[], measured: readonly Measured[]): MetricValues {
  return Object.fromEntries(
    objectives.map(({ metric }) => {
      const ref = parseMetric(metric);
      const values = measured.flatMap((one) => {
        const value = one.values[ref?.base ?? metric] ?? null;
        if (value === null) return [];
        return [ref?.aggregate === 'passRate' ? Number(one.pass) : value];
      });
      return [metric, values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length];
    }),
  );
}

/** A Random for traces written by hand: nothing is shuffled, the first is picked, and `weighted` answers from the script (then 0). */
export function scriptedRandom(
  script: { readonly weighted?: readonly number[]; readonly next?: readonly number[] } = {},
): Random {
  const indices = [...(script.weighted ?? [])];
  const draws = [...(script.next ?? [])];
  const next = () => draws.shift() ?? 0;
  return {
    next,
    int: (n) => Math.floor(next() * n),
    pick: (items) => {
      if (items.length === 0) throw new Error('pick from an empty list');
      return items[Math.floor(next() * items.length)] as (typeof items)[number];
    },
    shuffle: (items) => [...items],
    sample: (items, k) => items.slice(0, k),
    weighted: (weights) => {
      const index = indices.shift() ?? 0;
      if (!((weights[index] ?? 0) > 0))
        throw new Error(`weight ${index} of ${JSON.stringify(weights)} is not positive`);
      return index;
    },
  };
}

/**
 * What holds for every optimizer in every world; throws with the first thing that does not. Call it after the search has returned or
 * has been ended by the budget.
 */
export function checkInvariants(run: SyntheticRun): void {
  const must = (holds: boolean, what: string) => {
    if (!holds) throw new Error(`invariant broken: ${what}`);
  };
  must(run.ledger.spent.rollouts === run.paid.length, 'the ledger equals the rollouts that were made');
  const pairs = new Set(run.paid.map((paid) => JSON.stringify(paid)));
  must(pairs.size === run.paid.length, 'no (candidate, row, repeat) is paid twice');

  const ids = run.candidates.map((candidate) => candidate.id);
  const accepted = run.proposals.flatMap((proposal) => proposal.candidateId ?? []);
  must(JSON.stringify(['c0', ...accepted]) === JSON.stringify(ids), 'each proposal is recorded once, in order');
  run.candidates.forEach((candidate, index) => {
    const parents = candidate.parents.map((parent) => ids.indexOf(parent));
    must(index === 0 || parents.length > 0, `${candidate.id} has parents`);
    must(
      parents.every((parent) => parent >= 0 && parent < index),
      `the parents of ${candidate.id} are older candidates`,
    );
    must(
      JSON.stringify(Object.keys(candidate.components).sort()) ===
        JSON.stringify(Object.keys(run.task.baseline.components).sort()),
      `${candidate.id} has the components of the baseline`,
    );
  });

  const paidFor = new Map<string, Set<string>>();
  for (const { candidateId, rowId } of run.paid) {
    paidFor.set(candidateId, (paidFor.get(candidateId) ?? new Set()).add(rowId));
    must(ids.includes(candidateId), `measured candidate ${candidateId} is recorded`);
  }
  for (const id of run.validated) {
    const rows = paidFor.get(id) ?? new Set();
    must(
      run.task.validation.every((row) => rows.has(row.id)),
      `${id} was measured on all of validation before its score stood`,
    );
  }
  for (const { candidateId } of run.fates)
    must(ids.includes(candidateId), `fate of a recorded candidate ${candidateId}`);
}
