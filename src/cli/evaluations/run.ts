import { type Client, type Evaluation, hasEnded } from '../../client/index.ts';
import { EXIT, Refusal } from '../exit.ts';
import type { EvaluationFile } from '../files/evaluation-file.ts';
import { withLines } from '../files/job-file.ts';
import type { DatasetFile } from '../files/references.ts';
import { uploadDataset } from '../files/upload.ts';
import { follow } from '../follow.ts';
import { count } from '../format.ts';
import type { Io } from '../io.ts';

/** Submits an evaluation, follows it to its end and gives what it found. Files of rows are uploaded first. */
export async function runEvaluationFile(
  io: Io,
  client: Client,
  file: EvaluationFile,
  { show, onInterrupt }: { readonly show: boolean; readonly onInterrupt: 'cancel' | 'leave' },
): Promise<Evaluation> {
  const upload = async (rows: DatasetFile): Promise<string> => {
    const version = await uploadDataset(client, rows);
    if (show) io.err(`dataset ${version.ref}: ${count(version.rowCount)} rows from ${rows.file}\n`);
    return version.ref;
  };
  const body = {
    ...file.body,
    ...(file.dataset && { dataset: await upload(file.dataset) }),
    ...(file.ood && file.body.ood && { ood: { ...file.body.ood, dataset: await upload(file.ood) } }),
  };
  const made = await withLines(file, () => client.evaluations.submit(body));
  tellWarnings(io, made);
  if (show) io.err(`evaluation ${made.id}\n`);
  await follow(io, {
    id: made.id,
    events: client.evaluations.events(made.id, { signal: io.interrupt }),
    all: made.budget.rollouts ?? 0,
    unit: 'rollouts',
    show,
    ...(onInterrupt === 'cancel' && { cancel: () => client.evaluations.cancel(made.id) }),
  });
  return endedWell(await client.evaluations.get(made.id));
}

export function tellWarnings(io: Io, { warnings }: Pick<Evaluation, 'warnings'>): void {
  for (const { message } of warnings) io.err(`warning: ${message}\n`);
}

/** Throws a Refusal for an evaluation that has found nothing. */
export function endedWell(evaluation: Evaluation): Evaluation {
  const { id, status, error } = evaluation;
  if (!hasEnded(evaluation)) throw new Refusal(EXIT.badInput, `${id} is ${status}; wait for its end`);
  if (status === 'cancelled') throw new Refusal(EXIT.badInput, `${id} was cancelled`);
  if (status === 'failed') throw new Refusal(EXIT.unreachable, `${id} failed: ${error ?? 'for reasons unknown'}`);
  return evaluation;
}
