import { describe, expect, it } from 'vitest';
import type { Json } from '../src/domain/json.ts';
import { score } from './common/testing.ts';
import { jsonFields } from './json-fields.ts';

const INVOICE = { number: 'A-17', total: 99.5, customer: { name: 'Ada', city: 'Rome' }, tags: ['new', 'eu'] };

describe('json-fields', () => {
  it.each<[string, Json, object, number]>([
    ['all fields', INVOICE, {}, 1],
    ['one of five wrong', { ...INVOICE, total: 99 }, {}, 0.8],
    ['another type', { ...INVOICE, total: '99.5' }, {}, 0.8],
    ['a number written as text', { ...INVOICE, total: '99.50' }, { compare: 'number' }, 1],
    ['a number within the tolerance', { ...INVOICE, total: 99 }, { compare: 'number', tolerance: 0.5 }, 1],
    ['a number outside of it', { ...INVOICE, total: 98 }, { compare: 'number', tolerance: 0.5 }, 0.8],
    ['case', { ...INVOICE, customer: { name: 'ADA ', city: 'rome' } }, { compare: 'ignore-case' }, 1],
    ['order of a list', { ...INVOICE, tags: ['eu', 'new'] }, {}, 0.8],
    ['order of a set', { ...INVOICE, tags: ['eu', 'new'] }, { fields: { tags: { compare: 'set' } } }, 1],
    ['half a set', { ...INVOICE, tags: ['eu', 'de'] }, { fields: { tags: { compare: 'set' } } }, 0.5],
    [
      'a similar text',
      { ...INVOICE, customer: { city: 'Roma' } },
      { fields: { 'customer.city': { compare: 'levenshtein' } } },
      0.75,
    ],
    ['weights', { number: 'A-17', total: 0 }, { fields: { number: { weight: 3 }, total: {} } }, 0.75],
    ['an index in a path', { tags: ['new', '?'] }, { fields: { 'tags.0': {}, 'tags.1': {} } }, 0.5],
    ['extra fields', { ...INVOICE, note: 'x' }, {}, 1],
    ['extra fields that count', { ...INVOICE, note: 'x' }, { penalizeExtra: true }, 5 / 6],
    ['a list', [1], {}, 0],
    ['nothing', {}, {}, 0],
  ])('%s', (_name, output, options, value) => {
    expect(score(jsonFields, JSON.stringify(output), options, INVOICE).value).toBeCloseTo(value, 10);
    expect(score(jsonFields, JSON.stringify(output), options, JSON.stringify(INVOICE)).value).toBeCloseTo(value, 10);
  });

  it('lists wrong, missing and extra fields, expected against found', () => {
    const output = {
      number: 'A-71',
      customer: { name: 'Ada', city: 'Rom' },
      tags: ['new', 'eu'],
      note: 'x',
      customerId: 3,
    };
    expect(score(jsonFields, JSON.stringify(output), {}, INVOICE)).toMatchObject({
      value: 0.4,
      category: 'wrong-field:number',
      feedback: [
        '3 of 5 fields are wrong:',
        '- number: expected "A-17", got "A-71"',
        '- total: missing, expected 99.5',
        '- customer.city: expected "Rome", got "Rom"',
        '- fields that are not expected: "note", "customerId"',
      ].join('\n'),
    });
  });

  it.each<[string, Json, string]>([
    ['{}', { price: 1 }, 'missing-field:price'],
    ['{"price": 2}', { price: 1 }, 'wrong-field:price'],
    ['[]', { price: 1 }, 'not-an-object'],
    ['price: 1', { price: 1 }, 'not-json'],
  ])('groups the failure of %s', (output, expected, category) => {
    expect(score(jsonFields, output, {}, expected).category).toBe(category);
  });

  it('does not mistake inherited members for fields', () => {
    expect(score(jsonFields, '{}', {}, { toString: 'x' })).toMatchObject({
      value: 0,
      category: 'missing-field:toString',
    });
    expect(score(jsonFields, '{"__proto__": {"a": 1}}', {}, { a: 1 })).toMatchObject({
      value: 0,
      category: 'missing-field:a',
    });
  });

  it('understands field names with dots', () => {
    expect(score(jsonFields, '{"x": {"a.b": 1}}', {}, { x: { 'a.b': 1 } }).value).toBe(1);
    expect(score(jsonFields, '{"a.b": 1}', { fields: { 'a.b': {} } }, { 'a.b': 1 }).value).toBe(1);
  });

  it.each<[Json | undefined]>([[undefined], ['no JSON'], [[1, 2]], [{}]])(
    'has nothing to compare with %j',
    (expected) => {
      expect(score(jsonFields, '{"a": 1}', {}, expected).value).toBeNull();
    },
  );
});
