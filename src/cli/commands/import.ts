import { resolve } from 'node:path';
import { importers } from '../../imports/index.ts';
import { EXIT, type ExitCode, Refusal } from '../exit.ts';
import { datasetFile, nameOf, readPrompt, readSuite } from '../files/references.ts';
import { uploadDataset } from '../files/upload.ts';
import { countOf } from '../format.ts';
import { type Io, printJson } from '../io.ts';
import { clientOf } from '../remote.ts';
import { type ImportOptions, importFormat } from './import-format.ts';

export const IMPORTS = ['prompts', 'datasets', 'suites'] as const;

/** Registers files as versions under their own names, or under `--name`. What is registered already stays one version. */
export async function importFiles(
  io: Io,
  kind: string,
  files: readonly string[],
  options: ImportOptions,
): Promise<ExitCode> {
  const type = IMPORTS.find((known) => known === kind || known === `${kind}s`);
  const importer = importers.find(({ format }) => format === kind);
  if (importer) return importFormat(io, importer, files, options);
  if (!type) {
    const formats = importers.map(({ format }) => format).join(', ');
    throw new Refusal(
      EXIT.badInput,
      `there is nothing to import as "${kind}"; known: ${IMPORTS.join(', ')}; formats: ${formats}`,
    );
  }
  if (options.name !== undefined && files.length > 1)
    throw new Refusal(EXIT.badInput, '--name takes one file; several files go by their own names');
  const client = clientOf(io, options);
  const notes = options.message === undefined ? {} : { message: options.message };
  const made: { readonly file: string; readonly ref: string; readonly sha256: string; readonly rows?: number }[] = [];
  for (const file of files) {
    const full = resolve(io.cwd, file);
    const name = options.name ?? nameOf(full);
    if (type === 'prompts') {
      const { ref, sha256 } = await client.prompts.createVersion(name, { ...readPrompt(full, io.cwd), ...notes });
      made.push({ file, ref, sha256 });
    } else if (type === 'suites') {
      const { ref, sha256 } = await client.suites.createVersion(name, readSuite(full, io.cwd));
      made.push({ file, ref, sha256 });
    } else {
      const version = await uploadDataset(client, datasetFile(full, file, name));
      for (const warning of version.warnings) io.err(`warning: ${warning.message}\n`);
      made.push({ file, ref: version.ref, sha256: version.sha256, rows: version.rowCount });
    }
  }
  if (options.json) printJson(io, { items: made });
  else
    for (const { file, ref, rows } of made)
      io.out(`${ref}  ${file}${rows === undefined ? '' : `  ${countOf(rows, 'row')}`}\n`);
  return EXIT.done;
}
