import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'vitest';
import type { SimulatedModel, Stats } from '../../fixtures/simulated-model/index.ts';
import { RESOURCES } from '../../src/domain/budget.ts';
import type { JournalEntry } from '../../src/domain/record.ts';
import { SIMULATED_PRICES, type TestRun } from './run-job.ts';

interface Sums {
  answered: number;
  input: number;
  output: number;
  nanoUsd: number;
  lostAttempts: number;
  lostTokens: number;
  lostNanoUsd: number;
}

const empty = (): Sums => ({
  answered: 0,
  input: 0,
  output: 0,
  nanoUsd: 0,
  lostAttempts: 0,
  lostTokens: 0,
  lostNanoUsd: 0,
});

/** Adds up what the journal says was paid, by the model that was asked. */
export function journalSums(entries: Iterable<JournalEntry>): { readonly all: Sums; readonly by: Map<string, Sums> } {
  const all = empty();
  const by = new Map<string, Sums>();
  for (const { model, outcome, lost, reusedFrom } of entries) {
    if (reusedFrom !== null) continue;
    const own = by.get(model) ?? empty();
    by.set(model, own);
    for (const sums of [all, own]) {
      sums.lostAttempts += lost.attempts;
      sums.lostTokens += lost.tokens;
      sums.lostNanoUsd += lost.nanoUsd;
      if (!outcome.ok) continue;
      sums.answered += 1;
      sums.input += outcome.completion.usage.inputTokens;
      sums.output += outcome.completion.usage.outputTokens;
      sums.nanoUsd += outcome.completion.cost ?? 0;
    }
  }
  return { all, by };
}

/** The server's count, once it has heard of the end of everything that it sent. */
export async function countsOf(model: SimulatedModel): Promise<Stats> {
  while (model.stats().inFlight > 0) await turn();
  return model.stats();
}

/** No limit is passed, by one unit. */
export function expectWithinBudget({ ledger }: TestRun): void {
  const { spent, limits } = ledger;
  for (const resource of RESOURCES) {
    expect(spent[resource], resource).toBeLessThanOrEqual(limits[resource] ?? Number.MAX_SAFE_INTEGER);
  }
  expect(ledger.overdrawn).toEqual({});
}

/** Every unit that the ledger has booked is in the record, and nothing else is. */
export function expectLedgerEqualsRecord({ ledger, record, settled, outcome, progress }: TestRun): void {
  const { spent } = ledger;
  const { all, by } = journalSums(record.calls.values());
  const counts = { search: 0, noise: 0, confirmation: 0, ablation: 0, evaluation: 0, calibration: 0 };
  for (const { purpose } of record.rollouts) counts[purpose] += 1;
  const keys = record.rollouts.map(({ rollout }) =>
    JSON.stringify([rollout.candidateId, rollout.rowId, rollout.repeat]),
  );
  expect(new Set(keys).size, 'each rollout is recorded once').toBe(keys.length);
  const reflection = [...by].find(([model]) => model === 'sim-reflect')?.[1] ?? empty();
  expect(spent).toEqual({
    rollouts: counts.search + counts.ablation,
    confirmationRollouts: counts.noise + counts.confirmation,
    tokens: all.input + all.output + all.lostTokens,
    reflectionTokens: reflection.input + reflection.output + reflection.lostTokens,
    nanoUsd: all.nanoUsd + all.lostNanoUsd,
  });
  expect(settled.map(({ entry }) => entry.callId).sort()).toEqual([...record.calls.keys()].sort());
  if (outcome.confirmation && progress.length > 0) expect(progress.at(-1)?.spent).toEqual(spent);
}

/** The model server's own count of this job's calls. */
export function expectServerAgrees({ record }: TestRun, stats: Stats): void {
  const { all, by } = journalSums(record.calls.values());
  expect({ answered: stats.answered, lost: stats.lost }).toEqual({ answered: all.answered, lost: all.lostAttempts });
  for (const [model, counted] of Object.entries(stats.byModel)) {
    const own = by.get(model) ?? empty();
    expect(
      {
        answered: counted.answered,
        input: counted.promptTokens,
        output: counted.completionTokens,
        lostAttempts: counted.lost,
      },
      model,
    ).toEqual({ answered: own.answered, input: own.input, output: own.output, lostAttempts: own.lostAttempts });
    const price = SIMULATED_PRICES.models.find((line) => model.startsWith(line.model.replace('*', '')));
    expect(own.nanoUsd).toBe(
      1000 * (counted.promptTokens * (price?.input ?? 0) + counted.completionTokens * (price?.output ?? 0)),
    );
    // What a lost answer really used is not known here; its upper bound was charged.
    expect(own.lostTokens).toBeGreaterThanOrEqual(counted.lostPromptTokens + counted.lostCompletionTokens);
  }
}
