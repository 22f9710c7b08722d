import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelConfig, ModelRequest } from '../domain/model.ts';
import { ANSWERS, createBench, json, requestOf, type ScriptedServer, startScriptedServer } from './testing.ts';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

/** Asks and returns the completion with what was sent. */
async function exchange(config: Omit<ModelConfig, 'baseUrl'>, answer: unknown, rest: Partial<ModelRequest> = {}) {
  server.script(json(answer));
  const completion = await createBench().ask(requestOf({ ...config, baseUrl: `${server.url}/v1` }, rest));
  const received = server.received[0];
  if (received === undefined) throw new Error('nothing was sent');
  return { completion, ...received };
}

const sampling = { temperature: 0, topP: 0.9, seed: 3, stop: ['END'], maxOutputTokens: 50 };
const every: ModelRequest['messages'] = [
  { role: 'system', content: 'S' },
  { role: 'developer', content: 'D' },
  { role: 'user', content: 'U' },
  { role: 'assistant', content: 'A' },
  { role: 'tool', content: 'T' },
];
const schema = {
  name: 'the answer',
  schema: {
    type: 'object',
    properties: { label: { type: 'string' } },
    required: ['label'],
    additionalProperties: false,
  },
};

describe('chat completions', () => {
  it('sends the parameters, the roles, and the key', async () => {
    const { path, headers, body } = await exchange(
      { provider: 'openai', model: 'gpt-4o-mini', ...sampling },
      ANSWERS.chat(),
      {
        messages: every,
      },
    );
    expect(path).toBe('/v1/chat/completions');
    expect(headers.authorization).toBe('Bearer sk-test-0123456789');
    expect(body).toEqual({
      model: 'gpt-4o-mini',
      messages: every.map((message) => (message.role === 'tool' ? { role: 'user', content: 'T' } : message)),
      temperature: 0,
      top_p: 0.9,
      seed: 3,
      stop: ['END'],
      max_completion_tokens: 50,
    });
  });

  it('sends a reasoning model no sampling parameters', async () => {
    const { body } = await exchange({ provider: 'openai', model: 'o4-mini', ...sampling }, ANSWERS.chat());
    expect(Object.keys(body).sort()).toEqual(['max_completion_tokens', 'messages', 'model']);
  });

  it.each([
    { api: 'chat', reasoning_effort: 'none' },
    { api: 'responses', reasoning: { effort: 'none' } },
  ])('sends sampling parameters to a model that is told not to reason, in $api', async ({ api, ...options }) => {
    const luna = { provider: 'openai', model: 'gpt-6-luna', temperature: 0, topP: 0.9 } as const;
    const answer = api === 'chat' ? ANSWERS.chat() : ANSWERS.responses();
    const through = (more: object) => ({ ...luna, providerOptions: { ...(api === 'responses' && { api }), ...more } });
    expect((await exchange(through(options), answer)).body).toMatchObject({ temperature: 0, top_p: 0.9, ...options });
    expect((await exchange(through({}), answer)).body).not.toHaveProperty('temperature');
  });

  it.each([
    { api: 'chat', answer: ANSWERS.chat(), details: 'prompt_tokens_details' },
    { api: 'responses', answer: ANSWERS.responses(), details: 'input_tokens_details' },
  ])('prices what was written to the cache unasked, in $api', async ({ api, answer, details }) => {
    const usage = { ...answer.usage, [details]: { cached_tokens: 4, cache_write_tokens: 6 } };
    const { completion } = await exchange(
      { provider: 'openai', model: 'gpt-6-luna', ...(api === 'responses' && { providerOptions: { api } }) },
      { ...answer, usage },
    );
    expect(completion.usage).toEqual({ inputTokens: 20, cachedInputTokens: 4, outputTokens: 7 });
    expect(completion.cost).toBe(10 * 100 + 4 * 10 + 6 * 125 + 7 * 500);
  });

  it('speaks the older dialect to compatible servers, and passes their own options', async () => {
    const { body } = await exchange(
      { provider: 'openai-compatible', model: 'qwen', maxOutputTokens: 9, providerOptions: { top_k: 20 } },
      ANSWERS.chat(),
      { messages: every },
    );
    expect(body).toMatchObject({ max_tokens: 9, top_k: 20 });
    expect(body['messages']).toMatchObject([{ role: 'system' }, { role: 'system' }, {}, {}, { role: 'user' }]);
  });

  it('asks for structured output, strictly where the schema allows', async () => {
    const strict = await exchange({ provider: 'openai', model: 'gpt-4o' }, ANSWERS.chat('{"label":"x"}'), { schema });
    expect(strict.body['response_format']).toEqual({
      type: 'json_schema',
      json_schema: { name: 'the_answer', schema: schema.schema, strict: true },
    });
    const loose = await exchange({ provider: 'openai', model: 'gpt-4o' }, ANSWERS.chat(), {
      schema: { name: 'map', schema: { type: 'object', patternProperties: { '^x': { type: 'string' } } } },
    });
    expect(loose.body['response_format']).toMatchObject({ json_schema: { strict: false } });
    const free = await exchange({ provider: 'openai', model: 'gpt-4o', responseFormat: 'json' }, ANSWERS.chat());
    expect(free.body['response_format']).toEqual({ type: 'json_object' });
  });

  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['content_filter', 'content-filter'],
    ['tool_calls', 'tool-calls'],
    ['something_new', 'other'],
  ])('reads the finish reason %s', async (reason, finish) => {
    const { completion } = await exchange({ provider: 'openai', model: 'gpt-4o' }, ANSWERS.chat('x', reason));
    expect(completion.finish).toBe(finish);
  });

  it('reads tool calls and refusals', async () => {
    const call = { id: '1', type: 'function', function: { name: 'find', arguments: '{"q":1}' } };
    const base = ANSWERS.chat();
    const calling = {
      ...base,
      choices: [{ finish_reason: 'tool_calls', message: { content: null, tool_calls: [call] } }],
    };
    expect((await exchange({ provider: 'openai', model: 'gpt-4o' }, calling)).completion).toMatchObject({
      text: '',
      toolCalls: [{ name: 'find', arguments: '{"q":1}' }],
    });
    const refusing = {
      ...base,
      choices: [{ finish_reason: 'stop', message: { content: null, refusal: 'I will not.' } }],
    };
    expect((await exchange({ provider: 'openai', model: 'gpt-4o' }, refusing)).completion).toMatchObject({
      text: 'I will not.',
      finish: 'refusal',
    });
  });
});

describe('responses', () => {
  const config = { provider: 'openai', model: 'gpt-4o', providerOptions: { api: 'responses' } } as const;

  it('sends input, limits and format, and stores nothing', async () => {
    const { path, body } = await exchange({ ...config, ...sampling }, ANSWERS.responses(), { messages: every, schema });
    expect(path).toBe('/v1/responses');
    expect(body).toEqual({
      model: 'gpt-4o',
      store: false,
      input: every.map((message) => (message.role === 'tool' ? { role: 'user', content: 'T' } : message)),
      temperature: 0,
      top_p: 0.9,
      max_output_tokens: 50,
      text: { format: { type: 'json_schema', name: 'the_answer', schema: schema.schema, strict: true } },
    });
  });

  it('reads text, truncation, filter and calls', async () => {
    const { completion } = await exchange(config, ANSWERS.responses());
    expect(completion).toMatchObject({
      text: 'billing',
      finish: 'stop',
      usage: { inputTokens: 20, cachedInputTokens: 4 },
    });
    const short = { ...ANSWERS.responses(), status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    expect((await exchange(config, short)).completion.finish).toBe('length');
    const filtered = { ...short, incomplete_details: { reason: 'content_filter' } };
    expect((await exchange(config, filtered)).completion.finish).toBe('content-filter');
    const calling = { ...ANSWERS.responses(), output: [{ type: 'function_call', name: 'f', arguments: '{}' }] };
    expect((await exchange(config, calling)).completion).toMatchObject({
      finish: 'tool-calls',
      toolCalls: [{ name: 'f', arguments: '{}' }],
    });
  });
});

describe('messages', () => {
  const config = { provider: 'anthropic', model: 'claude-haiku-4-5' } as const;

  it('separates the system text and sends no sampling parameters', async () => {
    const { path, headers, body } = await exchange({ ...config, ...sampling }, ANSWERS.messages(), { messages: every });
    expect(path).toBe('/v1/messages');
    expect(headers.authorization).toBe('Bearer sk-test-0123456789');
    expect(body).toEqual({
      model: 'claude-haiku-4-5',
      max_tokens: 50,
      system: 'S\n\nD',
      stop_sequences: ['END'],
      messages: [
        { role: 'user', content: 'U' },
        { role: 'assistant', content: 'A' },
        { role: 'user', content: 'T' },
      ],
    });
  });

  it('lets the user say a prompt that is only a system message', async () => {
    const { body } = await exchange(config, ANSWERS.messages(), { messages: [{ role: 'system', content: 'S' }] });
    expect(body).toMatchObject({ messages: [{ role: 'user', content: 'S' }] });
    expect(body).not.toHaveProperty('system');
  });

  it('counts cache reads and writes as input, and prices them', async () => {
    const { completion } = await exchange(config, ANSWERS.messages());
    expect(completion.usage).toEqual({ inputTokens: 20, cachedInputTokens: 4, outputTokens: 7 });
    expect(completion.cost).toBe(13 * 1000 + 3 * 2000 + 4 * 100 + 7 * 5000);
  });

  it('asks for structured output by format, or by a forced tool where a model has none', async () => {
    const format = await exchange(
      { ...config, providerOptions: { output_config: { effort: 'low' } } },
      ANSWERS.messages('{"label":"x"}'),
      { schema },
    );
    expect(format.body['output_config']).toEqual({
      effort: 'low',
      format: { type: 'json_schema', schema: schema.schema },
    });
    const calling = {
      ...ANSWERS.messages('', 'tool_use'),
      content: [{ type: 'tool_use', id: 't', name: 'the_answer', input: { label: 'x' } }],
    };
    const forced = await exchange({ ...config, model: 'claude-3-haiku-20240307' }, calling, { schema });
    expect(forced.body).toMatchObject({
      tools: [{ name: 'the_answer', input_schema: schema.schema }],
      tool_choice: { type: 'tool', name: 'the_answer' },
    });
    expect(forced.completion).toMatchObject({ text: '{"label":"x"}', toolCalls: [], finish: 'stop' });
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['refusal', 'refusal'],
    ['tool_use', 'tool-calls'],
  ])('reads the stop reason %s', async (reason, finish) => {
    expect((await exchange(config, ANSWERS.messages('x', reason))).completion.finish).toBe(finish);
  });
});

describe('provider options', () => {
  it.each([
    ['max_tokens', 5, 'maxOutputTokens'],
    ['messages', [], 'prompt'],
    ['n', 3, 'reserved'],
    ['service_tier', 'priority', 'price'],
    ['tools', [{ type: 'web_search' }], 'function tools'],
  ])('refuses %s, under which a call could pass its bound', (name, value, hint) => {
    const config: ModelConfig = { provider: 'openai', model: 'gpt-4o', providerOptions: { [name]: value } };
    expect(() => createBench().gateway.bound(requestOf(config))).toThrow(
      new RegExp(`providerOptions.${name}.*${hint}`),
    );
  });
});
