import { describe, expect, it } from 'vitest';
import { evaluators } from '../../evaluators/index.ts';
import { OPERATIONAL_METRICS } from '../domain/objective.ts';
import { checkSuite } from './check-suite.ts';

const suite = (id: string, type: string) => ({ evaluators: [{ id, type, options: {} }] });

describe('what an evaluator combines', () => {
  const combined = (...of: string[]) => ({
    evaluators: [
      { id: 'routing', type: 'exact-match' },
      { id: 'both', type: 'all-of', options: { of } },
      { id: 'later', type: 'exact-match' },
    ],
  });

  it('stands before it', () => {
    expect(() => checkSuite(combined('routing'), evaluators)).not.toThrow();
    for (const [id, hint] of [
      ['routin', /"routin".*the nearest are routing/],
      ['both', /"both".*put what is combined first/],
      ['later', /"later".*put what is combined first/],
    ] as const) {
      expect(() => checkSuite(combined('routing', id), evaluators, 'suite')).toThrow(
        expect.objectContaining({
          code: 'unprocessable',
          errors: [{ path: 'suite.evaluators.1.options', message: expect.stringMatching(hint) }],
        }),
      );
    }
  });
});

describe('ids of evaluators', () => {
  it.each(OPERATIONAL_METRICS)('%s is refused: the metric of that name would hide the scores', (id) => {
    expect(() => checkSuite(suite(id, 'exact-match'), evaluators, 'suite')).toThrow(
      expect.objectContaining({
        code: 'unprocessable',
        errors: [expect.objectContaining({ path: 'suite.evaluators.0.id' })],
      }),
    );
  });

  it('are free otherwise', () => {
    expect(() => checkSuite(suite('routing', 'exact-match'), evaluators)).not.toThrow();
  });

  it('are told together with a wrong type', () => {
    expect(() => checkSuite(suite('latency', 'nope'), evaluators)).toThrow(
      expect.objectContaining({
        errors: [
          expect.objectContaining({ path: 'evaluators.0.id' }),
          expect.objectContaining({ path: 'evaluators.0.type' }),
        ],
      }),
    );
  });
});
