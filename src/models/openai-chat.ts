import type {
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { z } from 'zod';
import type { FinishReason, Message, ModelRequest } from '../domain/model.ts';
import type { Adapter, Answer } from './adapter.ts';
import { type Capabilities, maxOutputTokensOf } from './capabilities.ts';
import { UnreadableAnswer } from './failure.ts';
import { passedOptions } from './provider-options.ts';
import { openaiStrict, wantedSchema } from './structured.ts';

/** OpenAI chat completions, and every server that speaks them. */
export const openaiChat: Adapter = (request, takes) => {
  const { config } = request;
  const passed = passedOptions(config);
  const format = responseFormat(request, takes);
  const params: ChatCompletionCreateParamsNonStreaming = {
    ...passed,
    model: config.model,
    messages: request.messages.map((message) => toMessage(message, takes)),
    [takes.maxTokens]: maxOutputTokensOf(config),
    ...(config.temperature !== undefined && takes.temperature && { temperature: config.temperature }),
    ...(config.topP !== undefined && takes.topP && { top_p: config.topP }),
    ...(config.seed !== undefined && takes.seed && { seed: config.seed }),
    ...(config.stop !== undefined && takes.stop && { stop: config.stop }),
    ...(format !== undefined && { response_format: format }),
  };
  const wanted = wantedSchema(request);
  return {
    body: params,
    extras: [passed, wanted === null ? {} : { name: wanted.name, schema: wanted.schema }],
    send: async (clients, options) => (await clients.openai()).chat.completions.create(params, options),
    read,
  };
};

/** A text in the role of a tool has no call that it answers: the API would refuse it, so the user says it. */
function toMessage({ role, content }: Message, takes: Capabilities): ChatCompletionMessageParam {
  if (role === 'tool') return { role: 'user', content };
  if (role === 'developer' && !takes.developerRole) return { role: 'system', content };
  return { role, content };
}

function responseFormat(
  request: ModelRequest,
  takes: Capabilities,
): ChatCompletionCreateParamsNonStreaming['response_format'] {
  const wanted = wantedSchema(request);
  if (wanted !== null) {
    const strict = openaiStrict(wanted.schema);
    return {
      type: 'json_schema',
      json_schema: { name: wanted.name, schema: strict ?? wanted.schema, strict: strict !== null },
    };
  }
  return request.config.responseFormat === 'json' && takes.jsonMode ? { type: 'json_object' } : undefined;
}

const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
};

/** Only what is read, and forgiving: compatible servers leave a lot out. */
const answerSchema = z.object({
  model: z.string().nullish(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          tool_calls: z
            .array(z.object({ function: z.object({ name: z.string(), arguments: z.string() }).nullish() }))
            .nullish(),
        }),
      }),
    )
    .min(1),
  usage: z
    .object({
      prompt_tokens: z.number(),
      completion_tokens: z.number(),
      prompt_tokens_details: z
        .object({ cached_tokens: z.number().nullish(), cache_write_tokens: z.number().nullish() })
        .nullish(),
    })
    .nullish()
    .catch(null),
});

function read(body: unknown): Answer {
  const parsed = answerSchema.safeParse(body);
  const choice = parsed.data?.choices[0];
  if (!parsed.success || choice === undefined) {
    throw new UnreadableAnswer('the answer does not have the shape of a chat completion');
  }
  const { model, usage } = parsed.data;
  const { message, finish_reason: reason } = choice;
  const refusal = message.refusal ?? '';
  const text = message.content ?? '';
  return {
    text: text === '' ? refusal : text,
    toolCalls: (message.tool_calls ?? []).flatMap((call) => call.function ?? []),
    finish: refusal !== '' ? 'refusal' : (FINISH[reason ?? 'stop'] ?? 'other'),
    model: model ?? '',
    usage: usage
      ? {
          inputTokens: usage.prompt_tokens,
          cachedInputTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
          cacheWriteTokens: usage.prompt_tokens_details?.cache_write_tokens ?? 0,
          outputTokens: usage.completion_tokens,
        }
      : null,
  };
}
