import { describe, expect, it } from 'vitest';
import { score } from './common/testing.ts';
import { oneLine } from './one-line.ts';

describe('one-line', () => {
  it.each<[string, object, number]>([
    ['yes', {}, 1],
    ['\nyes\n', {}, 1],
    ['yes\n', { trim: false }, 0],
    ['yes\nno', {}, 0],
    ['yes\rno', {}, 0],
    ['yes\r\nno', {}, 0],
    ['yes\u2028no', {}, 0],
    ['', {}, 0],
    [' \n ', {}, 0],
    ['你好 😀', {}, 1],
  ])('%j with %j: %d', (output, options, value) => {
    expect(score(oneLine, output, options).value).toBe(value);
  });

  it('counts the lines', () => {
    expect(score(oneLine, 'a\r\nb\nc')).toMatchObject({
      category: 'several-lines',
      feedback: 'expected one line, got 3: "a\\r\\nb\\nc"; join them or drop all but the answer',
    });
  });
});
