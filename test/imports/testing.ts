import { ZodError } from 'zod';
import { evaluators } from '../../evaluators/index.ts';
import { fieldError, ParetuneError } from '../../src/domain/errors.ts';
import type { Imported } from '../../src/imports/contract.ts';
import { importers } from '../../src/imports/index.ts';

/** Imports files that stand in memory. */
export function imported(
  format: string,
  texts: Readonly<Record<string, string>>,
  options: { readonly map?: Readonly<Record<string, readonly string[]>>; readonly files?: readonly string[] } = {},
): Imported {
  const open = (name: string) => {
    const text = texts[name];
    if (text === undefined) throw fieldError(name, `there is no file ${name}`);
    return { path: name, text };
  };
  const importer = importers.find((each) => each.format === format);
  if (!importer) throw new Error(`no format ${format}`);
  return importer.read({
    files: (options.files ?? Object.keys(texts)).map(open),
    name: 'support',
    open,
    map: options.map ?? {},
    refusal,
  });
}

function refusal(type: string, options: unknown): string | null {
  const evaluator = evaluators.find((each) => each.type === type);
  if (!evaluator) return `there is no evaluator "${type}"`;
  try {
    evaluator.prepare(options);
    return null;
  } catch (error) {
    if (error instanceof ZodError || error instanceof ParetuneError) return error.message;
    throw error;
  }
}
