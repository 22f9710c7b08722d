import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { hasEnded, type Job } from '../../../src/client/index.ts';
import { objectiveSchema } from '../../../src/domain/objective.ts';
import { useClient } from './client.tsx';
import { useCurve } from './job-details.ts';

const intervalSchema = z.object({ low: z.number(), high: z.number(), level: z.number() }).nullable();
const seenSchema = z
  .object({
    kind: z.enum(['validation', 'screening']),
    value: z.number().nullable(),
    interval: intervalSchema,
    rows: z.number().nullable(),
  })
  .nullable();

/** What the pages read of a report; a service of another version may say more. */
const reportSchema = z.looseObject({
  outcome: z.object({ kind: z.string(), title: z.string(), sentence: z.string(), figures: z.string() }),
  shownId: z.string(),
  objectives: z.array(
    z.object({
      objective: z.looseObject(objectiveSchema.shape),
      baseline: seenSchema,
      shown: seenSchema,
      sealed: z
        .object({
          baseline: z.number().nullable(),
          winner: z.number().nullable(),
          difference: z.number().nullable(),
          interval: intervalSchema,
          pValue: z.number().nullable(),
          rows: z.number(),
        })
        .nullable(),
    }),
  ),
  diagnosis: z
    .object({
      rows: z.number(),
      failures: z.number(),
      sentence: z.string(),
      causes: z.array(z.object({ cause: z.string(), rows: z.array(z.string()) })),
      failing: z.array(z.object({ rowId: z.string(), cause: z.string(), why: z.string() })),
      sealed: z.object({ rows: z.number(), failures: z.number() }).nullable(),
    })
    .nullable(),
  returns: z.looseObject({
    further: z.object({ per100Rollouts: z.number().nullable(), perUsd: z.number().nullable(), why: z.string() }),
  }),
  nextSteps: z.array(z.string()),
});
export type Report = z.infer<typeof reportSchema>;

/** A report has every candidate and every point of the curve: beyond this many ranked ones it is made only where somebody asks for it. */
const QUICK_CANDIDATES = 500;

/** The report, made anew while the job runs only when it has another best candidate. */
export function useReport(job: Job, askedFor = false) {
  const client = useClient();
  // Of a large job it is megabytes, and nothing else should wait for them.
  const curve = useCurve(job.id);
  const large = (curve.data?.at(-1)?.seq ?? 0) >= QUICK_CANDIDATES;
  const report = useQuery({
    queryKey: ['job', job.id, 'report', job.status, job.best?.candidateId ?? null],
    queryFn: async () => reportSchema.parse(await client.jobs.report(job.id)),
    enabled: !curve.isPending && (askedFor || !large),
    staleTime: hasEnded(job) ? Number.POSITIVE_INFINITY : 10_000,
    placeholderData: (previous) => previous,
  });
  return { report, large };
}
