import { describe, expect, it } from 'vitest';
import { idParams, storedId } from './route-docs.ts';

describe('ids in addresses', () => {
  it('may be any text that can be stored', () => {
    expect(idParams.safeParse({ id: 'job_0mwp0np6007b' }).success).toBe(true);
    expect(storedId(200).safeParse('row 7, „ä“ \u0001').success).toBe(true);
  });
  it.each(['', '\0', 'job\0_1', 'x'.repeat(101)])('%j cannot be one', (id) => {
    expect(idParams.safeParse({ id }).success).toBe(false);
  });
});
