import { describe, expect, it } from 'vitest';
import { causeOf } from './causes.ts';
import { diagnose } from './diagnose.ts';
import type { Answer, Labels, RowEvidence } from './evidence.ts';

const answer = (candidateId: string, output: string, pass = false, category: string | null = null): Answer => ({
  candidateId,
  output,
  pass,
  category: pass ? null : (category ?? 'wrong-label'),
});
const own = answer('c5', 'sales');
const row = (changes: Partial<RowEvidence> = {}): RowEvidence => ({
  rowId: 'r1',
  expected: 'billing',
  context: [],
  own: changes.own ?? own,
  answers: [changes.own ?? own],
  twins: [],
  independent: 1,
  tries: 0,
  contradictedBy: [],
  ...changes,
});
const labels: Labels = new Map([
  ['billing', { rows: 10, passing: 9 }],
  ['sales', { rows: 5, passing: 5 }],
  ['rare', { rows: 2, passing: 2 }],
  ['hard', { rows: 10, passing: 4 }],
]);
const cause = (changes: Partial<RowEvidence>) => causeOf(row(changes), labels);

describe('causeOf', () => {
  it('says prompt when another prompt gets the row right', () => {
    expect(cause({ answers: [own, answer('c2', 'billing', true)] })).toEqual({
      cause: 'prompt',
      why: 'another prompt gets it right: c2',
    });
  });

  it('suspects the label when prompts that are no relatives agree against it, and both labels are understood', () => {
    const answers = [own, answer('c1', 'Sales'), answer('c3', 'sales ')];
    expect(cause({ answers, independent: 2 })).toEqual({
      cause: 'label-error',
      why: '3 of 3 prompts answer "sales" and none "billing", although 9 of 10 other rows with that label are right',
    });
    expect(cause({ answers, independent: 1 }).cause).toBe('unsorted');
    expect(cause({ answers: answers.slice(0, 2), independent: 2 }).cause).toBe('unsorted');
    const dissent = [...answers, answer('c4', 'support')];
    expect(cause({ answers: dissent, independent: 2 }).cause).toBe('unsorted');
    expect(cause({ answers: [...dissent, answer('c6', 'sales')], independent: 2 }).cause).toBe('label-error');
    expect(cause({ answers, independent: 2, expected: 'hard' }).cause).toBe('unsorted');
    expect(cause({ answers, independent: 2, expected: 'rare' }).cause).toBe('unsorted');
    const odd = answer('c5', 'rare');
    expect(cause({ own: odd, answers: [odd, odd, odd], independent: 3 }).cause).toBe('unsorted');
  });

  it('suspects the label when the same input expects something else elsewhere', () => {
    expect(cause({ contradictedBy: ['r7'] })).toEqual({
      cause: 'label-error',
      why: 'the same input stands in the data with another expected answer (r7)',
    });
  });

  it('blames the grader for two grades of one answer to one prompt, but not for a call that was slow once', () => {
    const twins = (category: string) =>
      [[answer('c0', 'sales', true), answer('c0', 'sales', false, category)]] as const;
    expect(cause({ twins: twins('rubric') })).toEqual({
      cause: 'grader-error',
      why: 'the same answer of c0 passed once and failed once',
    });
    expect(cause({ twins: twins('too-slow') }).cause).toBe('ambiguous');
    // Another prompt may be graded otherwise for the same words.
    expect(cause({ answers: [own, answer('c2', 'sales', true)] }).cause).toBe('prompt');
  });

  it('calls ambiguous what one prompt answers differently from run to run, unless other prompts settle it', () => {
    const twins = [[answer('c0', 'billing', true), answer('c0', 'sales')]] as const;
    // One pass of another prompt may be the same luck.
    const others = [own, answer('c0', 'billing', true)];
    expect(
      cause({ twins, own: answer('c5', 'other'), answers: [answer('c5', 'other'), ...others.slice(1)] }).cause,
    ).toBe('ambiguous');
    expect(
      cause({
        twins: [[answer('c0', 'billing', true), answer('c0', 'support')]],
        answers: [own, answer('c0', 'billing', true), answer('c2', 'billing', true)],
      }).cause,
    ).toBe('prompt');
  });

  it('names the parser for a wrong form, and a tool for a wrong call', () => {
    for (const category of ['not-json', 'truncated', 'missing-field-total', 'schema-enum', 'no-number'])
      expect(cause({ own: answer('c5', '{', false, category) })).toMatchObject({
        cause: 'parser',
        why: expect.stringContaining(category),
      });
    expect(cause({ own: answer('c5', '', false, 'wrong-tool') }).cause).toBe('tool');
  });

  it('names retrieval when the context has no such answer, and knowledge after edits in vain', () => {
    const asked = { expected: 'The deposit is 350 euros', answers: [own, answer('c2', '400')] };
    const context = ['Opening hours are from nine to five.'];
    expect(cause({ ...asked, context }).cause).toBe('retrieval');
    expect(cause({ ...asked, context, answers: [own] }).cause).toBe('unsorted');
    expect(cause({ ...asked, context: ['Our deposit is 350 euros.'] }).cause).toBe('unsorted');
    expect(cause({ ...asked, context: ['Our deposit is 350 euros.'], tries: 9 }).cause).toBe('unsorted');
    expect(cause({ ...asked, context: [' '], tries: 2 }).cause).toBe('unsorted');
    expect(cause({ ...asked, context: [], tries: 3 })).toEqual({
      cause: 'missing-knowledge',
      why: '3 reflections were made on it, and none brought the answer',
    });
    // A label is not to be found in a document.
    expect(cause({ context, answers: [own, answer('c2', 'x')] }).cause).toBe('unsorted');
    expect(cause({ context, tries: 4 }).cause).toBe('missing-knowledge');
    expect(cause({ expected: null, context, tries: 1 }).cause).toBe('unsorted');
  });
});

describe('diagnose', () => {
  const solved = (rowId: string) => row({ rowId, answers: [own, answer('c2', 'billing', true)] });
  const lost = (rowId: string) => row({ rowId, tries: 5 });

  it('counts causes and says when prompt tuning is the wrong tool', () => {
    const found = diagnose(40, [solved('r1'), lost('r2'), lost('r3'), lost('r4')], labels);
    expect(found).toMatchObject({
      rows: 40,
      failures: 4,
      causes: [
        { cause: 'missing-knowledge', rows: ['r2', 'r3', 'r4'] },
        { cause: 'prompt', rows: ['r1'] },
      ],
      fixable: { low: 0.25, high: 0.25 },
    });
    expect(found.sentence).toBe(
      'Another prompt could mend 25 % of the 4 failures on 40 open rows: prompt tuning is the wrong tool for most of what is left (3 missing-knowledge: give the model the knowledge (context, examples, another model), or check whether the expected answers are right).',
    );
  });

  it('says how little is known, and when another prompt is the way', () => {
    const open = diagnose(10, [solved('r1'), row({ rowId: 'r2' }), lost('r3')], labels);
    expect(open.fixable).toEqual({ low: 1 / 3, high: 2 / 3 });
    expect(open.sentence).toMatch(/could mend 33 % to 67 % of the 3 failures.*too little is known/);
    expect(diagnose(10, [solved('r1')], labels).sentence).toMatch(/mend 100 % .*the way to go on/);
    expect(diagnose(10, [], labels)).toMatchObject({ failures: 0, fixable: null, causes: [] });
    expect(diagnose(10, [], labels).sentence).toMatch(/^No failure is left on the 10 open rows/);
  });
});
