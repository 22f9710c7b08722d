import { describe, expect, it } from 'vitest';
import { BudgetExhausted } from '../domain/budget.ts';
import type { Row } from '../domain/dataset.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import { Ledger } from '../domain/ledger.ts';
import {
  type Completion,
  type FinishReason,
  ModelCallError,
  type ModelConfig,
  type ModelRequest,
  type ToolCall,
} from '../domain/model.ts';
import { type ChainPrompt, componentsOf, type PromptContent } from '../domain/prompt.ts';
import { createTarget } from './target.ts';

const TASK: ModelConfig = { provider: 'openai', model: 'task' };
const row = (input: Row['input'], rest: Partial<Row> = {}): Row => ({
  id: 'r1',
  input,
  context: [],
  metadata: {},
  ...rest,
});

type Reply =
  | string
  | { readonly text: string; readonly finish: FinishReason; readonly toolCalls?: readonly ToolCall[] }
  | Error;

/** A gateway that answers from a function and keeps what it was asked. */
function models(reply: (request: ModelRequest) => Reply) {
  const asked: ModelRequest[] = [];
  const gateway: ModelGateway = {
    isAnswered: () => false,
    bound: ({ messages, config }) => ({
      inputTokens: messages.reduce((sum, message) => sum + Buffer.byteLength(message.content), 0),
      outputTokens: config.maxOutputTokens ?? 10,
      cost: config.model === 'unpriced' ? null : 1,
    }),
    complete: async (request) => {
      asked.push(request);
      const said = reply(request);
      if (said instanceof Error) throw said;
      const {
        text,
        finish,
        toolCalls = [],
      } = typeof said === 'string' ? { text: said, finish: 'stop' as const } : said;
      const completion: Completion = {
        text,
        finish,
        toolCalls,
        model: request.config.model,
        usage: { inputTokens: 5, cachedInputTokens: 0, outputTokens: 2 },
        cost: 7,
        latencyMs: 3,
        callId: `call-${asked.length}`,
        replayed: false,
      };
      return completion;
    },
  };
  return { gateway, asked };
}

async function run(prompt: PromptContent, input: Row, reply: (request: ModelRequest) => Reply, repeat = 0) {
  const { gateway, asked } = models(reply);
  const target = createTarget(prompt, TASK, gateway);
  const reservation = await new Ledger({}).reserve({});
  const result = await target.run(componentsOf(prompt), input, repeat, reservation);
  return { result, asked, texts: asked.map((request) => request.messages.map((message) => message.content)) };
}

const single = (system: string, user: string): PromptContent => ({
  messages: [
    { role: 'system', content: system },
    { role: 'user', content: user },
  ],
});

const step = (id: string, system: string, user: string, rest: Partial<ChainPrompt['steps'][number]> = {}) => ({
  id,
  prompt: {
    messages: [
      { role: 'system' as const, content: system },
      { role: 'user' as const, content: user },
    ],
  },
  ...rest,
});

describe('a single prompt', () => {
  it('is filled from the row, literally: what a value says is never rendered again', async () => {
    const hostile = row({ ticket: '{{secret}} $& {{input}}', secret: 'the secret' }, { expected: 'right' });
    const { texts, asked } = await run(single('Sort.', 'T: {{ticket}} / {{ secret }}'), hostile, () => 'billing', 2);
    expect(texts).toEqual([['Sort.', 'T: {{secret}} $& {{input}} / the secret']]);
    expect(asked[0]).toMatchObject({ role: 'task', config: TASK, ordinal: 2 });
  });

  it('offers its tools to the model, beside the options that it has, and keeps the calls', async () => {
    const tools = [{ type: 'function', function: { name: 'search' } }];
    const model: ModelConfig = { ...TASK, providerOptions: { reasoning_effort: 'low', tools: [] } };
    const toolCalls = [{ name: 'search', arguments: '{"q":1}' }];
    const { result, asked } = await run({ ...single('S', '{{input}}'), tools, model }, row('a'), () => ({
      text: '',
      finish: 'tool-calls',
      toolCalls,
    }));
    expect(asked[0]?.config).toEqual({ ...TASK, providerOptions: { reasoning_effort: 'low', tools } });
    expect(result).toMatchObject({ output: '', steps: [{ toolCalls, finish: 'tool-calls' }] });
    expect(result.error).toBeUndefined();
  });

  it('runs the candidate and not the text that the job began with', async () => {
    const prompt = single('Old.', '{{input}}');
    const { gateway, asked } = models(() => 'x');
    const target = createTarget(prompt, TASK, gateway);
    await target.run({ prompt: 'New.' }, row('hello'), 0, await new Ledger({}).reserve({}));
    expect(asked[0]?.messages.map(({ content }) => content)).toEqual(['New.', 'hello']);
    expect(target.components).toEqual(['prompt']);
  });

  it.each([
    ['length', 'truncated'],
    ['content-filter', 'content-filter'],
    ['refusal', 'refusal'],
  ] as const)('that ends with "%s" has the error "%s" and keeps what was said', async (finish, category) => {
    const { result } = await run(single('S', '{{input}}'), row('a'), () => ({ text: 'half an ans', finish }));
    expect(result).toMatchObject({ output: 'half an ans', error: { category }, steps: [{ output: 'half an ans' }] });
  });

  it.each([
    ['rate-limited', 'rate-limited'],
    ['timeout', 'timeout'],
    ['content-filter', 'content-filter'],
    ['overloaded', 'provider-error'],
    ['connection', 'provider-error'],
    ['bad-request', 'provider-error'],
    ['invalid-answer', 'provider-error'],
  ] as const)('whose call fails with "%s" has the error "%s" and no step', async (failure, category) => {
    const { result } = await run(single('S', '{{input}}'), row('a'), () => new ModelCallError(failure, 'why'));
    expect(result).toEqual({ output: '', steps: [], error: { category, message: 'step "prompt": why' } });
  });

  it.each([
    new ModelCallError('auth', 'the provider refused the key'),
    new ModelCallError('cancelled', 'the job was cancelled'),
    new BudgetExhausted('tokens', 'over'),
  ])('lets pass what ends the job: $message', async (error) => {
    await expect(run(single('S', '{{input}}'), row('a'), () => error)).rejects.toBe(error);
  });
});

const chain: ChainPrompt = {
  steps: [
    step('router', 'Route.', '{{ticket}}', { output: 'route' }),
    step('billing', 'Bill.', '{{route}}: {{ticket}}', { when: { variable: 'route', equals: 'billing' } }),
    step('technical', 'Fix.', '{{route}}: {{ticket}}', { when: { variable: 'route', notEquals: 'billing' } }),
  ],
};

describe('a chain', () => {
  const answers = (route: string) => (request: ModelRequest) =>
    request.messages[0]?.content === 'Route.' ? route : `done by ${request.messages[0]?.content}`;

  it.each([
    ['billing', ['router', 'billing'], 'done by Bill.'],
    ['  billing\n', ['router', 'billing'], 'done by Bill.'],
    ['technical', ['router', 'technical'], 'done by Fix.'],
    ['Billing', ['router', 'technical'], 'done by Fix.'],
  ])('with the route %j runs %j', async (route, steps, output) => {
    const { result, texts } = await run(chain, row({ ticket: 'T' }), answers(route));
    expect(result.steps.map(({ component }) => component)).toEqual(steps);
    expect(result.output).toBe(output);
    expect(texts[1]?.[1]).toBe(`${route}: T`);
  });

  it('hands on what a step said as it stands, braces and all', async () => {
    const { texts } = await run(chain, row({ ticket: 'T', other: 'secret' }), answers('{{other}}'));
    expect(texts[1]?.[1]).toBe('{{other}}: T');
  });

  it('answers with its last step that ran, when the last one is skipped', async () => {
    const prompt: ChainPrompt = {
      steps: [
        step('draft', 'Draft.', '{{input}}'),
        step('polish', 'Polish.', '{{draft}}', { when: { variable: 'draft', in: ['rough', 'raw'] } }),
      ],
    };
    expect((await run(prompt, row('x'), () => 'fine')).result.output).toBe('fine');
    const rough = await run(prompt, row('x'), ({ messages }) => (messages[0]?.content === 'Draft.' ? 'raw' : 'good'));
    expect(rough.result.output).toBe('good');
  });

  it('has no output when no step ran, and does not look for the output of a skipped one', async () => {
    const never = { when: { variable: 'input', equals: 'never' } };
    const prompt: ChainPrompt = { steps: [step('a', 'A', '{{input}}', never)] };
    expect((await run(prompt, row('x'), () => 'said')).result).toEqual({ output: '', steps: [] });
  });

  it('reads an empty text where a step was skipped, in a message and in a condition', async () => {
    const prompt: ChainPrompt = {
      steps: [
        step('check', 'Check.', '{{input}}', { when: { variable: 'input', equals: 'never' }, output: 'finding' }),
        step('note', 'Note.', 'Found: [{{finding}}]', { when: { variable: 'finding', equals: '' } }),
      ],
    };
    const { result, texts } = await run(prompt, row('x'), () => 'noted');
    expect(texts).toEqual([['Note.', 'Found: []']]);
    expect(result).toMatchObject({ output: 'noted', steps: [{ component: 'note' }] });
    expect(result.error).toBeUndefined();
  });

  it('ends at the step that fails, and says which', async () => {
    const { result, asked } = await run(chain, row({ ticket: 'T' }), ({ messages }) =>
      messages[0]?.content === 'Route.' ? 'billing' : new ModelCallError('timeout', 'no answer'),
    );
    expect(result).toMatchObject({ error: { category: 'timeout', message: 'step "billing": no answer' } });
    expect(result.steps.map(({ component }) => component)).toEqual(['router']);
    expect(asked).toHaveLength(2);
  });

  it('asks the model of the step, else of the chain, else of the job', async () => {
    const own: ModelConfig = { provider: 'openai', model: 'own' };
    const common: ModelConfig = { provider: 'openai', model: 'common' };
    const prompt: ChainPrompt = {
      model: common,
      steps: [
        { ...step('a', 'A', '{{input}}'), prompt: { ...step('a', 'A', '{{input}}').prompt, model: own } },
        step('b', 'B', '{{a}}'),
      ],
    };
    const { asked } = await run(prompt, row('x'), () => 'y');
    expect(asked.map(({ config }) => config.model)).toEqual(['own', 'common']);
  });

  it('is bounded by all its steps, each reading the longest answer of those before it', async () => {
    const { gateway } = models(() => '');
    const model: ModelConfig = { provider: 'openai', model: 'task', maxOutputTokens: 20 };
    const target = createTarget(chain, model, gateway);
    const ticket = 'T'.repeat(30);
    const bound = target.bound(componentsOf(chain), row({ ticket }));
    expect(bound).toMatchObject({ outputTokens: 60, cost: 3 });
    // No answer within 20 tokens is longer than this many bytes.
    const longest = 'x'.repeat(20 * 8);
    const { texts } = await run(chain, row({ ticket }), answers(longest));
    const read = texts.flat().reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    expect(bound.inputTokens).toBeGreaterThanOrEqual(read);
    expect(target.components).toEqual(['router', 'billing', 'technical']);
  });

  it('has no price when one of its steps has none', () => {
    const { gateway } = models(() => '');
    const unpriced: ChainPrompt = { ...chain, model: { provider: 'openai', model: 'unpriced' } };
    expect(createTarget(unpriced, TASK, gateway).bound(componentsOf(chain), row({ ticket: 'T' })).cost).toBeNull();
  });
});
