import { describe, expect, it } from 'vitest';
import { draftOf, getIn, setIn } from './draft.ts';

describe('a draft', () => {
  const draft = { budget: { rollouts: 600 }, objectives: [{ metric: 'a' }, { metric: 'b' }], unknown: { kept: true } };

  it('is changed at one place and nowhere else', () => {
    const changed = setIn(draft, ['objectives', 1, 'limit'], 3);
    expect(getIn(changed, ['objectives', 1])).toEqual({ metric: 'b', limit: 3 });
    expect(changed).toEqual({ ...draft, objectives: [{ metric: 'a' }, { metric: 'b', limit: 3 }] });
    expect(draft.objectives).toHaveLength(2);
  });

  it('loses with a member the objects that it leaves empty', () => {
    expect(setIn(draft, ['budget', 'rollouts'], undefined)).toEqual({
      objectives: draft.objectives,
      unknown: draft.unknown,
    });
    expect(setIn({ a: [1] }, ['a', 0], undefined)).toBeUndefined();
    expect(setIn(undefined, ['models', 'task', 'model'], 'm')).toEqual({ models: { task: { model: 'm' } } });
  });

  it('submits a job again by its references, without what was not given', () => {
    const resolved = {
      name: 'n',
      promptRef: 'p@3',
      prompt: { messages: [] },
      dataset: { ref: 'd@1', sha256: 'x', rows: {} },
      suiteRef: null,
      suite: { evaluators: [] },
      optimizer: { type: 'gepa', options: { preset: 'racing' } },
      models: { task: { provider: 'openai', model: 'm' }, judge: null },
      budget: { rollouts: 9 },
      split: null,
      aaRows: 0,
      seed: 7,
    };
    expect(draftOf(resolved)).toEqual({
      name: 'n',
      prompt: 'p@3',
      dataset: 'd@1',
      suite: { evaluators: [] },
      optimizer: { type: 'gepa', options: { preset: 'racing' } },
      models: { task: { provider: 'openai', model: 'm' } },
      budget: { rollouts: 9 },
      aaRun: false,
      seed: 7,
    });
  });
});
