import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { Client, DatasetVersion } from '../../client/index.ts';
import { ApiProblem } from '../../client/index.ts';
import { ParetuneError } from '../../domain/errors.ts';
import { count } from '../format.ts';
import type { Io } from '../io.ts';
import type { JobFile } from './job-file.ts';
import type { DatasetFile } from './references.ts';

/** Streams a file of rows into the registry. Broken rows are told with the file's line numbers. */
export async function uploadDataset(client: Client, { file, name, format }: DatasetFile): Promise<DatasetVersion> {
  const open = (): ReadableStream<Uint8Array> => {
    const rows: ReadableStream<Uint8Array> = Readable.toWeb(createReadStream(file));
    return rows;
  };
  try {
    return await client.datasets.upload(name, { format, open });
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.errors.length === 0 || error.status >= 500) throw error;
    const errors = error.errors.map(({ path, message }) => ({
      path: path.startsWith('line ') ? `${file}:${path.slice(5)}` : `${file} ${path}`,
      message,
    }));
    throw new ParetuneError('unprocessable', error.detail, errors);
  }
}

/** The job's body with its dataset in the registry. */
export async function uploadedBody(io: Io, client: Client, job: JobFile): Promise<JobFile['body']> {
  if (job.dataset === null) return job.body;
  const version = await uploadDataset(client, job.dataset);
  io.err(`dataset ${version.ref}: ${count(version.rowCount)} rows from ${job.dataset.file}\n`);
  for (const warning of version.warnings) io.err(`warning: ${warning.message}\n`);
  return { ...job.body, dataset: version.ref };
}
