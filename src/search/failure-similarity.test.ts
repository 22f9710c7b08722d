import { describe, expect, it } from 'vitest';
import { failureSimilarity, type RowOutcome } from './failure-similarity.ts';

function outcome(id: string, input: string, got: string, expected: string): RowOutcome {
  const fails = got !== expected;
  return {
    row: { id, input, expected, context: '', metadata: {} },
    fails,
    measured: {
      rowId: id,
      score: Number(!fails),
      values: {},
      pass: !fails,
      feedback: '',
      category: null,
      rollout: { candidateId: 'c0', rowId: id, repeat: 0, output: got, steps: [], scores: {}, values: {} },
    },
  };
}

describe('failureSimilarity', () => {
  const passing = ['Where is my invoice?', 'The app is slow.', 'A larger plan, please.', 'My parcel is late.'].map(
    (input, index) => outcome(`p${index}`, input, 'x', 'x'),
  );

  it('puts the same confusion of labels together, whatever the words', () => {
    const alike = failureSimilarity([
      ...passing,
      outcome('a', 'The hacked profile worries me.', 'account', 'technical'),
      outcome('b', 'Entries vanished overnight.', 'account', 'technical'),
      outcome('c', 'A journalist called today.', 'sales', 'feedback'),
    ]);
    expect(alike('a', 'b')).toBeGreaterThan(0.3);
    expect(alike('a', 'c')).toBeLessThan(0.1);
    expect(alike('a', 'b')).toBe(alike('b', 'a'));
  });

  it('puts failing inputs with the same rare word together, not those that share words of passing ones', () => {
    const alike = failureSimilarity([
      ...passing,
      outcome('a', 'My parcel holds a kennel.', 'long answer number one here', 'yes'),
      outcome('b', 'One kennel for two dogs?', 'another answer that is long', 'no'),
      outcome('c', 'My parcel is heavy.', 'something else that was said', 'maybe'),
    ]);
    expect(alike('a', 'b')).toBeGreaterThan(alike('a', 'c'));
  });

  it('compares records by the fields that went wrong', () => {
    const record = (due: string, company: string) => JSON.stringify({ due, company });
    const alike = failureSimilarity([
      ...passing,
      outcome('a', 'note one', record('x', 'Acme'), record('May', 'Acme')),
      outcome('b', 'paper two', record('y', 'Bolt'), record('June', 'Bolt')),
      outcome('c', 'sheet three', record('July', 'x'), record('July', 'Cole')),
    ]);
    expect(alike('a', 'b')).toBeGreaterThan(0.3);
    expect(alike('a', 'c')).toBe(0);
  });

  it('knows nothing of rows it was not given', () => {
    expect(failureSimilarity(passing)('p0', 'unknown')).toBe(0);
  });
});
