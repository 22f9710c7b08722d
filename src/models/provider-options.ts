import { fieldError } from '../domain/errors.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { ModelConfig } from '../domain/model.ts';

/** Members that the gateway sets itself, with the field to use in their place. */
const OWN: Readonly<Record<string, string>> = {
  model: 'set `model`',
  messages: 'messages come from the prompt',
  input: 'messages come from the prompt',
  system: 'messages come from the prompt',
  instructions: 'messages come from the prompt',
  max_tokens: 'set `maxOutputTokens`',
  max_completion_tokens: 'set `maxOutputTokens`',
  max_output_tokens: 'set `maxOutputTokens`',
  response_format: 'set `responseFormat`',
  text: 'set `responseFormat`',
  stream: 'answers are read whole',
  stream_options: 'answers are read whole',
};

/** Members that let a call use more than its bound: a hard budget could not be kept. */
const UNBOUNDED: readonly string[] = [
  'n',
  'best_of',
  'prediction',
  'modalities',
  'audio',
  'background',
  'conversation',
  'context_management',
  'previous_response_id',
  'prompt',
  'container',
  'mcp_servers',
  'web_search_options',
  'speed',
];

const TIERS = ['default', 'flex', 'standard', 'standard_only'];

/** A tool that only the caller runs: no further input or cost can come from it. */
function isFunctionTool(tool: Json): boolean {
  if (tool === null || typeof tool !== 'object' || Array.isArray(tool)) return false;
  return tool['type'] === 'function' || tool['type'] === 'custom' || ('input_schema' in tool && !('type' in tool));
}

/**
 * The members that are passed to the provider as they are. Throws a field error for one that the gateway sets itself, or under which a
 * call could cost more than its bound.
 */
export function passedOptions(config: ModelConfig): JsonObject {
  const { api: _api, ...options } = config.providerOptions ?? {};
  for (const [name, value] of Object.entries(options)) {
    const path = `providerOptions.${name}`;
    const own = OWN[name];
    const withEffort = name === 'text' && isPlainObject(value) && !('format' in value);
    if (own !== undefined && !withEffort) throw fieldError(path, `cannot be set here: ${own}`);
    if (UNBOUNDED.includes(name)) {
      throw fieldError(path, 'is refused: a call with it can cost more than can be reserved for it; remove it');
    }
    if (name === 'service_tier' && !TIERS.includes(String(value))) {
      throw fieldError(
        path,
        `"${String(value)}" is refused: its price is not known beforehand; use ${TIERS.join(', ')}`,
      );
    }
    if (name === 'tools' && !(Array.isArray(value) && value.every(isFunctionTool))) {
      throw fieldError(path, 'only function tools are allowed: tools that the provider runs have no cost bound');
    }
  }
  return options;
}

function isPlainObject(value: Json): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
