import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brokenAt } from './json-body.ts';

describe('where JSON is broken', () => {
  it.each([
    ['{"a": 1,, "b": 2}', 8],
    ['{"a" 1}', 5],
    ['[1 2]', 3],
    ['{"ü": "é", x}', 11],
    ['{"a": tru}', 9],
    ["{'a': 1}", 1],
    ['{"a": 1} x', 9],
  ])('finds the place in %s', (text, at) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(brokenAt(text)).toBe(at);
  });

  it.each(['{"a": ', '[1, 2', '"abc', '{"a": [1', '{"a'])('says that %s just ends', (text) => {
    expect(brokenAt(text)).toBe(text.length);
  });

  it('finds nothing in valid JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => brokenAt(JSON.stringify(value)) === undefined));
  });

  it('finds a place in the text whenever the parser of the language refuses it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.string({ minLength: 1, maxLength: 2 }), (value, seed, noise) => {
        const text = JSON.stringify(value);
        const cut = seed % (text.length + 1);
        const broken = text.slice(0, cut) + noise + text.slice(cut);
        try {
          JSON.parse(broken);
        } catch {
          const at = brokenAt(broken);
          expect(at).toBeGreaterThanOrEqual(0);
          expect(at).toBeLessThanOrEqual(broken.length);
        }
      }),
    );
  });
});
