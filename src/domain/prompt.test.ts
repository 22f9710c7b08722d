import { expect, it } from 'vitest';
import { checkPrompt, type PromptContent } from './prompt.ts';

it('a step of a chain must hold its own protected clauses: otherwise every edit of it would be refused', () => {
  const chain = (content: string): PromptContent => ({
    steps: [
      { id: 'sort', prompt: { messages: [{ role: 'system', content }], protected: ['Be kind.'] } },
      { id: 'answer', prompt: { messages: [{ role: 'system', content: 'Answer {{input}}. Be kind.' }] } },
    ],
  });
  expect(() => checkPrompt(chain('Sort {{input}}. Be kind.'), 'prompt')).not.toThrow();
  expect(() => checkPrompt(chain('Sort {{input}}.'), 'prompt')).toThrow(
    'prompt.steps.0.prompt.protected: the clause "Be kind."',
  );
});
