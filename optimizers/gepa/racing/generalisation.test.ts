import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Generalisation } from './generalisation.ts';

const after = (confirmed: number, refused: number) => {
  const generalisation = new Generalisation();
  for (let i = 0; i < confirmed; i++) generalisation.confirmed();
  for (let i = 0; i < refused; i++) generalisation.refused();
  return generalisation;
};

it('one unseen failure that stays is no proof at first, two are; less so after edits that did mend unseen ones', () => {
  expect(after(0, 0).memorised(1)).toBeCloseTo(0.25 / (0.25 + 0.75 / 2), 12);
  expect(after(0, 0).memorised(2)).toBeGreaterThan(0.5);
  expect(after(3, 0).memorised(2)).toBeLessThan(0.5);
  expect(after(0, 2).memorised(1)).toBeGreaterThan(0.5);
});

it('is a probability that grows with each unseen failure that stays, and with each refusal', () => {
  const some = fc.nat(30);
  fc.assert(
    fc.property(some, some, some, (confirmed, refused, unseen) => {
      const p = after(confirmed, refused).memorised(unseen);
      expect(p).toBeGreaterThan(0);
      expect(p).toBeLessThan(1);
      expect(after(confirmed, refused).memorised(unseen + 1)).toBeGreaterThan(p);
      expect(after(confirmed, refused + 1).memorised(unseen)).toBeGreaterThan(p);
      expect(after(confirmed + 1, refused).memorised(unseen)).toBeLessThan(p);
    }),
  );
});
