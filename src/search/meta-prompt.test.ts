import { describe, expect, it } from 'vitest';
import { metaPrompt } from './meta-prompt.ts';

const prompt = metaPrompt({
  id: 'test/ask',
  version: 3,
  slots: ['instructions', 'examples'],
  optional: ['rules'],
  text: 'Improve {{instructions}} with {{examples}}. {{rules}}',
});

describe('metaPrompt', () => {
  it('names itself with its version', () => {
    expect(prompt.purpose).toBe('test/ask@3');
    expect(prompt.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('replaces slots literally and in one pass', () => {
    const values = { instructions: 'say {{examples}} and $& and $1', examples: '{{rules}}', rules: 'R' };
    expect(prompt.render(values)).toEqual([
      { role: 'user', content: 'Improve say {{examples}} and $& and $1 with {{rules}}. R' },
    ]);
  });

  it('has another hash and purpose when a job brings its own text, and the same without one', () => {
    const own = prompt.override('Better: {{instructions}} {{examples}}', 'prompts.ask');
    expect(own.hash).not.toBe(prompt.hash);
    expect(own.purpose).toBe('test/ask@custom');
    expect(own.render({ instructions: 'i', examples: 'e', rules: 'r' })[0]?.content).toBe('Better: i e');
    expect(prompt.override(undefined, 'prompts.ask')).toMatchObject({ hash: prompt.hash, purpose: prompt.purpose });
  });

  it('refuses an own text that lacks a slot or uses an unknown one, naming field and slot', () => {
    expect(() => prompt.override('only {{instructions}}', 'prompts.ask')).toThrow(/prompts\.ask: .*\{\{examples\}\}/);
    expect(() => prompt.override('{{instructions}} {{examples}} {{secret}}', 'prompts.ask')).toThrow(
      /prompts\.ask: .*\{\{secret\}\}.*\{\{rules\}\}/,
    );
  });

  it('refuses a declaration whose slots do not stand in its text', () => {
    expect(() => metaPrompt({ id: 'x', version: 1, slots: ['a'], text: 'nothing' })).toThrow(/\{\{a\}\}/);
  });
});
