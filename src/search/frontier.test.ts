import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawLeader, Frontier, type Fronts, leads, restricted, withoutRedundant } from './frontier.ts';
import { createRandom } from './random.ts';

/** A table of candidate × key values; null = not measured. */
const tables = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 10 })).chain(([candidates, keys]) =>
  fc.array(fc.array(fc.option(fc.constantFrom(-1, 0, 0.5, 1), { freq: 6 }), { minLength: keys, maxLength: keys }), {
    minLength: candidates,
    maxLength: candidates,
  }),
);
type Table = (number | null)[][];

function frontierOf(table: Table): Frontier {
  const frontier = new Frontier();
  table.forEach((row, candidate) => {
    frontier.add(
      candidate,
      row.flatMap((value, key) => (value === null ? [] : [[`k${key}`, value] as const])),
    );
  });
  return frontier;
}

const meanIn = (table: Table) => (candidate: number) => {
  const values = (table[candidate] ?? []).filter((value) => value !== null);
  return values.length === 0 ? Number.NEGATIVE_INFINITY : values.reduce((a, b) => a + b, 0) / values.length;
};

/** The pruning as the specification words it: lowest mean first, start again after each removal, until nothing can go. */
function prunedByTheBook(fronts: Fronts, mean: (candidate: number) => number): Set<number> {
  const programs = [...new Set([...fronts.values()].flatMap((front) => front.leaders))];
  const sorted = programs.map((p, at) => ({ p, at })).sort((a, b) => Math.sign(mean(a.p) - mean(b.p)) || a.at - b.at);
  const left = new Set(programs);
  for (let removed = true; removed; ) {
    removed = false;
    for (const { p } of sorted) {
      if (!left.has(p)) continue;
      const mine = [...fronts.values()].filter((front) => front.leaders.includes(p));
      if (mine.every((front) => front.leaders.some((other) => other !== p && left.has(other)))) {
        left.delete(p);
        removed = true;
        break;
      }
    }
  }
  return left;
}

describe('Frontier', () => {
  it('has for each key the maximum and exactly the candidates that equal it', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const { fronts } = frontierOf(table);
        const keys = table[0]?.length ?? 0;
        for (let key = 0; key < keys; key++) {
          const column = table.map((row) => row[key] ?? null);
          const best = Math.max(...column.map((value) => value ?? Number.NEGATIVE_INFINITY));
          if (best === Number.NEGATIVE_INFINITY) {
            expect(fronts.has(`k${key}`)).toBe(false);
          } else {
            const leaders = column.flatMap((value, candidate) => (value === best ? [candidate] : []));
            expect(fronts.get(`k${key}`)).toEqual({ best, leaders });
          }
        }
      }),
    );
  });
});

describe('withoutRedundant', () => {
  it('drops the lowest mean whose fronts are all covered, even when no single candidate dominates it', () => {
    // 1 leads a and b with others; 0 leads a and c, 2 leads b: together they displace 1.
    const { fronts } = frontierOf([
      [1, 0, 1],
      [1, 1, 0],
      [0, 1, 0],
    ]);
    expect([...leads(withoutRedundant(fronts, (c) => [0.9, 0.1, 0.5][c] ?? 0))]).toEqual([
      [0, 2],
      [2, 1],
    ]);
    expect([...leads(withoutRedundant(fronts, (c) => [0.9, 0.6, 0.5][c] ?? 0))]).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });

  it('keeps a leader for every key, only leaders, and does nothing when done again', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const { fronts } = frontierOf(table);
        const mean = meanIn(table);
        const pruned = withoutRedundant(fronts, mean);
        expect([...pruned.keys()].sort()).toEqual([...fronts.keys()].sort());
        for (const [key, front] of pruned) {
          expect(front.leaders.length).toBeGreaterThan(0);
          expect(front.best).toBe(fronts.get(key)?.best);
          for (const leader of front.leaders) expect(fronts.get(key)?.leaders).toContain(leader);
        }
        expect(withoutRedundant(pruned, mean)).toEqual(pruned);
      }),
    );
  });

  it('keeps the same candidates as the wording of the specification', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const { fronts } = frontierOf(table);
        const mean = meanIn(table);
        expect(new Set(leads(withoutRedundant(fronts, mean)).keys())).toEqual(prunedByTheBook(fronts, mean));
      }),
      { numRuns: 500 },
    );
  });

  it('stays fast with thousands of candidates that tie everywhere', () => {
    const frontier = new Frontier();
    const keys = Array.from({ length: 100 }, (_, key) => `k${key}`);
    for (let candidate = 0; candidate < 3000; candidate++) {
      frontier.add(
        candidate,
        keys.map((key, at) => [key, Number((candidate * 7 + at) % 3 > 0)]),
      );
    }
    const started = performance.now();
    const counts = leads(withoutRedundant(frontier.fronts, (candidate) => candidate % 11));
    expect(counts.size).toBeLessThan(10);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('restricted', () => {
  it('leaves out keys that nobody leads any more', () => {
    const { fronts } = frontierOf([
      [1, 0],
      [0, 1],
    ]);
    expect([...restricted(fronts, (candidate) => candidate === 1)]).toEqual([['k1', { best: 1, leaders: [1] }]]);
  });
});

describe('drawLeader', () => {
  it('draws in proportion to the fronts that a candidate leads', () => {
    const counts = new Map([
      [2, 1],
      [5, 3],
      [9, 6],
    ]);
    const drawn = new Map<number | undefined, number>();
    const random = createRandom('draws');
    for (let i = 0; i < 20_000; i++) {
      const leader = drawLeader(counts, random);
      drawn.set(leader, (drawn.get(leader) ?? 0) + 1);
    }
    // Standard errors are at most 0.0035; five of them.
    expect(Math.abs((drawn.get(2) ?? 0) / 20_000 - 0.1)).toBeLessThan(0.0175);
    expect(Math.abs((drawn.get(5) ?? 0) / 20_000 - 0.3)).toBeLessThan(0.0175);
    expect(Math.abs((drawn.get(9) ?? 0) / 20_000 - 0.6)).toBeLessThan(0.0175);
  });

  it('has nobody to draw from an empty frontier', () => {
    expect(drawLeader(new Map(), createRandom('none'))).toBeUndefined();
  });
});
