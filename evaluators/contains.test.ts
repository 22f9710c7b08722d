import { describe, expect, it } from 'vitest';
import type { Json } from '../src/domain/json.ts';
import { score } from './common/testing.ts';
import { findEvaluator } from './index.ts';

describe('the contains family', () => {
  it.each<[string, string, object, Json | undefined, number | null]>([
    ['contains', 'a refund is due', { value: 'refund' }, undefined, 1],
    ['contains', 'a Refund is due', { value: 'refund' }, undefined, 0],
    ['contains', 'a refund is due', {}, 'refund', 1],
    ['contains', 'a refund is due', { value: 'refund' }, 'no such thing', 1],
    ['contains', 'anything', {}, undefined, null],
    ['contains', 'anything', {}, '', null],
    ['contains', 'it is 42', {}, 42, 1],
    ['icontains', 'a REFUND is due', { value: 'Refund' }, undefined, 1],
    ['icontains', 'nothing', { value: 'Refund' }, undefined, 0],
    ['not-contains', 'all is well', { value: 'sorry' }, undefined, 1],
    ['not-contains', 'I am sorry', { value: 'sorry' }, undefined, 0],
    ['contains-any', 'blue', { values: ['red', 'blue'] }, undefined, 1],
    ['contains-any', 'green', { values: ['red', 'blue'] }, undefined, 0],
    ['contains-any', 'green', {}, ['green', 'blue'], 1],
    ['contains-any', 'BLUE', { values: ['red', 'blue'] }, undefined, 0],
    ['icontains-any', 'BLUE', { values: ['red', 'blue'] }, undefined, 1],
    ['contains-all', 'red and blue', { values: ['red', 'blue'] }, undefined, 1],
    ['contains-all', 'red', { values: ['red', 'blue', 'green', 'white'] }, undefined, 0.25],
    ['contains-all', 'none', {}, ['red', 'blue'], 0],
    ['icontains-all', 'RED and Blue', {}, ['red', 'blue'], 1],
    ['icontains-all', 'RED', {}, ['red', 'blue'], 0.5],
  ])('%s on %j with %j, expected %j: %j', (type, output, options, expected, value) => {
    expect(score(findEvaluator(type), output, options, expected).value).toBe(value);
  });

  it('names what is missing, and when only the case is wrong', () => {
    expect(score(findEvaluator('contains'), 'No REFUND', { value: 'refund' })).toMatchObject({
      category: 'missing-text:refund',
      feedback:
        'expected the output to contain "refund", got "No REFUND"; "refund" is there in other upper and lower case',
    });
    expect(score(findEvaluator('contains-all'), 'red', { values: ['red', 'blue'] }).feedback).toContain(
      'missing "blue"',
    );
  });

  it('shows where a forbidden text stands', () => {
    const graded = score(findEvaluator('not-contains'), `${'x'.repeat(500)} I am sorry, but`, { value: 'sorry' });
    expect(graded.category).toBe('forbidden-text:sorry');
    expect(graded.feedback).toContain('at character 506');
    expect(graded.feedback).toContain('I am sorry, but');
  });
});

describe('starts-with and ends-with', () => {
  it.each<[string, string, object, Json | undefined, number]>([
    ['starts-with', '  Dear customer', { value: 'Dear' }, undefined, 1],
    ['starts-with', '  Dear customer', { value: 'Dear', trim: false }, undefined, 0],
    ['starts-with', 'dear customer', { value: 'Dear' }, undefined, 0],
    ['starts-with', 'dear customer', { value: 'Dear', ignoreCase: true }, undefined, 1],
    ['starts-with', 'Dear customer', {}, 'Dear', 1],
    ['ends-with', 'Kind regards\n', { value: 'regards' }, undefined, 1],
    ['ends-with', 'regards, X', { value: 'regards' }, undefined, 0],
  ])('%s on %j with %j, expected %j: %d', (type, output, options, expected, value) => {
    expect(score(findEvaluator(type), output, options, expected).value).toBe(value);
  });

  it('shows how the output starts or ends instead', () => {
    expect(score(findEvaluator('starts-with'), 'Hi! Dear customer', { value: 'Dear' })).toMatchObject({
      category: 'wrong-start:Dear',
      feedback:
        'expected the output to start with "Dear", but it starts with "Hi! Dear customer"; the text stands elsewhere in the output',
    });
    expect(score(findEvaluator('ends-with'), `${'x'.repeat(500)} bye`, { value: 'regards' }).feedback).toContain(
      'x bye"',
    );
  });
});
