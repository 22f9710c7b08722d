import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../src/domain/json.ts';
import { score } from './common/testing.ts';
import { jsonSchema } from './json-schema.ts';
import { jsonValid } from './json-valid.ts';

describe('json-valid', () => {
  it.each<[string, object, number]>([
    ['{"a": 1}', {}, 1],
    [' [1, 2]\n', {}, 1],
    ['"text"', {}, 1],
    ['{"a": 1,}', {}, 0],
    ["{'a': 1}", {}, 0],
    ['{"a": 1', {}, 0],
    ['Here you are: {"a": 1}', {}, 0],
    ['', {}, 0],
    ['```json\n{"a": 1}\n```', {}, 0],
    ['```json\n{"a": 1}\n```', { allowFence: true }, 1],
    ['[1]', { root: 'object' }, 0],
    ['{}', { root: 'object' }, 1],
  ])('%j with %j: %d', (output, options, value) => {
    expect(score(jsonValid, output, options).value).toBe(value);
  });

  it.each([
    ['Here you are: {"a": 1}', 'not-json', 'other text before it'],
    ['```json\n{"a": 1}\n```', 'code-fence', 'without the fence'],
    ['I do not know', 'not-json', 'plain text'],
    ['', 'not-json', 'it is empty'],
    ['{"a": 1', 'not-json', 'it ends'],
  ])('says what is wrong with %j', (output, category, hint) => {
    expect(score(jsonValid, output)).toMatchObject({ category, feedback: expect.stringContaining(hint) });
  });
});

const ORDER: JsonObject = {
  type: 'object',
  required: ['id', 'price'],
  additionalProperties: false,
  properties: {
    id: { type: 'string', pattern: '^[A-Z]{2}\\d+$' },
    price: { type: 'number', minimum: 0 },
    status: { enum: ['open', 'closed'] },
    date: { type: 'string', format: 'date' },
    mail: { type: 'string', format: 'email' },
    tags: { type: 'array', items: { type: ['string', 'object'] }, uniqueItems: true },
  },
};

describe('json-schema', () => {
  it.each<[string, number, string | null, string]>([
    ['{"id": "AB1", "price": 2}', 1, null, 'valid'],
    ['```json\n{"id": "AB1", "price": 2}\n```', 1, null, 'valid'],
    ['{"id": "AB1"}', 0, 'missing-field:price', 'the field "price" is missing'],
    ['{"id": "AB1", "price": "2"}', 0, 'wrong-type:price', '/price: must be number, got "2"'],
    ['{"id": "AB1", "price": -2}', 0, 'schema-minimum:price', 'must be >= 0, got -2'],
    ['{"id": "ab1", "price": 2}', 0, 'schema-pattern:id', 'got "ab1"'],
    ['{"id": "AB1", "price": 2, "x": 1}', 0, 'extra-field:x', 'the field "x" is not allowed'],
    [
      '{"id": "AB1", "price": 2, "status": "new"}',
      0,
      'wrong-value:status',
      'expected one of ["open","closed"], got "new"',
    ],
    ['{"id": "AB1", "price": 2, "date": "2026-02-30"}', 0, 'schema-format:date', 'got "2026-02-30"'],
    ['{"id": "AB1", "price": 2, "mail": "nobody"}', 0, 'schema-format:mail', 'got "nobody"'],
    ['{"id": "AB1", "price": 2, "tags": ["a", "b", "a"]}', 0, 'schema-uniqueItems:tags', 'equal items'],
    [
      '{"id": "AB1", "price": 2, "tags": [{"a": 1, "b": 2}, {"b": 2, "a": 1}]}',
      0,
      'schema-uniqueItems:tags',
      'equal items',
    ],
    ['{"id": "AB1", "price": 2, "tags": ["a", "b"]}', 1, null, 'valid'],
    ['oops', 0, 'not-json', 'not valid JSON'],
  ])('%s: %d', (output, value, category, hint) => {
    expect(score(jsonSchema, output, { schema: ORDER })).toMatchObject({
      value,
      category,
      feedback: expect.stringContaining(hint),
    });
  });

  it('lists several errors and says how many more there are', () => {
    const output = JSON.stringify(Array.from({ length: 30 }, () => 'x'));
    const { feedback } = score(jsonSchema, output, { schema: { items: { type: 'number' } } });
    expect(feedback).toContain('/0: must be number');
    expect(feedback).toContain('and 20 more');
  });

  it('keeps two patterns apart', () => {
    const schema = { properties: { a: { pattern: '^x' }, b: { pattern: '^y' } } };
    expect(score(jsonSchema, '{"a":"x","b":"y"}', { schema }).value).toBe(1);
    expect(score(jsonSchema, '{"a":"x","b":"x"}', { schema }).value).toBe(0);
  });

  it('reads schemas of older dialects as 2020-12, and references inside', () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $ref: '#/definitions/n',
      definitions: { n: { type: 'integer' } },
    };
    expect(score(jsonSchema, '1', { schema }).value).toBe(1);
    expect(score(jsonSchema, '1.5', { schema }).value).toBe(0);
  });

  it('leaves fields named like keywords alone', () => {
    const schema = {
      properties: { properties: { type: 'number' }, const: { type: 'number' }, $ref: { type: 'number' } },
    };
    expect(score(jsonSchema, '{"properties":1,"const":1,"$ref":1}', { schema }).value).toBe(1);
    expect(score(jsonSchema, '{"properties":1,"const":"x","$ref":1}', { schema }).value).toBe(0);
    expect(score(jsonSchema, '{"$ref":"x"}', { schema }).value).toBe(0);
    expect(score(jsonSchema, '{"a":1}', { schema: { enum: [{ a: 1 }] } }).value).toBe(1);
  });

  it.each<[string, JsonObject, RegExp]>([
    ['an unknown keyword', { requird: ['a'] }, /requird/],
    ['a remote reference', { $ref: 'http://example.com/schema' }, /reference/],
    ['look-around in a pattern', { pattern: '(?=a)' }, /look-around/],
    ['a broken keyword', { type: 'strin' }, /type/],
    ['an unknown format', { format: 'e-mail' }, /e-mail/],
    ['a reference hidden in data', { const: { $ref: '#/const' } }, /must not hold/],
    ['too large a schema', { description: 'x'.repeat(60_000) }, /50000 are allowed/],
  ])('refuses %s', (_name, schema, reason) => {
    expect(() => jsonSchema.prepare({ schema })).toThrow(reason);
  });

  it.each<[string, JsonObject, string]>([
    ['a pattern', { pattern: '^(a+)+$' }, JSON.stringify(`${'a'.repeat(100_000)}!`)],
    [
      'pattern properties',
      { patternProperties: { '^(a|aa)+$': { type: 'number' } } },
      JSON.stringify({ [`${'a'.repeat(100_000)}!`]: 1 }),
    ],
    [
      'a format',
      { items: { format: 'url' } },
      JSON.stringify(Array.from({ length: 150 }, () => `http://${':'.repeat(1_000)}`)),
    ],
    ['unique items', { uniqueItems: true }, JSON.stringify(Array.from({ length: 30_000 }, (_, index) => index))],
  ])('checks %s in bounded time', { timeout: 20_000 }, (_name, schema, output) => {
    expect(score(jsonSchema, output, { schema }).value).not.toBeNull();
  });

  it('gives up on a schema whose references multiply', () => {
    const doubling = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [
        `a${index}`,
        { allOf: [{ $ref: `#/$defs/a${index + 1}` }, { $ref: `#/$defs/a${index + 1}` }] },
      ]),
    );
    const schema = { $defs: { ...doubling, a40: { type: 'number' } }, $ref: '#/$defs/a0' };
    expect(score(jsonSchema, '1', { schema }).value).toBeNull();
    const endless = { $defs: { a: { allOf: [{ $ref: '#/$defs/a' }] } }, $ref: '#/$defs/a' };
    expect(score(jsonSchema, '1', { schema: endless }).value).toBeNull();
    expect(score(jsonSchema, '1', { schema: { type: 'number' } }).value).toBe(1);
  });

  it('refuses outputs that are too long or too deep to check', () => {
    expect(score(jsonSchema, `[${'1,'.repeat(150_000)}1]`, { schema: {} }).category).toBe('too-long');
    expect(score(jsonSchema, '['.repeat(300) + ']'.repeat(300), { schema: {} }).category).toBe('too-deep');
  });
});
