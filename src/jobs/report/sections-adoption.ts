import { type Block, section } from './block.ts';
import type { Report } from './report.ts';

/** How the shown prompt is taken over, and how one goes back; both by the commands that do it. */
export function adoption({ job, shownId, winnerId, baselineId, verdict }: Report): Block[] {
  if (shownId === baselineId || job.status === 'running' || job.status === 'queued') return [];
  const name = job.promptRef?.split('@')[0];
  const draft = name === undefined ? 'a draft version' : `a draft version of ${name}`;
  const promoted = verdict?.decision === 'promote';
  const adopted = shownId === winnerId;
  const pull = `paretune pull ${job.id}${promoted ? '' : ' --allow'}`;
  const body = adopted ? '{}' : `{"candidate":"${shownId}"}`;
  return section(
    'How to take it over, and how to go back',
    ...(promoted
      ? []
      : [
          {
            kind: 'text',
            text: `${shownId} is not proven better than the baseline; what follows is for looking closer, not for production.`,
          } as const,
        ]),
    {
      kind: 'list',
      items: [
        ...(adopted
          ? [`On the command line: ${pull} makes ${draft} and writes it to files with what it rests on.`]
          : []),
        `Over HTTP: POST /v1/jobs/${job.id}/import with ${body} makes ${draft}; it records this job.`,
        'A draft changes nothing that runs. What runs is changed by whoever deploys the version, or merges the files.',
        job.promptRef === null
          ? `To go back: the baseline came with the job and is kept in it (GET /v1/jobs/${job.id}/candidates/${baselineId}); deploy that text again, or revert the commit of the pulled files.`
          : `To go back: versions never change, so ${job.promptRef} is still what this job started from; deploy it again, or revert the commit of the pulled files.`,
      ],
    },
  );
}
