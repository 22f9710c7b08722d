import { describe, expect, it } from 'vitest';
import type { PromptContent } from '../domain/prompt.ts';
import { compilePrompt } from './compile-prompt.ts';

const user = (content: string) => ({ messages: [{ role: 'user' as const, content }] });

describe('compilePrompt', () => {
  it('renders literally and in one pass, objects by dotted path', () => {
    const content: PromptContent = user('{{ a }} {{order.id}} {{order}} {{not a placeholder}}');
    expect(compilePrompt(content, { a: '{{order.id}} $& <b>', order: { id: 7 } })).toEqual(
      user('{{order.id}} $& <b> 7 {"id":7} {{not a placeholder}}'),
    );
  });

  it('names every missing and every unknown variable', () => {
    const call = () => compilePrompt(user('{{a}} {{b.c}} {{d}}'), { d: 'x', e: 'y', b: { other: 1 } });
    expect(call).toThrow(
      expect.objectContaining({
        code: 'unprocessable',
        errors: [
          { path: 'variables.a', message: expect.stringContaining('is missing') },
          { path: 'variables.b.c', message: expect.stringContaining('{{b.c}}') },
          { path: 'variables.e', message: expect.stringContaining('the prompt uses a, b.c, d') },
        ],
      }),
    );
  });

  it('leaves outputs of earlier steps in place until they are given', () => {
    const chain: PromptContent = {
      steps: [
        { id: 'plan', prompt: user('plan {{task}}'), output: 'the_plan' },
        { id: 'answer', prompt: user('{{task}} by {{ the_plan }}') },
      ],
    };
    expect(compilePrompt(chain, { task: 't' })).toEqual({
      steps: [
        { id: 'plan', ...user('plan t') },
        { id: 'answer', ...user('t by {{the_plan}}') },
      ],
    });
    expect(compilePrompt(chain, { task: 't', the_plan: 'p' })).toMatchObject({
      steps: [{}, { messages: [{ content: 't by p' }] }],
    });
    expect(() => compilePrompt(chain, { the_plan: 'p' })).toThrow('variables.task');
  });
});
