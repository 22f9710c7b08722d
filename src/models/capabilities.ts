import type { ModelConfig, ModelRequest } from '../domain/model.ts';

/** Which wire protocol a call uses. */
export type Api = ChatApi | 'embeddings' | 'signed-post';
type ChatApi = 'chat-completions' | 'responses' | 'messages';

/** How a model is asked for JSON of a schema. */
export type StructuredOutput = 'response-format' | 'text-format' | 'output-format' | 'forced-tool';

/** What a model takes. A parameter that it does not take is never sent: several providers answer 400 to it. */
export interface Capabilities {
  readonly temperature: boolean;
  readonly topP: boolean;
  readonly seed: boolean;
  readonly stop: boolean;
  /** `json` without a schema. */
  readonly jsonMode: boolean;
  readonly developerRole: boolean;
  readonly maxTokens: 'max_tokens' | 'max_completion_tokens' | 'max_output_tokens';
  readonly structured: StructuredOutput;
  /** Sent when the configuration has no `maxOutputTokens`, so that every call has a real upper bound. */
  readonly defaultMaxOutputTokens: number;
}

const DEFAULT_MAX_OUTPUT_TOKENS = 1024;
/** Hidden reasoning counts as output: with less, a reasoning model often ends before its first visible word. */
const REASONING_MAX_OUTPUT_TOKENS = 8192;

const CHAT: Capabilities = {
  temperature: true,
  topP: true,
  seed: true,
  stop: true,
  jsonMode: true,
  developerRole: true,
  maxTokens: 'max_completion_tokens',
  structured: 'response-format',
  defaultMaxOutputTokens: DEFAULT_MAX_OUTPUT_TOKENS,
};

/** The Messages API of 2026-10-21 has no sampling parameters; SDK 1.x does not know them. */
const MESSAGES: Capabilities = {
  ...CHAT,
  temperature: false,
  topP: false,
  seed: false,
  jsonMode: false,
  developerRole: false,
  maxTokens: 'max_tokens',
  structured: 'output-format',
};

interface Rule {
  readonly provider: ModelConfig['provider'];
  readonly model: RegExp;
  /** Only for calls that ask for this reasoning effort. */
  readonly effort?: string;
  readonly differs: Partial<Capabilities>;
}

/** What differs from the provider's usual model. The first match counts. */
const RULES: readonly Rule[] = [
  { provider: 'openai', model: /^gpt-5(\.\d+)?-chat/, differs: {} },
  // They sample as other models do once they are told not to reason.
  { provider: 'openai', model: /^gpt-(5\.\d|[6-9]|\d\d)/, effort: 'none', differs: { seed: false, stop: false } },
  {
    provider: 'openai',
    model: /^(o\d|gpt-([5-9]|\d\d)|codex)/,
    differs: {
      temperature: false,
      topP: false,
      seed: false,
      stop: false,
      defaultMaxOutputTokens: REASONING_MAX_OUTPUT_TOKENS,
    },
  },
  // Structured outputs came with the 4.5 models; before them a forced tool does the same.
  {
    provider: 'anthropic',
    model: /^claude-([123]|instant|(opus|sonnet)-4-([01](-|$)|20))/,
    differs: { structured: 'forced-tool' },
  },
];

/** The protocol of a request, by what it asks for. */
export function apiOf({ kind, config }: Pick<ModelRequest, 'kind' | 'config'>): Api {
  if (kind === 'post') return 'signed-post';
  return kind === 'embedding' ? 'embeddings' : chatApiOf(config);
}

function chatApiOf(config: ModelConfig): ChatApi {
  if (config.provider === 'anthropic') return 'messages';
  return config.providerOptions?.['api'] === 'responses' ? 'responses' : 'chat-completions';
}

export function capabilitiesOf(config: ModelConfig): Capabilities {
  const api = chatApiOf(config);
  const usual: Capabilities =
    api === 'messages'
      ? MESSAGES
      : config.provider === 'openai'
        ? CHAT
        : { ...CHAT, developerRole: false, maxTokens: 'max_tokens' };
  const asked = effortOf(config);
  const rule = RULES.find(
    ({ provider, model, effort = asked }) =>
      provider === config.provider && model.test(config.model) && effort === asked,
  );
  const capabilities = { ...usual, ...rule?.differs };
  if (api !== 'responses') return capabilities;
  return { ...capabilities, seed: false, stop: false, maxTokens: 'max_output_tokens', structured: 'text-format' };
}

/** The reasoning effort that the provider options ask for, in the form of either API. */
function effortOf({ providerOptions }: ModelConfig): unknown {
  const reasoning = providerOptions?.['reasoning'];
  const nested = typeof reasoning === 'object' && reasoning !== null && !Array.isArray(reasoning) ? reasoning : {};
  return providerOptions?.['reasoning_effort'] ?? nested['effort'];
}

/** Output tokens that the call may have at most; always sent. */
export function maxOutputTokensOf(config: ModelConfig): number {
  return config.maxOutputTokens ?? capabilitiesOf(config).defaultMaxOutputTokens;
}

/** Parameters of the configuration that this model does not take: they are not sent, and a submit should warn. */
export function ignoredParameters(config: ModelConfig): string[] {
  const takes = capabilitiesOf(config);
  return [
    ...(['temperature', 'topP', 'seed', 'stop'] as const).filter((name) => config[name] !== undefined && !takes[name]),
    ...(config.responseFormat === 'json' && !takes.jsonMode ? ['responseFormat'] : []),
  ];
}
