import { dirname } from 'node:path';
import type { z } from 'zod';
import { ApiProblem } from '../../client/index.ts';
import { ParetuneError } from '../../domain/errors.ts';
import { jobRequestSchema } from '../../domain/job.ts';
import { badInput, checked, type FileDocument, readDocument } from './document.ts';
import { type DatasetFile, datasetFile, fileNamed, readPrompt, readSuite } from './references.ts';

/** A job from a file, checked; its prompt and suite files are read, its dataset file still has to be uploaded. */
export interface JobFile {
  readonly body: z.infer<typeof jobRequestSchema>;
  /** Null when the dataset is a reference or inline. */
  readonly dataset: DatasetFile | null;
  /** Where a field of the body stands in the file. */
  locate(path: string): string;
}

/** Stands in for a dataset that is not uploaded yet. */
const NOT_YET = 'to-be-uploaded@1';

/** Reads a job file. Throws `invalid_request` that names lines and fields. */
export function readJobFile(file: string, cwd: string): JobFile {
  return jobIn(readDocument(file, cwd, 'job'), cwd);
}

/** The job in a document, or under one of its fields (`job` of a schedule file). */
export function jobIn(document: FileDocument, cwd: string, under = ''): JobFile {
  const root = under === '' ? document.value : memberOf(document.value, under);
  const at = (path: string) => (under === '' ? path : path === '' || path === '(body)' ? under : `${under}.${path}`);
  const locate = (path: string) => document.locate(at(path));
  if (root === null || typeof root !== 'object' || Array.isArray(root)) {
    throw badInput([
      { path: locate(''), message: 'a job is an object with prompt, dataset, suite, models and budget' },
    ]);
  }
  const base = dirname(document.file);
  const named = (field: string) => fileNamed(memberOf(root, field), base, locate(field));
  const files = { prompt: named('prompt'), dataset: named('dataset'), suite: named('suite') };
  const dataset = files.dataset === undefined ? null : datasetFile(files.dataset, locate('dataset'));
  const value = {
    ...root,
    ...(files.prompt !== undefined && { prompt: readPrompt(files.prompt, cwd) }),
    ...(files.suite !== undefined && { suite: readSuite(files.suite, cwd) }),
    ...(dataset && { dataset: NOT_YET }),
  };
  const inFile = (path: string): string => {
    const field = path.split('.')[0];
    const from = field === 'prompt' ? files.prompt : field === 'suite' ? files.suite : undefined;
    return from?.match(/\.(ya?ml|json)$/i) && path.includes('.')
      ? readDocument(from, cwd).locate(path.slice(path.indexOf('.') + 1))
      : locate(path);
  };
  return { body: checked(jobRequestSchema, value, inFile), dataset, locate: inFile };
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

/** What the service finds wrong with a job, told with the lines of its file. */
export async function withLines<T>(job: Pick<JobFile, 'locate'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.errors.length === 0 || error.status >= 500) throw error;
    const errors = error.errors.map(({ path, message }) => ({ path: job.locate(path), message }));
    throw new ParetuneError('unprocessable', error.detail, errors);
  }
}
