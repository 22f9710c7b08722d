import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema';
import { toStrictJsonSchema } from 'openai/lib/transform';
import { type JsonObject, jsonObjectSchema } from '../domain/json.ts';
import type { ModelRequest } from '../domain/model.ts';

export interface WantedSchema {
  readonly name: string;
  readonly schema: JsonObject;
}

/** The JSON schema that the answer must follow: the request's own, else the configuration's; null for free text. */
export function wantedSchema({ schema, config }: ModelRequest): WantedSchema | null {
  if (schema !== undefined) return { ...schema, name: schema.name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) };
  const format = config.responseFormat;
  return typeof format === 'object' ? { name: 'answer', schema: format.jsonSchema } : null;
}

/** Schemas are few and asked for thousands of times: each is rewritten once. */
function remembering(rewrite: (schema: JsonObject) => unknown): (schema: JsonObject) => JsonObject | null {
  const known = new WeakMap<JsonObject, JsonObject | null>();
  return (schema) => {
    let result = known.get(schema);
    if (result === undefined) {
      try {
        result = jsonObjectSchema.parse(rewrite(schema));
      } catch {
        // The provider's dialect cannot say it; the caller falls back to a looser way of asking.
        result = null;
      }
      known.set(schema, result);
    }
    return result;
  };
}

/** For OpenAI's strict mode, by the SDK's own rules; null when the schema has no strict form. */
export const openaiStrict = remembering((schema) => toStrictJsonSchema(schema));

/** For Anthropic's output format, by the SDK's own rules; null when it has no such form. */
export const anthropicFormat = remembering((schema) =>
  schema['type'] === 'object' ? transformJSONSchema(schema) : null,
);
