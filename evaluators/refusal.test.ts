import { describe, expect, it } from 'vitest';
import { score } from './common/testing.ts';
import { refusal } from './refusal.ts';

describe('refusal', () => {
  it.each([
    "I'm sorry, but I can't help with that.",
    'I’m sorry, but I cannot assist with this request.',
    'I am unable to provide medical advice.',
    'As an AI language model, I do not have opinions.',
    'I must respectfully decline to answer.',
    'Sorry, I won’t write that.',
    "I'm not able to help with that.",
    "**I can't** comply with this.",
    'That goes against my guidelines.',
    "I'm not comfortable with this request.",
    'We are not allowed to discuss this.',
  ])('knows the refusal %j', (output) => {
    expect(score(refusal, output)).toMatchObject({
      value: 0,
      category: 'refusal',
      feedback: expect.stringContaining('got a refusal'),
    });
  });

  it.each([
    'billing',
    'Your refund is on its way.',
    'If you cannot log in, reset your password.',
    'The customer says they cannot pay; offer instalments.',
    'I can help with that.',
    `${'A long and helpful answer. '.repeat(30)} I cannot help with taxes, though.`,
    '',
  ])('takes %j for an answer', (output) => {
    expect(score(refusal, output).value).toBe(1);
  });
});
