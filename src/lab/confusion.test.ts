import { describe, expect, it } from 'vitest';
import { confusionMatrix } from './confusion.ts';

const rollout = (rowId: string, output: string, repeat = 0) => ({
  candidateId: 'c1',
  rowId,
  repeat,
  output,
  scores: { label: { value: 0, pass: false, category: null } },
  values: {},
});
const row = (id: string, expected?: string) => ({
  id,
  input: '',
  context: [],
  metadata: {},
  ...(expected !== undefined && { expected }),
});

describe('confusion matrix', () => {
  // The example of scikit-learn's classification_report: true 0 1 2 2 2, predicted 0 0 2 2 1.
  it('has the published figures', () => {
    const truth = ['0', '1', '2', '2', '2'];
    const said = ['0', '0', '2', '2', '1'];
    const matrix = confusionMatrix(
      'label',
      truth.map((label, i) => row(String(i), label)),
      said.map((label, i) => rollout(String(i), label)),
    );
    expect(matrix.labels).toEqual(['0', '1', '2']);
    expect(matrix.counts).toEqual([
      [1, 0, 0, 0],
      [1, 0, 0, 0],
      [0, 1, 2, 0],
    ]);
    const figures = matrix.perLabel.map(({ precision, recall, f1, rows }) => [precision, recall, f1, rows]);
    expect(figures).toEqual([
      [0.5, 1, 2 / 3, 1],
      [0, 0, 0, 1],
      [1, 2 / 3, 0.8, 3],
    ]);
    expect(matrix.accuracy).toBeCloseTo(0.6, 12);
    expect(matrix.macroF1).toBeCloseTo((2 / 3 + 0.8) / 3, 12);
    expect(matrix.microF1).toBeCloseTo(0.6, 12);
  });

  it('puts invented labels into the last column, shares repeats, and counts what is missing', () => {
    const matrix = confusionMatrix(
      'label',
      [row('a', 'x'), row('b', 'y'), row('c')],
      [rollout('a', 'x'), rollout('a', 'nonsense', 1), rollout('b', 'y'), rollout('c', 'x')],
    );
    expect(matrix.counts).toEqual([
      [0.5, 0, 0.5],
      [0, 1, 0],
    ]);
    expect(matrix).toMatchObject({ rows: 2, missing: 1, accuracy: 0.75 });
  });
});
