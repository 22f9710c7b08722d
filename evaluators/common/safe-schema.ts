import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { canonicalJson, deeperThan, type Json, type JsonObject } from '../../src/domain/json.ts';
import { instrument, WORK_KEYWORD } from './instrument-schema.ts';
import { compileLinear } from './linear-regex.ts';

/** Schemas and outputs come from users: every limit here keeps one check within bounded work. */
export const SCHEMA_LIMITS = {
  /** Characters of the schema as JSON. */
  schema: 50_000,
  /** Characters of an output. */
  output: 200_000,
  /** Nesting of schema and output. */
  depth: 200,
  /** Subschemas applied during one check; a pattern counts once per 64 instructions × characters. */
  work: 200_000,
  /** Formats of longer strings are refused: some published format patterns are quadratic. */
  formatString: 1_024,
} as const;

class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork';
}

export type SchemaCheck =
  | { readonly kind: 'checked'; readonly errors: readonly ErrorObject[] }
  | { readonly kind: 'too-much-work' };

/**
 * Compiles a JSON Schema (2020-12) of a user. Unknown keywords and formats, remote references and patterns that RE2 does not support
 * throw an Error that says so. The returned check never throws and its work is bounded.
 */
export function compileSchema(schema: JsonObject): (value: Json) => SchemaCheck {
  if (deeperThan(schema, SCHEMA_LIMITS.depth))
    throw new Error(`the schema is nested more than ${SCHEMA_LIMITS.depth} levels deep`);
  const size = JSON.stringify(schema).length;
  if (size > SCHEMA_LIMITS.schema) {
    throw new Error(`the schema has ${size} characters, ${SCHEMA_LIMITS.schema} are allowed`);
  }
  let work = 0;
  let metered = false;
  const spend = (amount: number) => {
    work += amount;
    if (metered && work > SCHEMA_LIMITS.work) throw new TooMuchWork();
  };
  const ajv = new Ajv2020({
    allErrors: true,
    strictSchema: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    logger: false,
    code: { regExp: linearEngine(spend) },
  });
  ajv.addVocabulary(['example']);
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: unique,
    error: { message: 'must not have equal items' },
  });
  const count = () => {
    spend(1);
    return true;
  };
  ajv.addKeyword({ keyword: WORK_KEYWORD, validate: count });
  for (const [name, format] of Object.entries(fullFormats)) ajv.addFormat(name, bounded(format));
  const { $schema: _dialect, ...rest } = schema;
  const validate = ajv.compile(instrument(rest));
  return (value) => {
    work = 0;
    metered = true;
    try {
      validate(value);
      return { kind: 'checked', errors: validate.errors ?? [] };
    } catch (error) {
      if (error instanceof TooMuchWork || error instanceof RangeError) return { kind: 'too-much-work' };
      throw error;
    } finally {
      metered = false;
    }
  };
}

/** Ajv keeps patterns apart by their text, so the pattern object must print as itself. */
function linearEngine(spend: (amount: number) => void) {
  const engine = (pattern: string) => {
    const compiled = compileLinear(pattern);
    const size = compiled.programSize();
    return {
      test(text: string) {
        spend(1 + Math.floor((text.length * size) / 64));
        return compiled.test(text);
      },
      toString: () => `/${pattern}/`,
    };
  };
  return Object.assign(engine, { code: 'linear-time' });
}

/** Ajv compares all pairs; equal canonical texts find a repetition in one pass. */
function unique(wanted: boolean, items: readonly Json[]): boolean {
  if (!wanted) return true;
  const seen = new Set<string>();
  for (const item of items) {
    const text = canonicalJson(item);
    if (seen.has(text)) return false;
    seen.add(text);
  }
  return true;
}

type Format = (typeof fullFormats)[keyof typeof fullFormats];

/** The published format, for strings short enough. The dates and times (objects) and the numbers are linear as they are. */
function bounded(format: Format): Format {
  const short = (text: string) => text.length <= SCHEMA_LIMITS.formatString;
  if (format instanceof RegExp) return (text: string) => short(text) && format.test(text);
  if (typeof format === 'function') return (text: string) => short(text) && format(text);
  return format;
}
