import { z } from 'zod';
import type { Client } from '../client/index.ts';
import { spentSchema } from '../domain/views/job-view.ts';
import type { Report } from '../jobs/report/report.ts';
import { renderTerminal } from '../jobs/report/terminal.ts';
import { Refusal } from './exit.ts';
import type { Io } from './io.ts';

/** What the terminal screen reads of a report; a service of another version may say more. */
const screenSchema = z.object({
  job: z.object({ id: z.string(), name: z.string(), spent: spentSchema }),
  outcome: z.object({ kind: z.string(), title: z.string(), sentence: z.string(), figures: z.string() }),
  curve: z.array(z.object({ rollouts: z.number(), score: z.number().nullable() })),
  prompts: z.array(
    z.object({
      component: z.string(),
      changed: z.boolean(),
      lines: z.array(z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() })),
    }),
  ),
  shownId: z.string(),
  returns: z.object({
    further: z.object({ per100Rollouts: z.number().nullable(), perUsd: z.number().nullable(), why: z.string() }),
  }),
  pareto: z
    .object({
      hypervolume: z.number().nullable(),
      front: z.array(
        z.object({
          candidateId: z.string(),
          values: z.record(z.string(), z.object({ value: z.number().nullable() })),
        }),
      ),
    })
    .nullable(),
  diagnosis: z.object({ sentence: z.string() }).nullable(),
  why: z.array(
    z.object({
      candidateId: z.string(),
      hunks: z.array(
        z.object({
          removed: z.string(),
          added: z.string(),
          originId: z.string(),
          operator: z.string(),
          reflectedOn: z.array(z.string()),
        }),
      ),
    }),
  ),
  budget: z.array(z.object({ resource: z.string(), spent: z.number(), limit: z.number().nullable() })),
  warnings: z.array(z.object({ message: z.string() })),
  nextSteps: z.array(z.string()),
});

const isReport = (value: unknown): value is Report => screenSchema.safeParse(value).success;

/** The report as one screen. `nextSteps` replaces the report's own. */
export async function reportScreen(
  client: Client,
  jobId: string,
  io: Io,
  options: { readonly nextSteps?: readonly string[]; readonly height?: number } = {},
): Promise<string> {
  const report: unknown = await client.jobs.report(jobId);
  if (!isReport(report)) {
    throw new Refusal(
      3,
      'the report has a form that this version does not know; see it with: paretune report --format markdown',
    );
  }
  const { columns, color } = io.result;
  const shown = options.nextSteps ? { ...report, nextSteps: options.nextSteps } : report;
  return `${renderTerminal(shown, { width: Math.min(columns(), 120), color, ...(options.height !== undefined && { height: options.height }) })}\n`;
}
