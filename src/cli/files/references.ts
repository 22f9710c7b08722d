import { existsSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { z } from 'zod';
import type { ROW_TYPES } from '../../client/index.ts';
import { referenceSchema } from '../../domain/job.ts';
import { type PromptContent, promptContentSchema } from '../../domain/prompt.ts';
import { type Suite, suiteSchema } from '../../domain/suite.ts';
import { placeholders } from '../../domain/template.ts';
import { badInput, checked, readDocument, readText } from './document.ts';

const fileObjectSchema = z.strictObject({ file: z.string().min(1) });
const FILE_LIKE = /^(\.{0,2}\/|~\/)|\.(ya?ml|json|jsonl|ndjson|csv|txt|md)$/i;

/**
 * The file that a field of a job file names, in full: `./rows.jsonl`, `{ file: rows.jsonl }`. Undefined when it is something else, such
 * as a reference (`rows@3`) or the thing itself. Throws when there is no such file.
 */
export function fileNamed(value: unknown, base: string, path: string): string | undefined {
  const asObject = fileObjectSchema.safeParse(value);
  const name = asObject.success ? asObject.data.file : typeof value === 'string' ? value : undefined;
  if (name === undefined) return undefined;
  const file = resolve(base, name);
  const meant =
    asObject.success || FILE_LIKE.test(name) || (!referenceSchema.safeParse(name).success && existsSync(file));
  if (!meant) return undefined;
  if (!existsSync(file)) throw badInput([{ path, message: `there is no file ${file}` }]);
  return file;
}

/** A prompt from a file: YAML or JSON as in the API; plain text or Markdown is the system message, the row's input the user's. */
export function readPrompt(file: string, cwd: string): PromptContent {
  if (/\.(txt|md)$/i.test(file)) {
    const content = readText(file, 'prompt').trim();
    if (content === '') throw badInput([{ path: file, message: 'the prompt is empty' }]);
    return placeholders(content).length > 0
      ? { messages: [{ role: 'user', content }] }
      : {
          messages: [
            { role: 'system', content },
            { role: 'user', content: '{{input}}' },
          ],
        };
  }
  const document = readDocument(file, cwd, 'prompt');
  return checked(promptContentSchema, document.value, document.locate);
}

export function readSuite(file: string, cwd: string): Suite {
  const document = readDocument(file, cwd, 'suite');
  return checked(suiteSchema, document.value, document.locate);
}

/** Rows in a file, to be uploaded under a name. */
export interface DatasetFile {
  readonly file: string;
  readonly name: string;
  readonly format: keyof typeof ROW_TYPES;
}

const FORMATS: Readonly<Record<string, DatasetFile['format']>> = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.csv': 'csv',
  '.json': 'json',
};

export function datasetFile(file: string, path: string, name = nameOf(file)): DatasetFile {
  const format = FORMATS[extname(file).toLowerCase()];
  if (!format) {
    throw badInput([
      { path, message: `${basename(file)}: rows come as .jsonl, .ndjson, .csv or .json; rename or convert the file` },
    ]);
  }
  return { file, name, format };
}

/** A registry name from a file's name: `support rows.jsonl` → `support-rows`. */
export function nameOf(file: string): string {
  return slug(basename(file, extname(file))) || 'unnamed';
}

/** Letters, digits, `_`, `.` and `-` of a text, as the registry and file systems like them. */
export function slug(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, 100);
}
