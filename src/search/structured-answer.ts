import { z } from 'zod';
import { type JsonObject, jsonObjectSchema } from '../domain/json.ts';
import { UnusableAnswer } from './contract.ts';

/** The two members of an AuthorRequest that make its answer structured. */
export interface StructuredAnswer<T> {
  readonly schema: { readonly name: string; readonly schema: JsonObject };
  /** Strict: the whole text is one JSON value of the schema. Throws UnusableAnswer. */
  readonly parse: (text: string) => T;
}

/** `author.ask({ purpose, metaPromptHash, messages, ...structuredAnswer('reflection', z.strictObject({ … })) })` */
export function structuredAnswer<T>(name: string, type: z.ZodType<T>): StructuredAnswer<T> {
  const { $schema: _dialect, ...schema } = jsonObjectSchema.parse(z.toJSONSchema(type));
  return {
    schema: { name, schema },
    parse: (text) => {
      const result = type.safeParse(json(text));
      if (!result.success)
        throw new UnusableAnswer(`the answer does not have the asked form: ${z.prettifyError(result.error)}`);
      return result.data;
    },
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnusableAnswer('the answer is not one JSON value; answer with the JSON object alone');
  }
}
