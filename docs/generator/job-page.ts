import { jobRequestSchema } from '../../src/domain/job.ts';
import { scheduleRequestSchema } from '../../src/domain/views/job-view.ts';
import { fieldTable, page } from './markdown.ts';
import { fieldRows, inputSchema } from './schema-table.ts';

/** The body of a job, part by part, and the schedule that wraps one. */
export function jobPage(): string {
  const { root, parts } = inputSchema(jobRequestSchema);
  const named = [...parts]
    .filter(([name]) => name !== 'JobRequest')
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, part]) => {
      const body = part.properties
        ? fieldTable(fieldRows(part))
        : 'Text `name@3`, `name@latest` or `name@environment`.';
      return `## ${name}\n\n${part.description ? `${part.description}\n\n` : ''}${body}`;
    });
  return page('Job reference', 'the request schemas', [
    'The body of `POST /v1/jobs`, and of the files that `paretune optimize` and `paretune submit` take (YAML or JSON). Fields that are not listed here are refused by name. A dry run (`POST /v1/jobs?dryRun=true`) shows the resolved job, warnings and an estimate without running anything.',
    `## JobRequest\n\n${fieldTable(fieldRows(root))}`,
    ...named,
    `## ScheduleRequest\n\nThe body of \`POST /v1/schedules\`.\n\n${fieldTable(fieldRows(inputSchema(scheduleRequestSchema).root))}`,
  ]);
}
