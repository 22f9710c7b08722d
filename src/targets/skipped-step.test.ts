import { expect, it } from 'vitest';
import type { Row } from '../domain/dataset.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import { Ledger } from '../domain/ledger.ts';
import { componentsOf, type PromptContent } from '../domain/prompt.ts';
import { createTarget } from './target.ts';

const model = { provider: 'openai', model: 'any' } as const;
const row: Row = { id: 'r1', input: { text: 'hello', kind: 'plain' }, expected: '', context: [], metadata: {} };

/** A model that answers with what it was asked. */
const echo: ModelGateway = {
  bound: () => ({ inputTokens: 1, outputTokens: 1, cost: null }),
  isAnswered: () => false,
  complete: async ({ messages }) => ({
    text: messages.map((message) => message.content).join('|'),
    toolCalls: [],
    finish: 'stop',
    model: 'any',
    usage: { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 },
    cost: null,
    latencyMs: 1,
    callId: 'c',
    replayed: false,
  }),
};

/** Runs a chain whose first step waits for hard rows, which this row is not; answers what the last step said. */
async function answer(first: { readonly output?: string }, last: string): Promise<string> {
  const step = (id: string, content: string, rest: object = {}) => ({
    id,
    prompt: { messages: [{ role: 'user' as const, content }] },
    ...rest,
  });
  const prompt: PromptContent = {
    steps: [
      step('think', 'Think: {{text}}', { ...first, when: { variable: 'kind', equals: 'hard' } }),
      step('answer', last),
    ],
  };
  const reservation = await new Ledger({}).reserve({});
  return (await createTarget(prompt, model, echo).run(componentsOf(prompt), row, 0, reservation)).output;
}

it('a step that was skipped is quoted as an empty text', async () => {
  expect(await answer({}, '[{{think}}] {{text}}')).toBe('[] hello');
});

it('a field of the row stays when the step of its name is skipped', async () => {
  expect(await answer({ output: 'text' }, '{{text}}')).toBe('hello');
});
