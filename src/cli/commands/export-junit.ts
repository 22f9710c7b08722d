import { writeFileSync } from 'node:fs';
import { gateJUnit } from '../evaluations/gate-formats.ts';
import { reportOfEvaluation } from '../evaluations/gate-report.ts';
import { endedWell } from '../evaluations/run.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { badInput } from '../files/document.ts';
import { outFile } from '../files/out-file.ts';
import type { Io } from '../io.ts';
import { clientOf, type RemoteOptions } from '../remote.ts';

export interface JUnitOptions extends RemoteOptions {
  readonly out?: string;
}

/** What an evaluation has decided, as `gate --junit` writes it. It is an export, so a gate that does not hold is no failure of it. */
export async function exportJUnit(io: Io, id: string | undefined, options: JUnitOptions): Promise<ExitCode> {
  if (!id?.startsWith('eval_')) {
    const wrong = id === undefined ? 'is missing' : `"${id}" is no evaluation`;
    throw badInput([
      { path: 'id', message: `${wrong}; name one, such as eval_…, and of a job take paretune gate job_… --junit` },
    ]);
  }
  const out = options.out === undefined ? null : outFile(io, options.out, '--out');
  const evaluation = endedWell(await clientOf(io, options).evaluations.get(id));
  const xml = gateJUnit(reportOfEvaluation(evaluation, []));
  if (out === null) io.out(xml);
  else writeFileSync(out, xml);
  return EXIT.done;
}
