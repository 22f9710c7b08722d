import { z } from 'zod';
import { type Client, type Evaluation, hasEnded } from '../../client/index.ts';
import { EXIT, Interrupted, Refusal } from '../exit.ts';
import type { EvaluationFile } from '../files/evaluation-file.ts';
import { withLines } from '../files/job-file.ts';
import type { DatasetFile } from '../files/references.ts';
import { uploadDataset } from '../files/upload.ts';
import { count } from '../format.ts';
import type { Io } from '../io.ts';

const progressSchema = z.object({ fraction: z.number(), rollouts: z.int() });

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
  for (const { message } of made.warnings) io.err(`warning: ${message}\n`);
  if (show) io.err(`evaluation ${made.id}\n`);
  try {
    let shown = 0;
    for await (const { type, data } of client.evaluations.events(made.id, { signal: io.interrupt })) {
      const progress = progressSchema.safeParse(data);
      if (!show || type !== 'progress' || !progress.success) continue;
      const step = Math.floor(progress.data.fraction * 10);
      if (step === shown) continue;
      shown = step;
      io.err(`${count(progress.data.rollouts)} of ${count(made.budget.rollouts ?? 0)} rollouts\n`);
    }
  } catch (error) {
    if (!io.interrupt.aborted) throw error;
    if (onInterrupt === 'cancel') await client.evaluations.cancel(made.id).catch(() => undefined);
    else io.err(`${made.id} goes on\n`);
    throw new Interrupted();
  }
  return endedWell(await client.evaluations.get(made.id));
}

/** Throws a Refusal for an evaluation that has found nothing. */
export function endedWell(evaluation: Evaluation): Evaluation {
  const { id, status, error } = evaluation;
  if (!hasEnded(evaluation)) throw new Refusal(EXIT.badInput, `${id} is ${status}; wait for its end`);
  if (status === 'cancelled') throw new Refusal(EXIT.badInput, `${id} was cancelled`);
  if (status === 'failed') throw new Refusal(EXIT.unreachable, `${id} failed: ${error ?? 'for reasons unknown'}`);
  return evaluation;
}
