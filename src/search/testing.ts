import type { Candidate, Refusal } from '../domain/candidate.ts';
import { Ledger } from '../domain/ledger.ts';
import { type Draft, type Proposed, type SearchRow, type SearchTask, UnusableAnswer } from './contract.ts';
import { createRandom } from './random.ts';
import { syntheticLab } from './testing-lab.ts';
import type { SyntheticRun, SyntheticWorld } from './testing-world.ts';

export { checkInvariants } from './testing-invariants.ts';
export { scriptedRandom } from './testing-random.ts';
export type { SyntheticRun, SyntheticWorld } from './testing-world.ts';

/**
 * A search task in memory, for tests of optimizers: the world says what a prompt scores and what the author answers, the run keeps what
 * the optimizer did. Rollouts are booked in a real ledger.
 */

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
    leads: [],
    notes: [],
    abort: () => abort.abort(),
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
      leads: (candidate, _lineage, rowIds) => run.leads.push({ candidateId: candidate.id, rowIds }),
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
function refuseRepetitions(candidates: readonly Candidate[]) {
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
