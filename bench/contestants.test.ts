import { describe, expect, it } from 'vitest';
import { CONTESTANTS, contestantsOf } from './contestants.ts';

const told: string[] = [];
const chosen = (names: readonly string[], variants: readonly string[] = []) =>
  contestantsOf(names, variants, (message) => told.push(message));

describe('the optimizers of a comparison', () => {
  it('come by name, and unknown names are told with the known ones', () => {
    expect(chosen(['reference', 'climb']).map(({ type }) => type)).toEqual(['gepa', 'climb']);
    expect(() => chosen(['gepa'])).toThrow(CONTESTANTS.join(', '));
  });

  it('are varied over a base, which is the first optimizer unless the variant names one', () => {
    const [, , one, two] = chosen(
      ['reference', 'climb'],
      ['big={"minibatchSize":6}', 'five={"base":"climb","failures":5,"validationRows":9}'],
    );
    expect(one).toEqual({ name: 'big', type: 'gepa', options: { preset: 'reference', minibatchSize: 6 } });
    expect(two).toEqual({ name: 'five', type: 'climb', options: { failures: 5 }, validationRows: 9 });
    expect(() => chosen(['climb'], ['{"failures":5}'])).toThrow('name={"option": value}');
  });

  it('are left out with the reason when this version does not take their options', () => {
    expect(chosen(['climb'], ['odd={"colour":"red"}']).map(({ name }) => name)).toEqual(['climb']);
    expect(told.at(-1)).toMatch(/odd is left out.*colour/s);
  });
});
