import { describe, expect, it } from 'vitest';
import { choice } from './choice.ts';
import { score } from './common/testing.ts';

const CITIES = { A: 'Paris', B: 'London', C: 'New York' };

describe('choice', () => {
  it.each([
    'B',
    'b',
    '(B)',
    'B.',
    '**B**',
    'B) London',
    'B. London is the capital.',
    'London',
    'london.',
    '"London"',
    'The answer is (B).',
    'The answer is B',
    'The correct answer is: **B**',
    'Answer: London',
    'Answer: option B',
    'Final answer:\n\nB',
    'First I thought the answer is (A). But the answer is (B).',
    'We get \\boxed{B}.',
    'A is wrong, and C too.\nB',
    'Let me think about it.\nIt must be London',
    'I choose B because it rains there',
    `${'reasoning '.repeat(2_000)}\nAnswer: B`,
  ])('reads B in %j', (output) => {
    expect(score(choice, output, { choices: CITIES }, 'B')).toMatchObject({
      value: 1,
      details: { expected: 'B', predicted: 'B' },
    });
    expect(score(choice, output, { choices: CITIES }, 'London').value).toBe(1);
  });

  it.each([
    ['The answer is (C).', 'wrong-label:B→C', 'C'],
    ['new york', 'wrong-label:B→C', 'C'],
    ['(A) or (B)', 'ambiguous-choice', null],
    ['The answer is A or B.', 'no-choice', null],
    ['It could be Paris or London.', 'ambiguous-choice', null],
    ['A dog barks at a cat', 'no-choice', null],
    ['I cannot tell', 'no-choice', null],
    ['Londonderry', 'no-choice', null],
    ['', 'no-choice', null],
  ])('gives no credit for %j: %s', (output, category, predicted) => {
    expect(score(choice, output, { choices: CITIES }, 'B')).toMatchObject({
      value: 0,
      category,
      details: { expected: 'B', predicted },
    });
  });

  it.each([
    ['not urgent', 'not urgent'],
    ['This is not urgent at all', 'not urgent'],
    ['This is urgent!', 'urgent'],
    ['Label: urgent', 'urgent'],
  ])('tells a label from a longer one in %j', (output, expected) => {
    expect(score(choice, output, { choices: ['urgent', 'not urgent'] }, expected).value).toBe(1);
  });

  it('names both choices in its feedback', () => {
    expect(score(choice, 'A', { choices: CITIES }, 'B').feedback).toBe('expected "B" (London), got "A" (Paris): "A"');
  });

  it('cannot judge an expected answer that is no choice', () => {
    expect(score(choice, 'A', { choices: CITIES }, 'Rome').value).toBeNull();
  });

  it('refuses choices that cannot be told apart', () => {
    expect(() => choice.prepare({ choices: ['yes', 'Yes'] })).toThrow(/differ/);
  });
});
