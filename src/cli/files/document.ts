import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { fieldErrorsOf } from '../../api/field-errors.ts';
import { type FieldError, ParetuneError } from '../../domain/errors.ts';

/** A YAML or JSON file that can say where each of its fields stands. */
export interface FileDocument {
  readonly file: string;
  readonly value: unknown;
  /** `job.yaml:12 budget.rollouts`; the nearest line that is there when the field is not. */
  locate(path: string): string;
}

const shown = (file: string, cwd: string): string => {
  const near = relative(cwd, file);
  return near.startsWith('..') ? file : near;
};

export function readText(file: string, path: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : error;
    throw badInput([{ path, message: `${file} cannot be read: ${why instanceof Error ? why.message : why}` }]);
  }
}

/** Reads a YAML or JSON file (JSON is YAML). Throws `invalid_request` with the line. */
export function readDocument(file: string, cwd: string, path = 'file'): FileDocument {
  const lines = new LineCounter();
  const name = shown(file, cwd);
  const document = parseDocument(readText(file, path), { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw badInput(
      document.errors.map((error) => ({
        path: `${name}:${lines.linePos(error.pos[0]).line}`,
        message: error.message,
      })),
    );
  }
  const lineOf = (keys: readonly (string | number)[]): number => {
    for (let length = keys.length; length >= 0; length--) {
      const node: unknown = length === 0 ? document.contents : document.getIn(keys.slice(0, length), true);
      if (hasRange(node)) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  return {
    file,
    value: document.toJS(),
    locate: (at) => {
      const keys =
        at === '' || at === '(body)' ? [] : at.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
      return `${name}:${lineOf(keys)}${at === '' ? '' : ` ${at}`}`;
    },
  };
}

const hasRange = (node: unknown): node is { readonly range: readonly [number, number, number] } =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);

/** The value by a schema. Throws `invalid_request` that names line, field and fix of everything that is wrong. */
export function checked<T extends z.ZodType>(schema: T, value: unknown, locate: (path: string) => string): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badInput(
    fieldErrorsOf(parsed.error, schema, value).map(({ path, message }) => ({ path: locate(path), message })),
  );
}

export function badInput(errors: readonly FieldError[]): ParetuneError {
  return new ParetuneError('invalid_request', errors.map((each) => `${each.path}: ${each.message}`).join('; '), errors);
}
