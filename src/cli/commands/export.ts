import { createHash } from 'node:crypto';
import { createWriteStream, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiProblem, type Client } from '../../client/index.ts';
import { type RowInput, rowSchema } from '../../domain/dataset.ts';
import { type PromptContent, promptContentSchema } from '../../domain/prompt.ts';
import { type Suite, suiteSchema } from '../../domain/suite.ts';
import { exportPromptfoo } from '../../imports/export-promptfoo.ts';
import { EXIT, type ExitCode, Refusal } from '../exit.ts';
import { badInput, checked } from '../files/document.ts';
import { outFile } from '../files/out-file.ts';
import { fileNamed, readPrompt, readSuite } from '../files/references.ts';
import { count } from '../format.ts';
import { type Io, printJson } from '../io.ts';
import { clientOf, type RemoteOptions } from '../remote.ts';

export interface ExportOptions extends RemoteOptions {
  readonly prompt?: string;
  readonly suite?: string;
  readonly dataset?: string;
  readonly out?: string;
}

const PAGE = 500;

/** Writes what the registry holds in a form that other tools read. */
export async function exportFiles(io: Io, format: string, options: ExportOptions): Promise<ExitCode> {
  const client = clientOf(io, options);
  const out = options.out === undefined ? null : outFile(io, options.out, '--out');
  if (format === 'jsonl') return exportRows(io, client, versionOf(options.dataset, '--dataset'), out, options);
  if (format !== 'promptfoo')
    throw new Refusal(EXIT.badInput, `there is no export "${format}"; known: promptfoo, jsonl, junit, evidence`);
  const missing = (['prompt', 'suite', 'dataset'] as const).filter((name) => options[name] === undefined);
  if (missing.length > 0)
    throw badInput(
      missing.map((name) => ({
        path: `--${name}`,
        message: `is missing; name a version such as ${name}@3${name === 'dataset' ? '' : ', or a file'}`,
      })),
    );
  const dataset = versionOf(options.dataset, '--dataset');
  const prompt = await promptOf(io, client, options.prompt);
  const suite = await suiteOf(io, client, options.suite);
  const rows: RowInput[] = [];
  await inRegistry('--dataset', () => client.datasets.version(dataset.name, dataset.version));
  for await (const row of rowsOf(client, dataset)) rows.push(row);
  const description = `${dataset.name}@${dataset.version} of Paretune`;
  const { yaml, notMapped } = exportPromptfoo({ description, prompt, suite, rows });
  for (const { at, what, why } of notMapped) io.err(`not exported: ${at}: ${what}: ${why}\n`);
  if (out === null) {
    io.out(yaml);
    return EXIT.done;
  }
  writeFileSync(out, yaml);
  if (options.json) printJson(io, { file: options.out, tests: rows.length, notExported: notMapped });
  else io.err(`${options.out}: ${count(rows.length)} tests\n`);
  return EXIT.done;
}

async function exportRows(
  io: Io,
  client: Client,
  dataset: VersionName,
  out: string | null,
  options: ExportOptions,
): Promise<ExitCode> {
  const { ref, sha256 } = await inRegistry('--dataset', () => client.datasets.version(dataset.name, dataset.version));
  const hash = createHash('sha256');
  let rows = 0;
  async function* lines() {
    for await (const row of rowsOf(client, dataset)) {
      const line = `${JSON.stringify(row)}\n`;
      hash.update(line);
      rows += 1;
      yield line;
    }
  }
  if (out === null) for await (const line of lines()) io.out(line);
  else await pipeline(Readable.from(lines()), createWriteStream(out));
  const made = { dataset: ref, datasetSha256: sha256, rows, fileSha256: hash.digest('hex') };
  if (options.json && out !== null) printJson(io, made);
  else io.err(`${ref}: ${count(rows)} rows, content sha256 ${sha256}, file sha256 ${made.fileSha256}\n`);
  return EXIT.done;
}

interface VersionName {
  readonly name: string;
  readonly version: number;
}

function versionOf(text: string | undefined, path: string): VersionName {
  const [, name, version] = /^([A-Za-z0-9][A-Za-z0-9_.-]*)@([1-9][0-9]*)$/.exec(text ?? '') ?? [];
  if (name === undefined) {
    const wrong = text === undefined ? 'is missing' : `"${text}" is no version`;
    throw badInput([{ path, message: `${wrong}; name one, such as rows@3` }]);
  }
  return { name, version: Number(version) };
}

/** Says which option has named what is not there. */
async function inRegistry<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'not_found') throw error;
    throw badInput([{ path, message: `${error.message}; name a version that is there, or import it first` }]);
  }
}

/** Page by page: a dataset may be larger than memory. */
async function* rowsOf(client: Client, { name, version }: VersionName): AsyncGenerator<RowInput> {
  let cursor: string | undefined;
  do {
    const page = await client.datasets.rows(name, version, { limit: PAGE, ...(cursor !== undefined && { cursor }) });
    for (const row of page.items) yield rowInput(row);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** A row as it was uploaded: without what is empty, and without places in the dataset. */
function rowInput(row: Readonly<Record<string, unknown>>): RowInput {
  const empty = (value: unknown) =>
    value === null ||
    value === undefined ||
    value === false ||
    (typeof value === 'object' && Object.keys(value).length === 0);
  const fields = Object.keys(rowSchema.shape);
  return rowSchema.parse(
    Object.fromEntries(
      Object.entries(row).filter(
        ([field, value]) => fields.includes(field) && (field === 'input' || field === 'expected' || !empty(value)),
      ),
    ),
  );
}

async function promptOf(io: Io, client: Client, given: string | undefined): Promise<PromptContent> {
  const file = fileNamed(given, io.cwd, '--prompt');
  if (file !== undefined) return readPrompt(file, io.cwd);
  const { name, version } = versionOf(given, '--prompt');
  const found: Readonly<Record<string, unknown>> = await inRegistry('--prompt', () =>
    client.prompts.version(name, version),
  );
  return checked(promptContentSchema, found['content'], (path) => `${given} ${path}`);
}

async function suiteOf(io: Io, client: Client, given: string | undefined): Promise<Suite> {
  const file = fileNamed(given, io.cwd, '--suite');
  if (file !== undefined) return readSuite(file, io.cwd);
  const { name, version } = versionOf(given, '--suite');
  const found: Readonly<Record<string, unknown>> = await inRegistry('--suite', () =>
    client.suites.version(name, version),
  );
  return checked(suiteSchema, found['content'], (path) => `${given} ${path}`);
}
