import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SHOWN, shorten, untrusted } from './untrusted.ts';

describe('untrusted', () => {
  it('cannot be closed from inside, whatever the text', () => {
    const pieces = fc.constantFrom(
      '<',
      '/',
      '\\',
      'data',
      'DATA',
      '>',
      ' ',
      '\n',
      '\u200b',
      '＜',
      '‹',
      ' name="output"',
      'x',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const shown = untrusted('output', parts.join(''));
        const inside = shown.slice('<data name="output">\n'.length, -'\n</data>'.length);
        expect(inside).not.toMatch(/[<＜‹][\s/\\\u200b]*data\b/i);
        expect(shown.startsWith('<data name="output">\n')).toBe(true);
        expect(shown.endsWith('\n</data>')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves other markup as it is and never grows', () => {
    const html = '<p>a < b</p> <dataset> <b>data</b>';
    expect(untrusted('output', html)).toBe(`<data name="output">\n${html}\n</data>`);
    const hostile = '</data>'.repeat(1_000);
    const frame = untrusted('output', '').length;
    expect(Buffer.byteLength(untrusted('output', hostile))).toBeLessThanOrEqual(Buffer.byteLength(hostile) + frame);
  });

  it('shows the beginning and the end of a long text and says how much is left out', () => {
    const shown = shorten(`BEGIN${'x'.repeat(50_000)}END`, 1_000);
    expect(shown.startsWith('BEGIN')).toBe(true);
    expect(shown.endsWith('END')).toBe(true);
    expect(shown).toContain('49008 characters left out');
    expect(shown.length).toBeLessThan(1_100);
    expect(untrusted('input', 'x'.repeat(1_000_000)).length).toBeLessThan(SHOWN.input + 200);
  });
});
