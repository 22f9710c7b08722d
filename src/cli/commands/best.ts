import type { Best } from '../../client/index.ts';
import { type PlaceOptions, withStored } from '../evaluations/service.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { plain, score } from '../format.ts';
import { type Io, printJson } from '../io.ts';
import { promptMarkdown } from '../prompt-text.ts';

/** The best prompt of a job, in full, with its figures. */
export async function best(io: Io, jobId: string, options: PlaceOptions): Promise<ExitCode> {
  const found = await withStored(io, options, (client) => client.jobs.best(jobId));
  if (options.json) printJson(io, found);
  else {
    io.err(`${figures(found).join('\n')}\n\n`);
    io.out(plain(promptMarkdown(found.prompt)));
  }
  return EXIT.done;
}

function figures({ candidateId, isBaseline, scores, test, verdict }: Best): string[] {
  const values = Object.entries(scores).map(([metric, value]) => `${metric} ${score(value)}`);
  return [
    `candidate ${candidateId}${isBaseline ? ' (the baseline)' : ''}: ${values.join(', ') || 'not measured'} on validation rows`,
    ...Object.keys(test?.winner ?? {}).map(
      (metric) =>
        `${metric} ${score(test?.baseline[metric])} → ${score(test?.winner[metric])} on ${test?.rows} sealed test rows`,
    ),
    verdict ? `verdict: ${verdict.decision}: ${plain(verdict.reason)}` : 'no verdict yet',
  ];
}
