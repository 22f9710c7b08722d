import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sentenceChanges, undone, withChanges } from './sentences.ts';

const parent = 'You sort mail.\n- Refunds are billing. Lost parcels are shipping.\nAnswer with the label only.';

describe('sentenceChanges', () => {
  it('names what only one of the texts says', () => {
    const child = 'You sort mail.\n- Lost parcels are shipping.\nPress goes to feedback.\nAnswer with the label only.';
    expect(sentenceChanges(parent, child)).toEqual([
      { kind: 'added', sentence: '- Lost parcels are shipping.' },
      { kind: 'added', sentence: 'Press goes to feedback.' },
      { kind: 'removed', sentence: '- Refunds are billing.' },
      { kind: 'removed', sentence: 'Lost parcels are shipping.' },
    ]);
    expect(sentenceChanges(parent, parent)).toEqual([]);
  });

  it('does not cut numbers, abbreviations inside words, or placeholders', () => {
    expect(sentenceChanges('', 'Above 1.5 kg see {{input.text}} first. Then stop!')).toEqual([
      { kind: 'added', sentence: 'Above 1.5 kg see {{input.text}} first.' },
      { kind: 'added', sentence: 'Then stop!' },
    ]);
  });
});

describe('changing a text by sentences', () => {
  it('undoes one change and leaves the others', () => {
    const child = 'You sort mail.\nPress goes to feedback. Be kind.\nAnswer with the label only.';
    expect(undone(child, { kind: 'added', sentence: 'Press goes to feedback.' })).toBe(
      'You sort mail.\nBe kind.\nAnswer with the label only.',
    );
    expect(undone(child, { kind: 'removed', sentence: 'Refunds are billing.' })).toBe(`${child}\nRefunds are billing.`);
    expect(undone('A.\nB.\nC.', { kind: 'added', sentence: 'B.' })).toBe('A.\nC.');
  });

  it('makes of a parent what its child says', () => {
    const sentence = fc.stringMatching(/^[a-z]{1,6} [a-z]{1,6}\.$/);
    fc.assert(
      fc.property(fc.uniqueArray(sentence, { minLength: 2, maxLength: 8 }), fc.nat(), fc.nat(), (all, a, b) => {
        const text = (from: number) => all.filter((_, index) => (from >> index) % 2 === 0).join('\n');
        const [one, other] = [text(a), text(b)];
        const made = withChanges(one, sentenceChanges(one, other));
        expect(sentenceChanges(made, other)).toEqual([]);
      }),
    );
  });
});
