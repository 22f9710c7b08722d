import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { SPLITS } from '../../domain/dataset.ts';
import { referenceSchema } from '../../domain/job.ts';
import { evaluateHere } from '../../evaluation.ts';
import { evaluationText } from '../evaluation-text.ts';
import { EXIT, type ExitCode, Interrupted } from '../exit.ts';
import { badInput } from '../files/document.ts';
import { readJobFile } from '../files/job-file.ts';
import { datasetFile, fileNamed, nameOf, readPrompt } from '../files/references.ts';
import { type Io, printJson } from '../io.ts';
import { configOf } from '../remote.ts';

export interface EvalOptions {
  readonly prompt?: readonly string[];
  readonly dataset?: string;
  readonly split?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

const splitSchema = z.enum([...SPLITS, 'all']);

/**
 * Measures the prompt of a job file, and those of `--prompt` beside it, in this process and without a search. Ends with 1 when a gate of the
 * suite does not hold for the last prompt.
 */
export async function evaluate(io: Io, file: string, options: EvalOptions): Promise<ExitCode> {
  const split = splitSchema.safeParse(options.split ?? 'validation');
  if (!split.success)
    throw badInput([{ path: '--split', message: `must be one of ${splitSchema.options.join(', ')}` }]);
  const job = readJobFile(resolve(io.cwd, file), io.cwd);
  const given = options.dataset === undefined ? undefined : fileNamed(options.dataset, io.cwd, '--dataset');
  const rows =
    given === undefined ? (options.dataset === undefined ? job.dataset : null) : datasetFile(given, '--dataset');
  const dataset =
    options.dataset !== undefined && given === undefined ? reference(options.dataset, '--dataset') : job.body.dataset;
  if (split.data === 'test' || split.data === 'all')
    io.err('warning: the sealed test rows are read; a prompt that is chosen by them is no longer confirmed by them\n');
  let shown = 0;
  const evaluation = await evaluateHere({
    config: {
      ...configOf(io, { ...(options.dataDir !== undefined && { dataDir: options.dataDir }) }),
      logLevel: 'silent',
    },
    environment: io.environment,
    job: { ...job.body, dataset },
    upload: rows ? { name: rows.name, rows: { format: rows.format, body: createReadStream(rows.file) } } : undefined,
    firstName: typeof job.body.prompt === 'string' ? job.body.prompt : 'prompt of the job',
    others: (options.prompt ?? []).map((text) => {
      const prompt = fileNamed(text, io.cwd, '--prompt');
      return prompt === undefined
        ? { name: text, prompt: reference(text, '--prompt') }
        : { name: nameOf(prompt), prompt: readPrompt(prompt, io.cwd) };
    }),
    split: split.data,
    signal: io.interrupt,
    onProgress: (done, of) => {
      // Every tenth in a log, every one on a terminal.
      const step = io.progress.live ? done : Math.floor((done / of) * 10);
      if (options.json || step === shown) return;
      shown = step;
      io.err(
        io.progress.live ? `\r\u001b[K${done}/${of} rollouts${done === of ? '\n' : ''}` : `${done}/${of} rollouts\n`,
      );
    },
  }).catch((error: unknown) => {
    throw io.interrupt.aborted ? new Interrupted() : error;
  });
  if (options.json) printJson(io, evaluation);
  else io.out(evaluationText(evaluation, io.result.columns()));
  return evaluation.passed ? EXIT.done : EXIT.gateFailed;
}

function reference(text: string, path: string): string {
  if (referenceSchema.safeParse(text).success) return text;
  throw badInput([{ path, message: `"${text}" is neither a file nor a reference such as name@3` }]);
}
