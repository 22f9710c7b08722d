import { describe, expect, it } from 'vitest';
import { countPromptTokens, countTokens } from './tokens.ts';

describe('token counts', () => {
  it('are those of o200k_base', () => {
    expect(countTokens('')).toBe(0);
    expect(countTokens('hello world')).toBe(2);
    expect(countTokens('a <|endoftext|> b')).toBeGreaterThan(3);
    expect(
      countPromptTokens([
        { role: 'user', content: 'hello world' },
        { role: 'system', content: 'hello world' },
      ]),
    ).toBe(4);
  });

  it('are close over long texts and the same the second time', () => {
    const text = 'The quick brown fox jumps over the lazy dog. '.repeat(1000);
    const count = countTokens(text);
    expect(Math.abs(count - 10_000)).toBeLessThan(60);
    expect(countTokens(text)).toBe(count);
    expect(countTokens(`${text}!`)).not.toBe(0);
  });

  it('take linear time on a run without breaks, and keep pairs of code units whole', () => {
    const started = performance.now();
    const single = countTokens('a'.repeat(4000));
    expect(countTokens('a'.repeat(400_000))).toBeGreaterThan(90 * single);
    // Unsliced this takes minutes.
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(countTokens(`x${'😀'.repeat(5000)}`)).toBeLessThan(4 * 5000);
  });
});
