import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { ZodError } from 'zod';
import { evaluators } from '../../../evaluators/index.ts';
import { ParetuneError } from '../../domain/errors.ts';
import type { Imported, Importer, ImportFile } from '../../imports/contract.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { badInput, readText } from '../files/document.ts';
import { nameOf } from '../files/references.ts';
import { countOf } from '../format.ts';
import { type Io, printJson } from '../io.ts';
import { clientOf, type RemoteOptions } from '../remote.ts';

export interface ImportOptions extends RemoteOptions {
  readonly name?: string;
  readonly message?: string;
  readonly map?: readonly string[];
  readonly out?: string;
  readonly strict?: boolean;
}

/** Registers what files of another tool hold, or writes it to `--out`; what has no equal here is listed on standard error. */
export async function importFormat(
  io: Io,
  importer: Importer,
  files: readonly string[],
  options: ImportOptions,
): Promise<ExitCode> {
  const open = (name: string, from?: string): ImportFile => {
    const file = resolve(from === undefined ? io.cwd : dirname(resolve(io.cwd, from)), name);
    return { path: relative(io.cwd, file) || file, text: readText(file, from ?? 'file') };
  };
  const imported = importer.read({
    files: files.map((file) => open(file)),
    name: options.name ?? nameOf(resolve(io.cwd, files[0] ?? '')),
    open,
    map: mappingOf(options.map ?? []),
    refusal,
  });
  for (const { at, what, why } of imported.notMapped) io.err(`not imported: ${at}: ${what}: ${why}\n`);
  if (options.strict && imported.notMapped.length > 0) {
    io.err(`--strict: ${imported.notMapped.length} without an equal; nothing was registered\n`);
    return EXIT.badInput;
  }
  const made =
    options.out === undefined ? await register(io, imported, options) : write(resolve(io.cwd, options.out), imported);
  if (options.json) printJson(io, { items: made, notImported: imported.notMapped });
  else
    for (const { kind, name, rows } of made)
      io.out(`${kind.padEnd(7)}  ${name}${rows === undefined ? '' : `  ${countOf(rows, 'row')}`}\n`);
  return EXIT.done;
}

interface Made {
  readonly kind: 'prompt' | 'suite' | 'dataset';
  /** Reference, or file. */
  readonly name: string;
  readonly sha256?: string;
  readonly rows?: number;
}

async function register(io: Io, { prompts, datasets, suites }: Imported, options: ImportOptions): Promise<Made[]> {
  const client = clientOf(io, options);
  const notes = options.message === undefined ? {} : { message: options.message };
  const made: Made[] = [];
  for (const { name, prompt } of prompts) {
    const { ref, sha256 } = await client.prompts.createVersion(name, { ...prompt, ...notes });
    made.push({ kind: 'prompt', name: ref, sha256 });
  }
  for (const { name, suite } of suites) {
    const { ref, sha256 } = await client.suites.createVersion(name, suite);
    made.push({ kind: 'suite', name: ref, sha256 });
  }
  for (const { name, rows } of datasets) {
    const body = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    const version = await client.datasets.upload(name, { format: 'jsonl', open: () => body });
    for (const warning of version.warnings) io.err(`warning: ${warning.message}\n`);
    made.push({ kind: 'dataset', name: version.ref, sha256: version.sha256, rows: version.rowCount });
  }
  return made;
}

function write(folder: string, { prompts, datasets, suites }: Imported): Made[] {
  mkdirSync(folder, { recursive: true });
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  return [
    ...prompts.map(({ name, prompt }) => ({
      kind: 'prompt' as const,
      name: file(`${name}.prompt.json`, json(prompt)),
    })),
    ...suites.map(({ name, suite }) => ({ kind: 'suite' as const, name: file(`${name}.suite.json`, json(suite)) })),
    ...datasets.map(({ name, rows }) => ({
      kind: 'dataset' as const,
      name: file(`${name}.jsonl`, rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
      rows: rows.length,
    })),
  ];
}

/** `input=question,topic` → { input: ['question', 'topic'] }. */
function mappingOf(given: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(
    given.map((text) => {
      const [, field, columns] = /^([a-z]+)=(.+)$/.exec(text) ?? [];
      if (field === undefined || columns === undefined)
        throw badInput([
          { path: '--map', message: `"${text}" is not of the form field=column, such as input=question` },
        ]);
      return [field, columns.split(',').map((column) => column.trim())];
    }),
  );
}

function refusal(type: string, options: unknown): string | null {
  const evaluator = evaluators.find((each) => each.type === type);
  if (!evaluator) return `there is no evaluator "${type}"`;
  try {
    evaluator.prepare(options);
    return null;
  } catch (error) {
    if (error instanceof ZodError) return error.issues.map(({ message }) => message).join('; ');
    if (error instanceof ParetuneError) return error.message;
    throw error;
  }
}
