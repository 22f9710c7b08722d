import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withHunks } from '../search/hunks.ts';
import { type Ancestor, originatedHunks } from './hunk-origins.ts';

const ancestor = (id: string, text: string, ...parents: string[]): Ancestor => ({
  id,
  components: { prompt: text },
  parents,
});
const origins = (all: readonly Ancestor[]) => {
  const [baseline, winner] = [all[0], all.at(-1)];
  if (!baseline || !winner) throw new Error('no candidates');
  return originatedHunks(baseline, winner, new Map(all.map((each) => [each.id, each])));
};

describe('originatedHunks', () => {
  it('follows each sentence to the candidate that wrote it, through unions', () => {
    const found = origins([
      ancestor('c0', 'Sort.\nBe brief.'),
      ancestor('c1', 'Sort.\nBe brief.\nLaw is urgent.', 'c0'),
      ancestor('c2', 'Sort.\nBe brief.\nLaw is urgent.\nPress is feedback.', 'c1'),
      ancestor('c3', 'Sort.\nBe brief.\nLaw is urgent.\nParcels are shipping.', 'c1'),
      ancestor('c4', 'Sort.\nLaw is urgent.\nPress is feedback.\nParcels are shipping.', 'c2', 'c3'),
    ]);
    expect(found.map(({ added, removed, originId }) => [(added || removed).trim(), originId])).toEqual([
      ['Be brief.', 'c4'],
      ['Law is urgent.', 'c1'],
      ['Press is feedback.', 'c2'],
      ['Parcels are shipping.', 'c3'],
    ]);
  });

  it('credits a sentence that was reworded to the last one that wrote it', () => {
    const found = origins([
      ancestor('c0', 'Sort.'),
      ancestor('c1', 'Sort.\nLaw is urgent.', 'c0'),
      ancestor('c2', 'Sort.\nLaw is very urgent.', 'c1'),
    ]);
    expect(found).toMatchObject([{ added: '\nLaw is very urgent.', originId: 'c2' }]);
  });

  it('credits a sentence that only moved', () => {
    const found = origins([
      ancestor('c0', 'A one.\nB two.\nC three.'),
      ancestor('c1', 'A one.\nC three.\nB two.', 'c0'),
      ancestor('c2', 'A one.\nC three.\nB two.\nD four.', 'c1'),
    ]);
    expect(found.length).toBeGreaterThan(1);
    for (const { added, originId } of found) expect(originId).toBe(added.includes('D four.') ? 'c2' : 'c1');
  });

  it('has an origin in the lineage for every hunk of any lineage, never the baseline', () => {
    const text = fc.array(fc.constantFrom('a.', 'b b.', 'c.', 'd d.', 'b c.'), { maxLength: 6 });
    const edit = fc.record({ text: text.map((all) => all.join('\n')), first: fc.nat(), second: fc.option(fc.nat()) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 2, maxLength: 7 }), (edits) => {
        const all = edits.map((each, index) => {
          const parents = index === 0 ? [] : [each.first, ...(each.second === null ? [] : [each.second])];
          return ancestor(`c${index}`, each.text, ...new Set(parents.map((parent) => `c${parent % index}`)));
        });
        const found = origins(all);
        const byId = new Map(all.map((each) => [each.id, each]));
        const lineage = new Set([all.at(-1)?.id ?? '']);
        for (const id of lineage) for (const parent of byId.get(id)?.parents ?? []) lineage.add(parent);
        for (const { originId } of found) {
          expect(originId).not.toBe('c0');
          expect(lineage.has(originId)).toBe(true);
        }
        expect(withHunks(all[0]?.components ?? {}, found)).toEqual(all.at(-1)?.components);
      }),
      { numRuns: 500 },
    );
  });
});
