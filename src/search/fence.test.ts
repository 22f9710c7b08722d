import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnusableAnswer } from './contract.ts';
import { oneFencedBlock } from './fence.ts';

describe('oneFencedBlock', () => {
  it('takes the block without its language tag and the text around it', () => {
    expect(oneFencedBlock('Here it is:\n```text\nRoute mail.\n\nBe short.\n```\nDone.')).toBe(
      'Route mail.\n\nBe short.',
    );
    expect(oneFencedBlock('```\r\nRoute mail.\r\n```')).toBe('Route mail.');
  });

  it('keeps inner fences of a longer one', () => {
    expect(oneFencedBlock('````\nuse\n```json\n{}\n```\n````')).toBe('use\n```json\n{}\n```');
  });

  it.each([
    ['no fence', 'I cannot help with that.'],
    ['two blocks', '```\none\n```\nor\n```\ntwo\n```'],
    ['an open block', 'Sure:\n```\nRoute the mail and then'],
    ['only a closing fence', 'Route mail.\n```'],
    ['an inner fence of the same length', '```\nuse\n```json\n{}\n```\nonly\n```'],
    ['an empty block', '```\n  \n```'],
    ['inline backticks', 'Say ```yes``` always'],
  ])('refuses %s', (_what, text) => {
    expect(() => oneFencedBlock(text)).toThrow(UnusableAnswer);
  });

  it('never returns anything but a contiguous part of the answer', () => {
    const line = fc.constantFrom('```', '```js', '````', 'a', 'b', '', '  ```', 'x ```');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = lines.join('\n');
        let block: string;
        try {
          block = oneFencedBlock(text);
        } catch (error) {
          expect(error).toBeInstanceOf(UnusableAnswer);
          return;
        }
        expect(block.trim()).not.toBe('');
        expect(text).toContain(block);
      }),
      { numRuns: 500 },
    );
  });
});
