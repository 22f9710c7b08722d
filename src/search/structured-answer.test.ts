import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UnusableAnswer } from './contract.ts';
import { structuredAnswer } from './structured-answer.ts';

const answer = structuredAnswer('pair', z.strictObject({ left: z.string(), right: z.number() }));

describe('structuredAnswer', () => {
  it('is a closed JSON schema that providers take', () => {
    expect(answer.schema).toEqual({
      name: 'pair',
      schema: {
        type: 'object',
        properties: { left: { type: 'string' }, right: { type: 'number' } },
        required: ['left', 'right'],
        additionalProperties: false,
      },
    });
  });

  it('reads an answer, also in one fence', () => {
    expect(answer.parse('{"left":"a","right":1}')).toEqual({ left: 'a', right: 1 });
    expect(answer.parse('```json\n{"left":"a","right":1}\n```\n')).toEqual({ left: 'a', right: 1 });
  });

  it.each([
    'not json',
    '{"left":"a"}',
    '{"left":"a","right":1,"more":true}',
    '{"left":"a","right":1} trailing',
    '```json\n{"left":"a","right":1}\n```\nor\n```json\n{"left":"b","right":2}\n```',
    '',
  ])('refuses %j', (text) => {
    expect(() => answer.parse(text)).toThrow(UnusableAnswer);
  });
});
