import type { StepTrace, Target, TargetRun } from '../../domain/rollout.ts';
import type { LabelledRow } from './rows.ts';

/** What was not recorded with a stored output. */
const UNKNOWN = {
  finish: 'stop',
  callId: '',
  usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 },
  cost: null,
  latencyMs: 0,
} as const;

/** A target that puts out what is stored, and asks nobody. */
export function storedOutputs(rows: ReadonlyMap<string, LabelledRow>): Target {
  const runs = new Map([...rows].map(([id, row]) => [id, runOf(row)]));
  const runFor = (rowId: string): TargetRun => runs.get(rowId) ?? { output: '', steps: [] };
  return {
    components: ['output'],
    // As bytes: what a judge may quote of it.
    bound: (_components, row) => {
      const { output, steps } = runFor(row.id);
      return {
        inputTokens: steps.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(steps)),
        outputTokens: Buffer.byteLength(output),
        cost: 0,
      };
    },
    run: async (_components, row) => runFor(row.id),
  };
}

/** The run as a rollout has it: messages stand with the last step, and so do calls that no step is said to have made. */
function runOf({ output, run: { messages = [], toolCalls, trace } }: LabelledRow): TargetRun {
  if (trace === undefined && toolCalls === undefined && messages.length === 0) return { output, steps: [] };
  const given = trace ?? [{ component: 'output', output, toolCalls: [] }];
  const steps = given.map((step, index): StepTrace => {
    const last = index === given.length - 1;
    const calls = toolCalls === undefined ? step.toolCalls : last ? toolCalls : [];
    return { ...UNKNOWN, ...step, toolCalls: calls, messages: last ? messages : [] };
  });
  return { output, steps };
}
