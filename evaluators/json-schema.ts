import type { ErrorObject } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { deeperThan, type Json, jsonObjectSchema } from '../src/domain/json.ts';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { category, missing, right, wrong } from './common/grade.ts';
import { notJson } from './common/not-json.ts';
import { compileSchema, SCHEMA_LIMITS } from './common/safe-schema.ts';
import { clip, quoteJson } from './common/text.ts';

const SHOWN = 10;

const options = z
  .strictObject({
    schema: jsonObjectSchema.describe(
      'JSON Schema, read as 2020-12 with formats. Patterns run on RE2 in linear time: no look-around. Up to 50,000 characters.',
    ),
  })
  .transform(({ schema }, context) => {
    try {
      return { check: compileSchema(schema) };
    } catch (error) {
      const reason = error instanceof Error ? error.message.slice(0, 1_000) : 'it does not compile';
      context.addIssue({ code: 'custom', path: ['schema'], message: `not a usable JSON Schema: ${reason}` });
      return z.NEVER;
    }
  });

export const jsonSchema = defineEvaluator({
  type: 'json-schema',
  title: 'JSON Schema',
  description:
    'The output is JSON (one Markdown code fence around it is tolerated) and valid against a JSON Schema: 1 or 0. ' +
    'Outputs of more than 200,000 characters or 200 levels are not valid; a check that takes too many steps is missing.',
  needs: ['output', 'parsed'],
  options,
  defaultThreshold: 1,
  evaluate({ output, parsed }, { check }) {
    if (output.length > SCHEMA_LIMITS.output) {
      return wrong('too-long', `expected at most ${SCHEMA_LIMITS.output} characters of JSON, got ${output.length}`);
    }
    if (parsed === undefined) return notJson(output);
    if (deeperThan(parsed, SCHEMA_LIMITS.depth)) {
      return wrong('too-deep', `expected at most ${SCHEMA_LIMITS.depth} levels of nesting, the output has more`);
    }
    const result = check(parsed);
    if (result.kind === 'too-much-work')
      return missing('the check of this output against the schema takes too many steps');
    const { errors } = result;
    const [first] = errors;
    if (!first) return right('the output is valid against the schema');
    const shown = errors.slice(0, SHOWN).map((error) => `- ${describe(error, parsed)}`);
    const more = errors.length > SHOWN ? `\n- and ${errors.length - SHOWN} more` : '';
    return wrong(group(first), `the output is JSON but breaks the schema:\n${shown.join('\n')}${more}`, {
      errors: errors.length,
    });
  },
});

const param = (error: ErrorObject, name: string): string => clip(String(error.params[name] ?? ''), 200);

function describe(error: ErrorObject, parsed: Json): string {
  const where = error.instancePath === '' ? 'the outermost value' : clip(error.instancePath, 200);
  switch (error.keyword) {
    case 'required':
      return `${where}: the field "${param(error, 'missingProperty')}" is missing`;
    case 'additionalProperties':
      return `${where}: the field "${param(error, 'additionalProperty')}" is not allowed`;
    case 'unevaluatedProperties':
      return `${where}: the field "${param(error, 'unevaluatedProperty')}" is not allowed`;
    case 'enum':
      return `${where}: expected one of ${quoteJson(error.params['allowedValues'], 200)}, got ${found(error, parsed)}`;
    case 'const':
      return `${where}: expected ${quoteJson(error.params['allowedValue'], 200)}, got ${found(error, parsed)}`;
    default:
      return `${where}: ${(error.message ?? error.keyword).slice(0, 300)}, got ${found(error, parsed)}`;
  }
}

function group(error: ErrorObject): string {
  const last = error.instancePath.split('/').findLast((part) => part !== '' && !/^\d+$/.test(part)) ?? '(root)';
  switch (error.keyword) {
    case 'required':
      return category('missing-field', param(error, 'missingProperty'));
    case 'additionalProperties':
      return category('extra-field', param(error, 'additionalProperty'));
    case 'unevaluatedProperties':
      return category('extra-field', param(error, 'unevaluatedProperty'));
    case 'type':
      return category('wrong-type', last);
    case 'enum':
    case 'const':
      return category('wrong-value', last);
    default:
      return category(`schema-${error.keyword}`, last);
  }
}

/** The value an error points at. */
function found(error: ErrorObject, parsed: Json): string {
  let value: Json | undefined = parsed;
  for (const part of error.instancePath.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = value[Number(key)];
    else if (value !== null && typeof value === 'object' && Object.hasOwn(value, key)) value = value[key];
    else return 'nothing';
  }
  return quoteJson(value, 80);
}
