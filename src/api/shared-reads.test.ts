import { describe, expect, it } from 'vitest';
import { SharedReads } from './shared-reads.ts';

/** A read that counts how often it began, and ends when told. */
function countedRead() {
  const ends: ((value: number) => void)[] = [];
  let begun = 0;
  return {
    get begun() {
      return begun;
    },
    read: () => {
      begun += 1;
      return new Promise<number>((resolve) => ends.push(resolve));
    },
    end: (value: number) => ends.shift()?.(value),
  };
}
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('shared reads', () => {
  it('cost one read for all who ask in the same turn', async () => {
    const reads = new SharedReads<number>();
    const counted = countedRead();
    const answers = Array.from({ length: 1000 }, () => reads.get('a', counted.read));
    await turn();
    await turn();
    counted.end(7);
    expect(new Set(await Promise.all(answers))).toEqual(new Set([7]));
    expect(counted.begun).toBe(1);
  });

  it('never answer with a read that had begun before the question', async () => {
    const reads = new SharedReads<number>();
    const counted = countedRead();
    const first = reads.get('a', counted.read);
    await turn();
    await turn();
    expect(counted.begun).toBe(1);
    const late = [reads.get('a', counted.read), reads.get('a', counted.read)];
    counted.end(1);
    expect(await first).toBe(1);
    await turn();
    expect(counted.begun).toBe(2);
    counted.end(2);
    expect(await Promise.all(late)).toEqual([2, 2]);
  });

  it('keep other keys apart, and go on after a failure', async () => {
    const reads = new SharedReads<string>();
    const failing = reads.get('a', () => Promise.reject(new Error('broken')));
    const other = reads.get('b', async () => 'b');
    await expect(failing).rejects.toThrow('broken');
    expect(await other).toBe('b');
    expect(await reads.get('a', async () => 'a')).toBe('a');
  });
});
