import { describe, expect, it } from 'vitest';
import type { Components } from '../../../src/domain/prompt.ts';
import { createRandom } from '../../../src/search/random.ts';
import { scriptedRandom, syntheticRun } from '../../../src/search/testing.ts';
import { Merging } from './merge.ts';
import { referenceOptions } from './options.ts';
import { type Member, Pool } from './pool.ts';

type Scores = readonly (number | null)[];

/** A pool grown by hand: texts, scores by validation row, parents by position. */
async function poolOf(grown: readonly { texts: Components; scores: Scores; parents?: readonly number[] }[]) {
  const rows = (grown[0]?.scores ?? []).map((_score, at) => `v${at}`);
  const run = syntheticRun({
    components: grown[0]?.texts ?? {},
    train: ['t'],
    validation: rows,
    score: (texts, rowId) => {
      const one = grown.find((entry) => JSON.stringify(entry.texts) === JSON.stringify(texts));
      return one?.scores[rows.indexOf(rowId)] ?? null;
    },
    author: () => null,
  });
  const pool = new Pool(run.task, 'instance');
  for (const [at, { texts, parents = [] }] of grown.entries()) {
    const candidate = { id: `c${at}`, components: texts, parents: parents.map(String), operator: 'test', reason: '' };
    const ancestors = parents.map((parent) => pool.member(parent));
    pool.add(candidate, ancestors, await run.task.lab.measure(candidate, rows));
  }
  return pool;
}

const merging = (options: object = {}, components = ['a', 'b']) =>
  new Merging(
    referenceOptions.parse({ preset: 'reference', merge: { overlapFloor: 0, ...options } }).merge,
    components,
  );
const described = (merge: ReturnType<Merging['build']>) =>
  merge && {
    pair: [merge.first, merge.second].map((member) => member.candidate.id),
    ancestor: merge.ancestor.candidate.id,
    components: merge.components,
    sources: Object.fromEntries(Object.entries(merge.sources).map(([id, member]) => [id, member.candidate.id])),
  };

const siblings = (first: Components, second: Components, scores: readonly [Scores, Scores, Scores]) =>
  poolOf([
    { texts: { a: 'a0', b: 'b0', c: 'c0' }, scores: scores[0] },
    { texts: first, scores: scores[1], parents: [0] },
    { texts: second, scores: scores[2], parents: [0] },
  ]);

describe('Merging.build', () => {
  it('takes the side that changed, and of two different changes the one of the better parent', async () => {
    const first = { a: 'a1', b: 'b1', c: 'c0' };
    const second = { a: 'a2', b: 'b0', c: 'c0' };
    const worse = await siblings(first, second, [
      [0, 0, 0],
      [1, 0, 0],
      [0, 1, 1],
    ]);
    expect(described(merging({}, ['a', 'b', 'c']).build(worse, scriptedRandom()))).toEqual({
      pair: ['c1', 'c2'],
      ancestor: 'c0',
      components: { a: 'a2', b: 'b1', c: 'c0' },
      sources: { a: 'c2', b: 'c1', c: 'c1' },
    });
    const better = await siblings(first, second, [
      [0, 0, 0],
      [1, 1, 0],
      [0, 0, 1],
    ]);
    expect(described(merging({}, ['a', 'b', 'c']).build(better, scriptedRandom()))?.sources).toEqual({
      a: 'c1',
      b: 'c1',
      c: 'c1',
    });
  });

  it('draws when two different changes have parents of equal mean', async () => {
    const first = { a: 'a1', b: 'b1', c: 'c0' };
    const second = { a: 'a2', b: 'b0', c: 'c0' };
    const pool = await siblings(first, second, [
      [0, 0],
      [1, 0],
      [0, 1],
    ]);
    const texts = new Set<string | undefined>();
    for (let seed = 0; seed < 30; seed++) {
      texts.add(merging({}, ['a', 'b', 'c']).build(pool, createRandom(seed))?.components['a']);
    }
    expect(texts).toEqual(new Set(['a1', 'a2']));
  });

  it('takes an ancestor at random when all their scores are 0', async () => {
    const pool = await siblings({ a: 'a1', b: 'b0', c: 'c0' }, { a: 'a0', b: 'b1', c: 'c0' }, [
      [0, 0],
      [1, 0],
      [0, 1],
    ]);
    expect(pool.member(0).mean).toBe(0);
    expect(described(merging().build(pool, createRandom('zero')))?.ancestor).toBe('c0');
  });

  it.each<[string, Parameters<typeof siblings>]>([
    [
      'an ancestor better than a parent',
      [
        { a: 'a1', b: 'b0', c: 'c0' },
        { a: 'a0', b: 'b1', c: 'c0' },
        [
          [0.9, 0.9, 0.9],
          [1, 0, 0],
          [0, 1, 1],
        ],
      ],
    ],
    [
      'the same component changed in both',
      [
        { a: 'a1', b: 'b0', c: 'c0' },
        { a: 'a2', b: 'b0', c: 'c0' },
        [
          [0, 0, 0],
          [1, 0, 0],
          [0, 1, 1],
        ],
      ],
    ],
    [
      'equal changes',
      [
        { a: 'a1', b: 'b1', c: 'c0' },
        { a: 'a1', b: 'b1', c: 'c0' },
        [
          [0, 0, 0],
          [1, 0, 0],
          [0, 1, 1],
        ],
      ],
    ],
  ])('builds nothing from %s', async (_what, [first, second, scores]) => {
    expect(merging().build(await siblings(first, second, scores), createRandom('x'))).toBeNull();
  });

  it('builds nothing from a candidate and its own ancestor, nor from a pool of two', async () => {
    const line = await poolOf([
      { texts: { a: 'a0', b: 'b0' }, scores: [0, 0, 0] },
      { texts: { a: 'a1', b: 'b0' }, scores: [1, 0, 0], parents: [0] },
      { texts: { a: 'a1', b: 'b1' }, scores: [0, 1, 1], parents: [1] },
    ]);
    expect(merging().build(line, createRandom('x'))).toBeNull();
    const two = await poolOf([
      { texts: { a: 'a0', b: 'b0' }, scores: [1, 0] },
      { texts: { a: 'a1', b: 'b0' }, scores: [0, 1], parents: [0] },
    ]);
    expect(merging().build(two, createRandom('x'))).toBeNull();
  });

  it('builds nothing twice', async () => {
    const pool = await siblings({ a: 'a1', b: 'b0', c: 'c0' }, { a: 'a0', b: 'b1', c: 'c0' }, [
      [0, 0],
      [1, 0],
      [0, 1],
    ]);
    const one = merging();
    expect(one.build(pool, createRandom('first'))).not.toBeNull();
    expect(one.build(pool, createRandom('second'))).toBeNull();
  });

  it('asks for rows on which both parents have a score', async () => {
    const scores: [Scores, Scores, Scores] = [
      [0, 0, 0, 0],
      [1, 0, 0, null],
      [0, 1, null, 1],
    ];
    const pool = await siblings({ a: 'a1', b: 'b0', c: 'c0' }, { a: 'a0', b: 'b1', c: 'c0' }, scores);
    expect(merging({ overlapFloor: 3 }).build(pool, createRandom('x'))).toBeNull();
    expect(merging({ overlapFloor: 2 }).build(pool, createRandom('x'))).not.toBeNull();
  });
});

describe('Merging.screenRows', () => {
  const screen = async (first: Scores, second: Scores, options: object = {}) => {
    const pool = await siblings({ a: 'a1', b: 'b0', c: 'c0' }, { a: 'a0', b: 'b1', c: 'c0' }, [
      first.map(() => 0),
      first,
      second,
    ]);
    const one = merging(options);
    const merge = one.build(pool, scriptedRandom());
    if (!merge) throw new Error('no merge');
    return one.screenRows(merge, scriptedRandom());
  };

  it('takes two rows of each side and one tie', async () => {
    expect(await screen([1, 1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1, 0, 0])).toEqual(['v0', 'v1', 'v3', 'v4', 'v6']);
  });

  it('fills up from what is left when a stratum is small', async () => {
    expect(await screen([1, 1, 1, 1, 0, 0], [0, 0, 0, 0, 1, 0])).toEqual(['v0', 'v1', 'v4', 'v5', 'v2']);
  });

  it('never screens on a row that a parent has no score on, nor on one twice', async () => {
    expect(await screen([1, 0, null, 0], [0, 1, 1, null])).toEqual(['v0', 'v1']);
  });
});

describe('Merging.takeTurn', () => {
  it('is due after an accepted child only, once each, and keeps what was rejected', () => {
    const one = merging();
    expect(one.takeTurn()).toBe(false);
    one.childAccepted();
    expect(one.takeTurn()).toBe(true);
    expect(one.takeTurn()).toBe(false);
    one.childAccepted();
    expect(one.takeTurn()).toBe(true);
    one.mergeAccepted();
    expect(one.takeTurn()).toBe(false);
  });

  it('ends with the accepted merges, however many were rejected', () => {
    const one = merging({ maxInvocations: 2 });
    const turns: boolean[] = [];
    for (let child = 0; child < 6; child++) {
      one.childAccepted();
      turns.push(one.takeTurn());
      if (child >= 2 && turns.at(-1)) one.mergeAccepted();
    }
    expect(turns).toEqual([true, true, true, true, false, false]);
  });

  it.each<[object, string[], boolean]>([
    [{}, ['a', 'b'], true],
    [{}, ['prompt'], false],
    [{ enabled: true }, ['prompt'], true],
    [{ enabled: false }, ['a', 'b'], false],
  ])('with %j on %j is %s', (options, components, on) => {
    const one = merging(options, components);
    one.childAccepted();
    expect(one.takeTurn()).toBe(on);
  });
});

describe('Pool', () => {
  it('hands the most advanced pointer of the parents down', async () => {
    const pool = await siblings({ a: 'a1', b: 'b0', c: 'c0' }, { a: 'a0', b: 'b1', c: 'c0' }, [[0], [0], [0]]);
    const [first, second]: [Member, Member] = [pool.member(1), pool.member(2)];
    first.nextComponent = 2;
    second.nextComponent = 1;
    expect(pool.add(first.candidate, [second, first], []).nextComponent).toBe(2);
  });
});
