import { z } from 'zod';
import { type JsonObject, jsonObjectSchema } from '../domain/json.ts';
import { UnusableAnswer } from './contract.ts';
import { oneFencedBlock } from './fence.ts';

/** The two members of an AuthorRequest that make its answer structured. */
export interface StructuredAnswer<T> {
  readonly schema: { readonly name: string; readonly schema: JsonObject };
  /** Strict: the whole text is one JSON value of the schema; one code fence around all of it is tolerated. Throws UnusableAnswer. */
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
  const whole = text.trim();
  try {
    return JSON.parse(whole.startsWith('```') && whole.endsWith('```') ? oneFencedBlock(whole) : whole);
  } catch (error) {
    if (error instanceof UnusableAnswer) throw error;
    throw new UnusableAnswer('the answer is not one JSON value; answer with the JSON object alone');
  }
}
