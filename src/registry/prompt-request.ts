import { z } from 'zod';
import { referenceSchema } from '../domain/job.ts';
import { chainPromptSchema, chainStepSchema, type PromptContent, singlePromptSchema } from '../domain/prompt.ts';

/** What is said about a version beside its content. */
const notes = {
  message: z.string().max(2000).optional().describe('What changed, as a commit message.'),
  author: z.string().max(200).optional(),
  reason: z.string().max(2000).optional().describe('Why: bug, requirement, failure, report, experiment, …'),
  parent: referenceSchema.optional().describe('The version that this one was made from.'),
  labels: z.array(z.string().min(1).max(100)).max(50).optional(),
};

const stepRequestSchema = z.strictObject({
  ...chainStepSchema.shape,
  prompt: z.union([referenceSchema, singlePromptSchema]),
});

/** Content as a request gives it: a step of a chain may name a registered prompt. */
export type PromptContentRequest =
  | PromptContent
  | (Omit<z.infer<typeof chainPromptSchema>, 'steps'> & { steps: z.infer<typeof stepRequestSchema>[] });

/** The body of `POST /v1/prompts/{name}/versions`. */
export const promptVersionRequestSchema = z
  .union([
    z.strictObject({ ...singlePromptSchema.shape, ...notes }),
    z.strictObject({ ...chainPromptSchema.shape, steps: z.array(stepRequestSchema).min(1).max(20), ...notes }),
  ])
  .meta({ id: 'PromptVersionRequest' });
export type PromptVersionRequest = z.infer<typeof promptVersionRequestSchema>;

export interface PromptNotes {
  readonly message?: string | undefined;
  readonly author?: string | undefined;
  readonly reason?: string | undefined;
  readonly parent?: string | undefined;
  readonly labels?: readonly string[] | undefined;
}

/** Takes a request apart: what is hashed, and what is only said about it. */
export function takeApart(request: PromptVersionRequest): {
  readonly content: PromptContentRequest;
  readonly notes: PromptNotes;
} {
  const { message, author, reason, parent, labels, ...content } = request;
  return { content, notes: { message, author, reason, parent, labels } };
}
