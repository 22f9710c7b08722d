import type { MessageCreateParamsNonStreaming, MessageParam } from '@anthropic-ai/sdk/resources/messages';
import { z } from 'zod';
import type { FinishReason, Message, ModelRequest } from '../domain/model.ts';
import type { Adapter, Answer } from './adapter.ts';
import { type Capabilities, maxOutputTokensOf } from './capabilities.ts';
import { UnreadableAnswer } from './failure.ts';
import { passedOptions } from './provider-options.ts';
import { anthropicFormat, wantedSchema } from './structured.ts';

/** Anthropic messages. No sampling parameters: this version of the API has none. */
export const anthropicMessages: Adapter = (request, takes) => {
  const { config } = request;
  const passed = passedOptions(config);
  const structured = structuredOutput(request, takes);
  const params: MessageCreateParamsNonStreaming = {
    ...passed,
    model: config.model,
    max_tokens: maxOutputTokensOf(config),
    ...conversation(request.messages),
    ...(config.stop !== undefined && takes.stop && { stop_sequences: config.stop }),
    ...structured.params,
  };
  const wanted = wantedSchema(request);
  return {
    body: params,
    extras: [passed, wanted === null ? {} : { name: wanted.name, schema: wanted.schema }],
    send: async (clients, options) => (await clients.anthropic()).messages.create(params, options),
    read: (body) => read(body, structured.tool),
  };
};

/**
 * System and developer messages become the system text, joined by a blank line. A prompt of nothing else is said by the user, because the
 * API wants at least one message. A text in the role of a tool has no call that it answers, so the user says it too.
 */
function conversation(messages: readonly Message[]): Pick<MessageCreateParamsNonStreaming, 'system' | 'messages'> {
  const isSystem = ({ role }: Message) => role === 'system' || role === 'developer';
  const system = messages.filter(isSystem).map(({ content }) => content);
  const turns = messages.flatMap(({ role, content }): MessageParam[] =>
    role === 'system' || role === 'developer' ? [] : [{ role: role === 'assistant' ? 'assistant' : 'user', content }],
  );
  if (turns.length === 0) return { messages: [{ role: 'user', content: system.join('\n\n') }] };
  return { ...(system.length > 0 && { system: system.join('\n\n') }), messages: turns };
}

interface Structured {
  readonly params: Partial<MessageCreateParamsNonStreaming>;
  /** Name of the forced tool, whose arguments are then the answer. */
  readonly tool: string | null;
}

function structuredOutput(request: ModelRequest, takes: Capabilities): Structured {
  const wanted = wantedSchema(request);
  if (wanted === null) return { params: {}, tool: null };
  const schema = takes.structured === 'output-format' ? anthropicFormat(wanted.schema) : null;
  if (schema !== null) {
    const passed = z.object({ output_config: z.looseObject({}) }).safeParse(request.config.providerOptions);
    return {
      params: { output_config: { ...passed.data?.output_config, format: { type: 'json_schema', schema } } },
      tool: null,
    };
  }
  const properties = wanted.schema['type'] === 'object';
  // A tool's arguments are an object: another kind of value travels in a member.
  const input_schema = properties
    ? { ...wanted.schema, type: 'object' as const }
    : { type: 'object' as const, properties: { value: wanted.schema }, required: ['value'] };
  return {
    params: {
      tools: [{ name: wanted.name, description: 'Gives the answer.', input_schema }],
      tool_choice: { type: 'tool', name: wanted.name, disable_parallel_tool_use: true },
    },
    tool: wanted.name,
  };
}

const FINISH: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'refusal',
};

const answerSchema = z.object({
  model: z.string().nullish(),
  stop_reason: z.string().nullish(),
  content: z.array(
    z.object({
      type: z.string(),
      text: z.string().nullish(),
      name: z.string().nullish(),
      input: z.json().optional(),
    }),
  ),
  usage: z
    .object({
      input_tokens: z.number(),
      output_tokens: z.number(),
      cache_creation_input_tokens: z.number().nullish(),
      cache_read_input_tokens: z.number().nullish(),
    })
    .nullish()
    .catch(null),
});

function read(body: unknown, forcedTool: string | null): Answer {
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) throw new UnreadableAnswer('the answer does not have the shape of a message');
  const { model, content, usage, stop_reason: reason } = parsed.data;
  const text = content.map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join('');
  const calls = content
    .filter(({ type }) => type === 'tool_use')
    .map((block) => ({ name: block.name ?? '', arguments: JSON.stringify(block.input ?? {}) }));
  const forced = forcedTool === null ? undefined : calls.find(({ name }) => name === forcedTool);
  const finish = FINISH[reason ?? 'end_turn'] ?? 'other';
  const written = usage?.cache_creation_input_tokens ?? 0;
  const cached = usage?.cache_read_input_tokens ?? 0;
  return {
    text: forced?.arguments ?? text,
    toolCalls: forced === undefined ? calls : [],
    finish: forced !== undefined && finish === 'tool-calls' ? 'stop' : finish,
    model: model ?? '',
    usage: usage
      ? {
          inputTokens: usage.input_tokens + written + cached,
          cachedInputTokens: cached,
          cacheWriteTokens: written,
          outputTokens: usage.output_tokens,
        }
      : null,
  };
}
