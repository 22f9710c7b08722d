import type {
  EasyInputMessage,
  ResponseCreateParamsNonStreaming,
  ResponseTextConfig,
} from 'openai/resources/responses/responses';
import { z } from 'zod';
import type { FinishReason, Message, ModelRequest } from '../domain/model.ts';
import type { Adapter, Answer } from './adapter.ts';
import { maxOutputTokensOf } from './capabilities.ts';
import { UnreadableAnswer } from './failure.ts';
import { passedOptions } from './provider-options.ts';
import { openaiStrict, wantedSchema } from './structured.ts';

/** The OpenAI Responses API (`providerOptions.api: "responses"`). Nothing is stored at the provider unless `store` asks for it. */
export const openaiResponses: Adapter = (request, takes) => {
  const { config } = request;
  const passed = passedOptions(config);
  const text = { ...passedText(passed['text']), ...textFormat(request) };
  const params: ResponseCreateParamsNonStreaming = {
    store: false,
    ...passed,
    model: config.model,
    input: request.messages.map(toMessage),
    max_output_tokens: maxOutputTokensOf(config),
    ...(config.temperature !== undefined && takes.temperature && { temperature: config.temperature }),
    ...(config.topP !== undefined && takes.topP && { top_p: config.topP }),
    ...(Object.keys(text).length > 0 && { text }),
  };
  const wanted = wantedSchema(request);
  return {
    body: params,
    extras: [passed, wanted === null ? {} : { name: wanted.name, schema: wanted.schema }],
    send: async (clients, options) => (await clients.openai()).responses.create(params, options),
    read,
  };
};

const toMessage = ({ role, content }: Message): EasyInputMessage => ({
  role: role === 'tool' ? 'user' : role,
  content,
});

/** Of a passed `text` only `verbosity` is left for users to say. */
function passedText(text: unknown): ResponseTextConfig {
  const parsed = z.object({ verbosity: z.enum(['low', 'medium', 'high']) }).safeParse(text);
  return parsed.success ? parsed.data : {};
}

function textFormat(request: ModelRequest): ResponseTextConfig {
  const wanted = wantedSchema(request);
  if (wanted !== null) {
    const strict = openaiStrict(wanted.schema);
    return {
      format: {
        type: 'json_schema',
        name: wanted.name,
        schema: strict ?? wanted.schema,
        strict: strict !== null,
      },
    };
  }
  return request.config.responseFormat === 'json' ? { format: { type: 'json_object' } } : {};
}

const answerSchema = z.object({
  model: z.string().nullish(),
  status: z.string().nullish(),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
  output: z.array(
    z.object({
      type: z.string(),
      name: z.string().nullish(),
      arguments: z.string().nullish(),
      content: z
        .array(z.object({ type: z.string(), text: z.string().nullish(), refusal: z.string().nullish() }))
        .nullish()
        .catch(null),
    }),
  ),
  usage: z
    .object({
      input_tokens: z.number(),
      output_tokens: z.number(),
      input_tokens_details: z
        .object({ cached_tokens: z.number().nullish(), cache_write_tokens: z.number().nullish() })
        .nullish(),
    })
    .nullish()
    .catch(null),
});

function finishOf(status: string, reason: string, calls: number): FinishReason {
  if (status === 'incomplete') {
    if (reason === 'max_output_tokens') return 'length';
    return reason === 'content_filter' ? 'content-filter' : 'other';
  }
  if (calls > 0) return 'tool-calls';
  return status === 'completed' ? 'stop' : 'other';
}

function read(body: unknown): Answer {
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) throw new UnreadableAnswer('the answer does not have the shape of a response');
  const { model, status, output, usage, incomplete_details: incomplete } = parsed.data;
  if (status === 'failed' || status === 'cancelled')
    throw new UnreadableAnswer(`the response has the status ${status}`);
  const parts = output.filter(({ type }) => type === 'message').flatMap(({ content }) => content ?? []);
  const text = parts.map((part) => (part.type === 'output_text' ? (part.text ?? '') : '')).join('');
  const refusal = parts.map((part) => part.refusal ?? '').join('');
  const toolCalls = output
    .filter(({ type }) => type === 'function_call')
    .map((call) => ({ name: call.name ?? '', arguments: call.arguments ?? '' }));
  return {
    text: text === '' ? refusal : text,
    toolCalls,
    finish: refusal !== '' ? 'refusal' : finishOf(status ?? 'completed', incomplete?.reason ?? '', toolCalls.length),
    model: model ?? '',
    usage: usage
      ? {
          inputTokens: usage.input_tokens,
          cachedInputTokens: usage.input_tokens_details?.cached_tokens ?? 0,
          cacheWriteTokens: usage.input_tokens_details?.cache_write_tokens ?? 0,
          outputTokens: usage.output_tokens,
        }
      : null,
  };
}
