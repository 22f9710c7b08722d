import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { ParetuneError } from '../domain/errors.ts';
import { fieldErrorsOf } from './field-errors.ts';

const PLACES: Readonly<Record<string, string>> = {
  querystring: 'query parameter ',
  params: 'path parameter ',
  headers: 'header ',
};

/** Validates by zod; what is refused says which field, why, and what would be right. */
export const compileValidator: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const place = PLACES[httpPart ?? ''] ?? '';
  return (data: unknown) => {
    const parsed = schema.safeParse(data);
    if (parsed.success) return { value: parsed.data };
    const errors = fieldErrorsOf(parsed.error, schema, data);
    const detail = errors.map(({ path, message }) => `${place}${path}: ${message}`).join('; ');
    return { error: new ParetuneError('invalid_request', detail, errors) };
  };
};
