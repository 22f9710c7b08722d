import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SearchRow } from '../../../src/search/contract.ts';
import type { SyntheticWorld } from '../../../src/search/testing.ts';
import { add, answerOf, fateOf, kindOf, rows, rowsOf, ruleWorld, searched, shownIn, solves } from './testing.ts';

/** Ten rows that any prompt solves, six that need rule a. */
const SIMPLE = [...rows('t', 10, ''), ...rows('t1', 6, 'a'), ...rows('v', 5, ''), ...rows('v1', 3, 'a')];
const requestsOf = (run: Awaited<ReturnType<typeof searched>>['run'], kind: string) =>
  run.requests.filter((request) => kindOf(request) === kind);
/** Steps of a chain that were criticised, in order. */
const stepsOf = (run: Awaited<ReturnType<typeof searched>>['run']) =>
  requestsOf(run, 'critique').map(({ messages }) => /as the step "(\w+)"/.exec(messages[0]?.content ?? '')?.[1]);

describe('a step', () => {
  it('leads with an edit that fixes the errors and breaks nothing, after a few rows of each', async () => {
    const { run, stop } = await searched(ruleWorld(SIMPLE, () => [add('Rule b.'), add('Rule a.')]));
    expect(stop).toBe('nothing-left-to-learn');
    expect(fateOf(run, 'c1')).toBe('rejected');
    expect(rowsOf(run, 'c1').length).toBeLessThanOrEqual(3);
    expect(fateOf(run, 'c2')).toBe('accepted');
    expect(answerOf(run)).toEqual({ prompt: 'Do the task.\nRule a.' });
    expect(run.candidates[2]).toMatchObject({ operator: 'add-rule', parents: ['c0'] });
  });

  it('criticises errors of one cause, and the edits see the same errors', async () => {
    const row = (id: string, input: string): SearchRow => ({
      id,
      input: `input ${id} ${input}`,
      expected: '',
      context: '',
      metadata: {},
    });
    const all = (split: string) => [
      ...rows(`${split}1`, 4, 'a').map((id) => row(id, 'parcel arrived broken glass')),
      ...rows(`${split}2`, 4, 'b').map((id) => row(id, 'invoice overcharged twice monthly')),
      ...rows(`${split}3`, 4, '').map((id) => row(id, 'greeting thanks hello friend')),
    ];
    const world = ruleWorld([], () => [add('Rule x.')], { train: all('t'), validation: all('v') });
    const { run } = await searched(world, { contrasts: 0, stop: { maxSteps: 3 } });
    const critiques = requestsOf(run, 'critique').map((request) => shownIn(request).errors.join(' '));
    expect(critiques.length).toBeGreaterThan(2);
    expect(critiques.some((shown) => shown.includes(' '))).toBe(true);
    for (const shown of critiques) expect(shown).toMatch(/^(\S+-a ?)+$|^(\S+-b ?)+$/);
    for (const edit of requestsOf(run, 'section-edit')) expect(critiques).toContain(shownIn(edit).errors.join(' '));
  });

  it('shows output, feedback and rows that succeed, first those that an earlier edit broke', async () => {
    const world = ruleWorld(
      [...rows('t', 3, 'a'), ...rows('t1', 12, 'b'), ...rows('v', 3, 'a'), ...rows('v1', 6, 'b')],
      (_shown, n) => [add(n === 0 ? 'Rule a. Harm b.' : `Idea ${n}.`)],
      { components: { prompt: 'Rule b.' } },
    );
    const { run } = await searched(world, { groups: 1, stop: { maxSteps: 2 } });
    const [first, second] = requestsOf(run, 'critique').map(shownIn);
    expect(first?.text).toContain('<output>\nnone\n</output>');
    expect(first?.text).toContain('scored 0');
    expect(first?.contrasts[0]).toMatch(/-b$/);
    expect(rowsOf(run, 'c1')).toContain(second?.contrasts[0]);
    expect(second?.text).toMatch(/Harm b\. \(made [1-9]\d* of the failing inputs right and broke [1-9]/);
    const edit = requestsOf(run, 'section-edit').map(shownIn)[0];
    expect(edit?.contrasts).toEqual(first?.contrasts);
    const none = await searched(world, { contrasts: 0, stop: { maxSteps: 1 } });
    expect(none.run.requests.map(shownIn).flatMap(({ contrasts }) => contrasts)).toEqual([]);
  });

  it('tells a critique of the edits that were rejected for its rows', async () => {
    const world = () => ruleWorld([...rows('t', 3, 'a'), ...rows('v', 2, 'a')], (_shown, n) => [add(`Idea ${n}.`)]);
    const texts = async (memory: number) =>
      requestsOf((await searched(world(), { memory, groups: 1, stop: { maxSteps: 2 } })).run, 'critique').map(
        (request) => shownIn(request).text,
      );
    expect((await texts(4))[1]).toMatch(/<tried>\n- added: Idea 0\. \(made 0 of the failing inputs right/);
    expect((await texts(0))[1]).not.toContain('<tried>');
  });

  it('refuses an edit of a passage that is not there, notes why, and tells the next edits', async () => {
    const world = ruleWorld(rows('t', 8, 'a').concat(rows('v', 3, 'a')), (_shown, n) => [
      n === 0
        ? { operation: 'patch', original: 'No such text', replacement: 'Rule a.' }
        : { operation: 'patch', original: 'the task', replacement: 'it. Rule a' },
    ]);
    const { run } = await searched(world, { groups: 1 });
    expect(run.notes.find(({ kind }) => kind === 'edit-refused')?.detail).toMatchObject({
      parent: 'c0',
      reason: expect.stringMatching(/does not stand in the instructions: "No such text"/),
    });
    expect(shownIn(requestsOf(run, 'section-edit')[1] as (typeof run.requests)[0]).text).toMatch(
      /<refused>[\s\S]*No such text/,
    );
    expect(answerOf(run)).toEqual({ prompt: 'Do it. Rule a.' });
    expect(run.candidates[1]?.operator).toBe('patch');
  });
});

describe('edits of one step that fix different rows', () => {
  const NEEDS = [
    ...rows('t', 4, 'a'),
    ...rows('t1', 4, 'b'),
    ...rows('t2', 20, ''),
    ...rows('v', 20, ''),
    ...rows('v1', 2, 'a'),
  ];
  const world = (texts: Readonly<Record<string, string>>, score?: SyntheticWorld['score']) =>
    ruleWorld(
      NEEDS,
      ({ errors }) => [...new Set(errors.map((id) => id.at(-1) ?? ''))].map((need) => add(texts[need] ?? '')),
      score && { score },
    );

  it('are judged as one text first', async () => {
    const texts = { a: 'Rule a.', b: 'Rule b.' };
    const { run } = await searched(world(texts));
    const combined = run.candidates.find(({ operator }) => operator === 'combine');
    expect(answerOf(run)['prompt']).toBe(combined?.components['prompt']);
    expect(run.fates.filter(({ fate }) => fate === 'accepted')).toHaveLength(1);
    expect(combined?.parents.map((id) => fateOf(run, id))).toEqual(['combined', 'combined']);
    const single = await searched(world(texts), { combine: false });
    expect(single.run.candidates.some(({ operator }) => operator === 'combine')).toBe(false);
    expect(single.run.fates.filter(({ fate }) => fate === 'accepted')).toHaveLength(2);
  });

  it('are judged one by one when together they break what the leader passes', async () => {
    const { run } = await searched(
      world({ a: 'Rule a.', b: 'Rule b.' }, ({ prompt = '' }, id) => {
        const both = prompt.includes('Rule a.') && prompt.includes('Rule b.');
        return Number(id.endsWith('-') ? !both : prompt.includes(`Rule ${id.at(-1)}.`));
      }),
    );
    const combined = run.candidates.find(({ operator }) => operator === 'combine')?.id ?? '';
    expect(fateOf(run, combined)).toBe('rejected');
    expect(Object.values(answerOf(run))[0]).toMatch(/^Do the task\.\nRule [ab]\.$/);
  });
});

describe('selection', () => {
  it('measures all candidates of a step on blocks of one common order, the worse half not to its end', async () => {
    const world = ruleWorld([...rows('t', 4, 'a'), ...rows('t1', 20, ''), ...rows('v', 20, '')], () => [
      add('Rule a.'),
      add('Rule a. Longer.'),
      add('Rule a. Even longer.'),
      add('Rule a. Longest of all. By far.'),
    ]);
    const options = {
      combine: false,
      groups: 1,
      critiques: 4,
      stop: { maxSteps: 1 },
      selection: { minRows: 12, block: 3 },
    };
    const { run } = await searched(world, options);
    const paths = ['c1', 'c2', 'c3', 'c4'].map((id) => rowsOf(run, id).filter((rowId) => rowId.endsWith('-')));
    const [longest = []] = paths.toSorted((a, b) => b.length - a.length);
    expect(longest).toHaveLength(12);
    for (const path of paths) expect(path).toEqual(longest.slice(0, path.length));
    expect(new Set(paths.map((path) => path.length)).size).toBeGreaterThan(1);
    expect(run.fates.some(({ fate }) => fate === 'pruned')).toBe(true);
  });

  it('is decided by validation too: an edit that breaks rows there does not lead', async () => {
    const world = ruleWorld(
      [...rows('t', 3, 'a'), ...rows('t1', 30, ''), ...rows('v', 20, 'b')],
      (_shown, n) => [add(n === 0 ? 'Rule a. Harm b.' : `Idea ${n}.`)],
      { components: { prompt: 'Rule b.' } },
    );
    const { run } = await searched(world, { stop: { maxSteps: 1 }, selection: { minRows: 6 } });
    expect(fateOf(run, 'c1')).toBe('rejected');
    expect(answerOf(run)).toEqual({ prompt: 'Rule b.' });
  });

  it('tries an edit on errors of its kind that it was not shown', async () => {
    const world = ruleWorld(
      [...rows('t', 12, 'a'), ...rows('t1', 6, ''), ...rows('v', 12, 'a')],
      ({ errors }) => [add(`For ${errors.join(' and ')}: yes.`)],
      { score: ({ prompt = '' }, id) => Number(id.endsWith('-') || prompt.includes(id)) },
    );
    const { run } = await searched(world, { errorsPerGroup: 1, groups: 1, firstRows: 18, stop: { maxSteps: 1 } });
    const [shown] = requestsOf(run, 'critique').map((request) => shownIn(request).errors[0]);
    expect(rowsOf(run, 'c1')[0]).toBe(shown);
    expect(rowsOf(run, 'c1').filter((rowId) => rowId !== shown)).not.toEqual([]);
  });

  it('asks for more rows that stay right when the budget is large', async () => {
    const passes = async (rollouts: number) => {
      const needs = [...rows('t', 6, 'a'), ...rows('t1', 20, ''), ...rows('v', 20, '')];
      const world = ruleWorld(needs, () => [add('Rule a.')], { budget: { rollouts } });
      const { run } = await searched(world, { stop: { maxSteps: 1 }, selection: { block: 1 } });
      expect(fateOf(run, 'c1')).toBe('accepted');
      return rowsOf(run, 'c1').filter((rowId) => rowId.endsWith('-')).length;
    };
    expect([await passes(300), await passes(600)]).toEqual([3, 6]);
  });

  it('goes round the common order: other rows decide the next step', async () => {
    const world = ruleWorld(
      [...rows('t', 4, 'a'), ...rows('t1', 4, 'b'), ...rows('t2', 20, ''), ...rows('v', 20, '')],
      (_shown, n) => [add(n === 0 ? 'Rule a.' : 'Rule b.')],
      {},
    );
    const { run } = await searched(world, { groups: 1, stop: { maxSteps: 6 } });
    const leads = run.fates.filter(({ fate }) => fate === 'accepted').map(({ candidateId }) => candidateId);
    expect(leads).toHaveLength(2);
    const [one = [], two = []] = leads.map((id) =>
      rowsOf(run, id)
        .filter((rowId) => rowId.endsWith('-'))
        .slice(0, 3),
    );
    expect(one.some((rowId) => two.includes(rowId))).toBe(false);
  });

  it('keeps beside the leader what is right where it is wrong, and criticises its errors too', async () => {
    const needs = [...rows('t', 4, 'a'), ...rows('t1', 4, 'b'), ...rows('t2', 8, ''), ...rows('v', 8, '')];
    // The two rules cannot be had together, so that neither replaces the other.
    const world = () =>
      ruleWorld(needs, ({ errors }) => [add(`Rule ${errors[0]?.at(-1)}.`)], {
        score: ({ prompt = '' }, id) => Number(id.endsWith('-') || prompt.endsWith(`Rule ${id.at(-1)}.`)),
      });
    const wide = await searched(world(), {
      beam: 2,
      combine: false,
      groups: 2,
      selection: { minRows: 3 },
      stop: { maxSteps: 4 },
    });
    const beams = wide.run.notes.filter(({ kind }) => kind === 'beam').map(({ detail }) => detail['beam'] as string[]);
    const two = beams.find((beam) => beam.length === 2);
    expect(two).toBeDefined();
    expect(wide.run.proposals.some(({ draft }) => draft.parents[0]?.id === two?.[1])).toBe(true);
    const narrow = await searched(world(), { beam: 1, combine: false, groups: 2, stop: { maxSteps: 4 } });
    for (const { kind, detail } of narrow.run.notes) if (kind === 'beam') expect(detail['beam']).toHaveLength(1);
  });

  it('leaves rows without a score out of every comparison', async () => {
    const world = ruleWorld(SIMPLE, () => [add('Rule a.')]);
    const { run } = await searched({
      ...world,
      score: (texts, id) => (id === 't0-' || id === 't10-a' ? null : world.score(texts, id)),
    });
    expect(answerOf(run)).toEqual({ prompt: 'Do the task.\nRule a.' });
    expect(run.leads.flatMap(({ rowIds }) => rowIds)).not.toContain('t0-');
  });

  it('does not take an error of an ancestor for one of a text under which the row has no score', async () => {
    const world = ruleWorld(
      [...rows('t', 12, ''), ...rows('t1', 4, 'a'), ...rows('t2', 1, 'b'), ...rows('v', 6, '')],
      () => [add('Rule a.')],
      {
        score: ({ prompt = '' }, id) =>
          id.endsWith('-b') && prompt.includes('Rule') ? null : Number(solves(prompt, id)),
      },
    );
    const { run, stop } = await searched(world, { contrasts: 0, firstRows: 17 });
    expect(stop).toBe('nothing-left-to-learn');
    const later = run.requests
      .map(shownIn)
      .filter(({ text }) => text.includes('<current_instructions>\nDo the task.\nRule'));
    expect(later.flatMap(({ errors }) => errors)).not.toContain('t20-b');
  });

  it('weighs a tenth that is lost on each row against a tenth that is won on few', async () => {
    const needs = [...rows('t', 3, 'a'), ...rows('t1', 20, ''), ...rows('v', 8, '')];
    const { run } = await searched(
      ruleWorld(needs, (_shown, n) => [add(n === 0 ? 'Rule a. Sloppy.' : 'Rule a.')], {
        score: ({ prompt = '' }, id) =>
          (id.endsWith('-a') && !prompt.includes('Rule a.') ? 0.9 : 1) - (prompt.includes('Sloppy.') ? 0.1 : 0),
      }),
    );
    expect(fateOf(run, 'c1')).toBe('rejected');
    expect(answerOf(run)).toEqual({ prompt: 'Do the task.\nRule a.' });
  });

  it('never leads with a candidate that breaks a hard constraint', async () => {
    const world = ruleWorld(SIMPLE, (_shown, n) => [add(n === 0 ? 'Rule a. At great length.' : 'Rule a.')], {
      objectives: [
        { metric: 'score', goal: 'maximize' },
        { metric: 'words', goal: 'minimize', limit: 10 },
      ],
    });
    const { run } = await searched({
      ...world,
      score: (texts, id) => ({
        score: Number(solves(texts['prompt'] ?? '', id)),
        values: { words: texts['prompt']?.includes('length') ? 40 : 5 },
      }),
    });
    expect(run.fates.find(({ candidateId }) => candidateId === 'c1')?.reason).toMatch(/breaks a hard constraint/);
    expect(answerOf(run)).toEqual({ prompt: 'Do the task.\nRule a.' });
  });
});

describe('a pool that stagnates', () => {
  it('is paraphrased after so many steps without a new leader, and not before', async () => {
    const world = () => ruleWorld(rows('t', 30, 'x').concat(rows('v', 5, 'x')), (_shown, n) => [add(`Idea ${n}.`)]);
    const { run } = await searched(world(), { stagnation: 2, groups: 1, stop: { maxSteps: 4 } });
    const kinds = run.requests.map(kindOf).filter((kind) => kind !== 'section-edit');
    expect(kinds).toEqual(['critique', 'critique', 'critique', 'paraphrase', 'critique', 'paraphrase']);
    const none = await searched(world(), { stagnation: 2, paraphrases: 0, groups: 1, stop: { maxSteps: 4 } });
    expect(none.run.requests.map(kindOf)).not.toContain('paraphrase');
  });
});

describe('the end of a search', () => {
  it('nothing-left-to-learn: a prompt that solves every row is measured once on each, without a request', async () => {
    const { run, stop } = await searched(ruleWorld([...rows('t', 30, ''), ...rows('v', 9, '')], () => []));
    expect(stop).toBe('nothing-left-to-learn');
    expect(run.paid).toHaveLength(39);
    expect(run.requests).toEqual([]);
    expect(run.validated).toEqual(['c0']);
  });

  it('audits what the leader has inherited before it ends, and learns from what an edit broke unseen', async () => {
    const needs = [...rows('t', 6, 'a'), ...rows('t1', 30, ''), ...rows('t2', 1, 'c'), ...rows('v', 4, 'a')];
    const world = ruleWorld(
      needs,
      ({ errors }) => [add(errors.some((id) => id.endsWith('-c')) ? 'Rule c.' : 'Rule a.')],
      {
        score: ({ prompt = '' }, id) =>
          Number(
            id.endsWith('-a')
              ? prompt.includes('Rule a.')
              : !id.endsWith('-c') || !prompt.includes('Rule a.') || prompt.includes('Rule c.'),
          ),
      },
    );
    const { run, stop } = await searched(world);
    expect(stop).toBe('nothing-left-to-learn');
    expect(answerOf(run)['prompt']).toContain('Rule c.');
    expect(new Set(rowsOf(run, run.leads.at(-1)?.candidateId ?? '')).size).toBe(needs.length);
  });

  it('no-improvement: new leaders gain on training rows only', async () => {
    const memorised = (overfitting: number) =>
      searched(
        ruleWorld(
          [...rows('t', 60, 'x'), ...rows('v', 40, 'x')],
          ({ errors }) => [add(`For ${errors.join(' and ')}: yes.`)],
          {
            score: ({ prompt = '' }, id) => Number(prompt.includes(id)),
          },
        ),
        { groups: 1, stop: { overfitting } },
      );
    const early = await memorised(4);
    expect(early.stop).toBe('no-improvement');
    const late = await memorised(30);
    expect(late.run.requests.length).toBeGreaterThan(early.run.requests.length);
  });

  it('no-improvement: every edit is refused, no answer comes, or no step brings a new leader', async () => {
    const refused = await searched(
      ruleWorld(rows('t', 20, 'a'), () => [{ operation: 'delete', original: 'nowhere', replacement: '' }]),
    );
    expect(refused.stop).toBe('no-improvement');
    expect((await searched(ruleWorld(rows('t', 20, 'a'), () => null))).stop).toBe('no-improvement');
    const idle = await searched(
      ruleWorld(rows('t', 20, 'a'), (_shown, n) => [add(`Idea ${n}.`)]),
      { stop: { noImprovement: 2 } },
    );
    expect(idle.stop).toBe('no-improvement');
    expect(idle.run.notes.filter(({ kind }) => kind === 'beam')).toHaveLength(2);
  });

  it('search-complete: after as many steps as allowed', async () => {
    const { run, stop } = await searched(
      ruleWorld(rows('t', 20, 'a'), (_shown, n) => [add(`Idea ${n}.`)]),
      {
        stop: { maxSteps: 2 },
      },
    );
    expect(stop).toBe('search-complete');
    expect(run.notes.filter(({ kind }) => kind === 'beam')).toHaveLength(2);
  });
});

describe('every run', () => {
  it('keeps budget and books, and never shows a row of validation', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 120 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 5 }),
        fc.integer(),
        async (rollouts, beam, groups, combine, unlucky, seed) => {
          const world = ruleWorld(
            [...SIMPLE, ...rows('t3', 5, 'b'), ...rows('t4', 3, 'ab'), ...rows('v3', 4, 'b')],
            (_shown, n) =>
              n % 6 < unlucky
                ? ([null, []][n % 2] ?? null)
                : [add(`Rule ${'abc'[n % 3]}.`), add(n % 2 ? 'Harm b.' : 'Rule b.')],
            { budget: { rollouts }, seed },
          );
          const { run } = await searched(world, { beam, groups, combine });
          expect(run.paid.length).toBeLessThanOrEqual(rollouts);
          for (const request of run.requests) expect(shownIn(request).text).not.toMatch(/input v\d/);
          // What is shown as an error has failed under the very text that is criticised.
          for (const { text, errors } of requestsOf(run, 'critique').map(shownIn)) {
            const parent = run.candidates.find(({ components }) => text.includes(`>\n${components['prompt']}\n<`));
            expect(rowsOf(run, parent?.id ?? '')).toEqual(expect.arrayContaining([...errors]));
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it('is decided by seed and answers', async () => {
    const once = async (seed: number) => {
      const { run, stop } = await searched(ruleWorld(SIMPLE, (_shown, n) => [add(`Rule ${'abc'[n % 3]}.`)], { seed }));
      return JSON.stringify([stop, run.asked, run.proposals, run.fates, run.leads, run.notes]);
    };
    expect(await once(4)).toBe(await once(4));
    expect(await once(4)).not.toBe(await once(5));
  });

  it('criticises each step of a chain in turn for the same rows', async () => {
    const { run } = await searched(
      ruleWorld([...rows('t', 12, 'a'), ...rows('v', 3, 'a')], () => [add('Rule a.')], {
        components: { first: 'One.', second: 'Two.' },
        score: ({ second = '' }, id) => Number(!id.endsWith('-a') || second.includes('Rule a.')),
      }),
    );
    expect(stepsOf(run)[0]).toBe('first');
    expect(stepsOf(run)).toContain('second');
    expect(answerOf(run)).toEqual({ first: 'One.', second: 'Two.\nRule a.' });
  });

  it('does not criticise a step that did not run, nor one that did its part', async () => {
    const answering = (id: string) => ({ id, input: `input ${id}`, expected: 'left', context: '', metadata: {} });
    const { run } = await searched(
      ruleWorld([], () => [add('Rule a.')], {
        train: [...rows('t', 10, ''), ...rows('t1', 6, 'a')].map(answering),
        validation: [...rows('v', 5, ''), ...rows('v1', 3, 'a')].map(answering),
        components: { unused: 'None.', router: 'One.', desk: 'Two.' },
        score: ({ desk = '' }, id) => ({
          score: Number(!id.endsWith('-a') || desk.includes('Rule a.')),
          steps: { router: 'left', desk: id.endsWith('-a') ? 'an answer of its own' : 'right' },
        }),
      }),
    );
    expect(new Set(stepsOf(run))).toEqual(new Set(['desk']));
    expect(answerOf(run)).toEqual({ unused: 'None.', router: 'One.', desk: 'Two.\nRule a.' });
  });

  it("uses the job's own meta-prompts and says so in the record", async () => {
    const prompts = { critique: 'Mine: {{current_instructions}} {{examples}}' };
    const { run } = await searched(
      ruleWorld(SIMPLE, () => [add('Rule a.')]),
      { prompts },
    );
    expect(run.requests[0]?.purpose).toBe('protegi/critique@custom');
    expect(run.requests[0]?.messages[0]?.content).toMatch(/^Mine: /);
  });
});
