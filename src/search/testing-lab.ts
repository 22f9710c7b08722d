import { BudgetExhausted } from '../domain/budget.ts';
import type { Candidate } from '../domain/candidate.ts';
import { type MetricValues, type Objective, parseMetric } from '../domain/objective.ts';
import type { StepTrace } from '../domain/rollout.ts';
import type { Lab, Measured, SearchRow } from './contract.ts';
import type { SyntheticOutcome, SyntheticRun, SyntheticWorld } from './testing-world.ts';

/** The lab of a synthetic task: each (candidate, row, repeat) is booked and scored once. */
export function syntheticLab(
  world: SyntheticWorld,
  run: Omit<SyntheticRun, 'task'>,
  objectives: readonly Objective[],
  rows: ReadonlyMap<string, SearchRow>,
): Lab {
  const known = new Map<string, Measured>();
  const keyOf = (candidate: Candidate, rowId: string, repeat: number) => JSON.stringify([candidate.id, rowId, repeat]);
  const aggregate: Lab['aggregate'] = (candidate, rowIds) =>
    aggregated(
      objectives,
      rowIds.map((rowId) => {
        const measured = known.get(keyOf(candidate, rowId, 0));
        if (!measured) throw new Error(`${candidate.id} has not been measured on ${rowId}`);
        return measured;
      }),
    );
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
    aggregate,
    violation: (candidate, rowIds) => violated(objectives, aggregate(candidate, rowIds)),
  };
}

/** Limits only: what "not worse than the baseline" means under noise is the real lab's matter. */
function violated(objectives: readonly Objective[], values: MetricValues): number {
  return objectives.reduce((total, { metric, goal, limit }) => {
    if (limit === undefined) return total;
    const value = values[metric] ?? null;
    if (value === null) return total + 1;
    return total + Math.max(0, goal === 'maximize' ? limit - value : value - limit) / Math.max(Math.abs(limit), 1e-6);
  }, 0);
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
      steps: Object.entries(outcome.steps ?? {}).map(([component, said]) => stepTrace(component, said)),
      scores: { score: { value: score, pass, feedback, category } },
      values,
    },
  };
}

const stepTrace = (component: string, output: string): StepTrace => ({
  component,
  messages: [],
  output,
  toolCalls: [],
  finish: 'stop',
  callId: `call of ${component}`,
  usage: { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0 },
  cost: null,
  latencyMs: 0,
});

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
