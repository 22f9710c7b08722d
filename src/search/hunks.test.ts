import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hunksBetween, sentencesOf, withHunks, withoutHunk } from './hunks.ts';

const changes = (before: string, after: string) =>
  hunksBetween({ prompt: before }, { prompt: after }).map(({ at, removed, added }) => [at, removed, added]);

describe('hunksBetween', () => {
  it('takes each new sentence by itself, with its own line break', () => {
    expect(changes('You sort mail. Be brief.', 'You sort mail. Be brief.\nPress is feedback.\nLaw is urgent.')).toEqual(
      [
        [24, '', '\nPress is feedback.'],
        [24, '', '\nLaw is urgent.'],
      ],
    );
    expect(changes('Be brief.', 'You sort mail.\nBe brief.')).toEqual([[0, '', 'You sort mail.\n']]);
    expect(changes('A one.\nC three.', 'A one.\nB two. C three.')).toEqual([[7, '', 'B two. ']]);
  });

  it('knows a reworded sentence from a new one', () => {
    expect(
      changes(
        'Sort.\nRefunds go to billing.\nThe end.',
        'Sort.\nLegal threats are urgent.\nRefunds and chargebacks go to billing.\nThe end.',
      ),
    ).toEqual([
      [5, '', '\nLegal threats are urgent.'],
      [5, '\nRefunds go to billing.', '\nRefunds and chargebacks go to billing.'],
    ]);
  });

  it('sees white space that changed between two sentences', () => {
    expect(changes('A one. B two.', 'A one.\n\nB two.')).toEqual([[6, ' ', '\n\n']]);
    expect(changes('A one.', 'A one.')).toEqual([]);
  });

  it('names the component', () => {
    expect(hunksBetween({ plan: 'A.', answer: 'B.' }, { plan: 'A.', answer: 'B. C.' })).toEqual([
      { component: 'answer', at: 2, removed: '', added: ' C.' },
    ]);
  });
});

const sentence = fc.oneof(
  fc.stringMatching(/^[a-c]{1,2}( [a-c]){0,3}[.!?]$/),
  fc.constantFrom('', '- x', '{{input}}', 'a.b', '...', '\ud800', '```'),
);
const gap = fc.constantFrom(' ', '\n', '\n\n', '  ', '', '\r\n', '\u2028');
const text = fc.array(fc.tuple(sentence, gap), { maxLength: 9 }).map((all) => all.flat().join(''));
const components = fc.record({ one: text, two: text });

describe('hunks as changes', () => {
  it('give the newer text when all are made, and the older one when none is', () => {
    fc.assert(
      fc.property(components, components, (before, after) => {
        const hunks = hunksBetween(before, after);
        expect(withHunks(before, hunks)).toEqual(after);
        expect(withHunks(before, [])).toEqual(before);
        for (const { removed, added } of hunks) expect(removed).not.toBe(added);
      }),
      { numRuns: 1_000 },
    );
  });

  it('can each be left out: what is left are the other ones', () => {
    const words = fc.uniqueArray(fc.stringMatching(/^[a-z]{4,9}\.$/), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(words, fc.nat(255), fc.nat(255), fc.nat(), (all, kept, had, which) => {
        const picked = (mask: number) => all.filter((_, index) => (mask >> index) % 2 === 0).join('\n');
        const [before, after] = [{ prompt: picked(had) }, { prompt: picked(kept) }];
        const hunks = hunksBetween(before, after);
        if (hunks.length === 0) return;
        const left = hunks[which % hunks.length];
        const sentences = new Set(sentencesOf(withoutHunk(before, hunks, which % hunks.length)['prompt'] ?? ''));
        const others = hunks.filter((each) => each !== left).flatMap(({ added }) => sentencesOf(added));
        for (const each of others) expect(sentences.has(each)).toBe(true);
        for (const each of sentencesOf(left?.added ?? '')) expect(sentences.has(each)).toBe(false);
        for (const each of sentencesOf(left?.removed ?? '')) expect(sentences.has(each)).toBe(true);
      }),
    );
  });
});
