import { describe, expect, it } from 'vitest';
import { type Outcome, suspects } from './blame.ts';

type Steps = Readonly<Record<string, string>>;

function outcome(expected: string, steps: Steps): Outcome {
  return {
    expected,
    measured: {
      rowId: 'row',
      score: 0,
      values: {},
      pass: false,
      feedback: '',
      category: null,
      rollout: {
        candidateId: 'c0',
        rowId: 'row',
        repeat: 0,
        output: Object.values(steps).at(-1) ?? '',
        steps: Object.entries(steps).map(([component, output]) => ({
          component,
          messages: [],
          output,
          toolCalls: [],
          finish: 'stop' as const,
          callId: component,
          usage: { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0 },
          cost: null,
          latencyMs: 0,
        })),
        scores: {},
        values: {},
      },
    },
  };
}

describe('suspects', () => {
  const failing = outcome('refund', { router: 'billing', desk: 'no' });

  it('acquits a step that put out what it does where the same answer is expected and given', () => {
    expect(suspects(failing, [outcome('refund', { router: 'billing\n', desk: 'refund' })])).toEqual(['desk']);
  });

  it('suspects every step that ran, in order, while no row with the same expected answer passes', () => {
    expect(suspects(failing, [])).toEqual(['router', 'desk']);
    expect(suspects(failing, [outcome('repair', { router: 'billing', desk: 'repair' })])).toEqual(['router', 'desk']);
    expect(suspects(failing, [outcome('refund', { router: 'sales', desk: 'refund' })])).toEqual(['router', 'desk']);
  });

  it('has nothing to compare where rows expect no answer', () => {
    expect(suspects(outcome('', { first: 'a', second: 'b' }), [outcome('', { first: 'a', second: 'c' })])).toEqual([
      'first',
      'second',
    ]);
  });

  it('never acquits the last step that ran: its output is what failed', () => {
    expect(suspects(failing, [outcome('refund', { router: 'billing', desk: 'no' })])).toEqual(['desk']);
  });

  it('does not suspect a step that did not run', () => {
    expect(suspects(outcome('refund', { router: 'none' }), [])).toEqual(['router']);
    expect(suspects(outcome('refund', {}), [])).toEqual([]);
  });
});
