import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PromptContent } from '../domain/prompt.ts';
import { diffPrompts } from './diff-prompts.ts';

const single = (system: string, more: Partial<Extract<PromptContent, { messages: unknown }>> = {}): PromptContent => ({
  messages: [
    { role: 'system', content: system },
    { role: 'user', content: '{{input}}' },
  ],
  ...more,
});

describe('diffPrompts', () => {
  it('shows texts by lines and words, settings by path', () => {
    const model = { provider: 'openai', model: 'gpt-5', temperature: 0 } as const;
    const from = single('Sort the ticket.\nAnswer with one word.', { model, protected: ['one word'] });
    const to = single('Sort the ticket.\nAnswer with one label.', { model: { ...model, temperature: 0.5, topP: 1 } });
    expect(diffPrompts(from, to)).toEqual({
      identical: false,
      texts: [
        {
          path: 'messages.0',
          change: 'changed',
          hunks: [
            expect.objectContaining({
              oldStart: 1,
              newLines: 2,
              lines: expect.arrayContaining(['-Answer with one word.', '+Answer with one label.']),
            }),
          ],
          words: [
            { kind: 'same', text: 'Sort the ticket.\nAnswer with one ' },
            { kind: 'removed', text: 'word' },
            { kind: 'added', text: 'label' },
            { kind: 'same', text: '.' },
          ],
        },
      ],
      settings: [
        { path: 'model.temperature', from: 0, to: 0.5 },
        { path: 'model.topP', to: 1 },
        { path: 'protected', from: ['one word'] },
      ],
    });
  });

  it('follows steps by id when one is put before them', () => {
    const step = (id: string, text: string) => ({
      id,
      prompt: { messages: [{ role: 'user' as const, content: text }] },
    });
    const diff = diffPrompts({ steps: [step('answer', 'b')] }, { steps: [step('route', 'a'), step('answer', 'b')] });
    expect(diff.texts.map(({ path, change }) => [path, change])).toEqual([['steps.route.messages.0', 'added']]);
    expect(diff.settings.map(({ path }) => path)).toEqual(['order.0', 'order.1', 'steps.route']);
  });

  it('rebuilds the new text from its words, and equal prompts are identical', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 30 }), fc.lorem({ maxCount: 30 }), (a, b) => {
        expect(diffPrompts(single(a), single(a)).identical).toBe(true);
        const words = diffPrompts(single(a), single(b)).texts[0]?.words ?? [{ kind: 'same' as const, text: a }];
        const side = (gone: string) =>
          words
            .filter(({ kind }) => kind !== gone)
            .map(({ text }) => text)
            .join('');
        expect([side('added'), side('removed')]).toEqual([a, b]);
      }),
    );
  });

  it('gives up on texts that are too hard to align, and shows them as replaced', () => {
    const noise = (seed: number) => Array.from({ length: 60_000 }, (_, i) => `${(i * seed) % 9973}`).join(' ');
    const start = performance.now();
    const [change] = diffPrompts(single(noise(7919)), single(noise(6101))).texts;
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(change?.words.map(({ kind }) => kind)).toEqual(['removed', 'added']);
  });
});
