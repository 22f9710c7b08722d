import { describe, expect, it } from 'vitest';
import { type EvaluatorTools, type Graded, JudgeFailed, type Prepared, type Sample } from './evaluator.ts';
import { gradeWithAll } from './verdicts.ts';

const SAMPLE: Sample = {
  rowId: 'r1',
  input: 'a question',
  output: 'an answer',
  parsed: undefined,
  expected: undefined,
  context: [],
  messages: [],
  trace: [],
  toolCalls: [],
  finish: 'stop',
  usage: { promptTokens: 1, inputTokens: 1, outputTokens: 1, cost: null, latencyMs: 1 },
  metadata: {},
  scores: {},
};

/** A verdict by each judge: a value, null for none, or the failure of the judge. */
function verdicts(...given: readonly (number | null | Error)[]): Promise<Graded> {
  const nobody = () => Promise.reject(new Error('asked by number'));
  const judges = given.map((): EvaluatorTools => ({ judge: nobody, post: nobody, embed: nobody }));
  const score: Prepared = (_sample, tools) => {
    const verdict = given[judges.indexOf(tools)];
    if (verdict instanceof Error) throw verdict;
    const value = verdict ?? null;
    return {
      value,
      category: value === null || value === 1 ? null : `is-${value}`,
      feedback: `says ${value}`,
      details: { by: 'judge' },
    };
  };
  return gradeWithAll(score, SAMPLE, judges);
}

describe('several verdicts', () => {
  it('are the majority of yes and no, in the words of a verdict that is part of it', async () => {
    expect(await verdicts(1, 0, 1)).toMatchObject({
      value: 1,
      category: null,
      details: { verdicts: [1, 0, 1], spread: 1 },
    });
    const no = await verdicts(0, 1, 0);
    expect(no).toMatchObject({ value: 0, category: 'is-0', details: { by: 'judge' } });
    expect(no.feedback).toBe('says 0\n(2 of 3 verdicts say so; they range from 0 to 1)');
  });

  it('are the median of grades', async () => {
    expect(await verdicts(0.25, 1, 0.5)).toMatchObject({ value: 0.5, category: 'is-0.5' });
    expect((await verdicts(0.75, 0.75, 0.75)).feedback).toBe('says 0.75');
  });

  it('that are divided are in the middle, and say what is wrong', async () => {
    expect(await verdicts(1, 0)).toMatchObject({ value: 0.5, category: 'is-0' });
  });

  it('go by those that measured something, unless these are the fewer', async () => {
    expect(await verdicts(1, null, 1)).toMatchObject({ value: 1, details: { verdicts: [1, null, 1] } });
    expect(await verdicts(1, null, null)).toMatchObject({ value: null, details: { verdicts: [1, null, null] } });
    expect((await verdicts(1, null)).value).toBeNull();
  });

  it('bear the failure of the fewer judges, and fail with half of them', async () => {
    const failed = new JudgeFailed('too slow', 'timeout');
    expect(await verdicts(0.5, failed, 0.5)).toMatchObject({ value: 0.5, details: { verdicts: [0.5, null, 0.5] } });
    await expect(verdicts(1, failed)).rejects.toMatchObject({ name: 'JudgeFailed', category: 'timeout' });
    await expect(verdicts(failed, 1, failed)).rejects.toThrow('2 of 3 verdicts failed: too slow');
  });

  it('do not hide an error that is not a judge’s', async () => {
    await expect(verdicts(1, new Error('a mistake'), 1)).rejects.toThrow('a mistake');
  });
});

it('one verdict is left as it is', async () => {
  expect((await verdicts(0.5)).details).toEqual({ by: 'judge' });
});
