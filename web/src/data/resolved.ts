import { z } from 'zod';
import type { Job } from '../../../src/client/index.ts';
import { headlineOf, objectiveSchema } from '../../../src/domain/objective.ts';

const modelSchema = z.looseObject({ provider: z.string(), model: z.string() });

const optimizerSchema = z.looseObject({
  type: z.string(),
  options: z.looseObject({ preset: z.string().optional() }).optional(),
});

/** What a list of jobs has of it. */
const listedSchema = z.looseObject({ promptRef: z.string().nullish(), optimizer: optimizerSchema });

export const listedOf = (job: Pick<Job, 'resolved'>): z.infer<typeof listedSchema> | null =>
  listedSchema.safeParse(job.resolved).data ?? null;

/** What the pages read of a resolved job; a service of another version may say more. */
const resolvedSchema = z.looseObject({
  promptRef: z.string().nullish(),
  dataset: z.looseObject({
    ref: z.string(),
    rows: z.object({ train: z.number(), validation: z.number(), test: z.number() }),
  }),
  suiteRef: z.string().nullish(),
  objectives: z.array(z.looseObject(objectiveSchema.shape)).min(1),
  optimizer: optimizerSchema,
  models: z.looseObject({ task: modelSchema, reflection: modelSchema.nullish(), judge: modelSchema.nullish() }),
  seed: z.number(),
});
export type Resolved = z.infer<typeof resolvedSchema>;

/** Null of a job in a form that this version does not know. */
export const resolvedOf = (job: Pick<Job, 'resolved'>): Resolved | null =>
  resolvedSchema.safeParse(job.resolved).data ?? null;

export const optimizerText = ({ optimizer: { type, options } }: Pick<Resolved, 'optimizer'>): string =>
  options?.preset === undefined ? type : `${type}, preset ${options.preset}`;

export const headlineOfJob = (resolved: Resolved) => headlineOf(resolved.objectives);
