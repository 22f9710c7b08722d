import { type JobRequest, jobRequestSchema } from '../../domain/job.ts';
import type { NewJob } from '../jobs.ts';

/** The request of a small job. */
export const jobRequest = (): JobRequest =>
  jobRequestSchema.parse({
    prompt: { messages: [{ role: 'system', content: 'Answer {{input}}' }] },
    dataset: { rows: [{ input: 'a', expected: 'b' }] },
    suite: { evaluators: [{ id: 'routing', type: 'exact-match' }] },
    models: { task: { provider: 'openai', model: 'some-model' } },
    budget: { rollouts: 10 },
  });

/** A job as submit stores it; nobody runs it. */
export function newJob(projectId: string, id: string, overrides: Partial<NewJob> = {}): NewJob {
  const request = jobRequest();
  return {
    id,
    projectId,
    name: `job ${id}`,
    request,
    resolved: { some: 'resolution' },
    resolvedHash: 'hash',
    seed: 4_294_967_295,
    budget: request.budget,
    ...overrides,
  };
}
