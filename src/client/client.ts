import { z } from 'zod';
import { calibrationsResource } from './resources/calibrations.ts';
import { evaluationsResource } from './resources/evaluations.ts';
import { jobsResource } from './resources/jobs.ts';
import { judgesResource } from './resources/judges.ts';
import { keysResource } from './resources/keys.ts';
import { datasetsResource, promptsResource, suitesResource } from './resources/registry.ts';
import { schedulesResource } from './resources/schedules.ts';
import { createTransport, type TransportOptions } from './transport.ts';

export type Client = ReturnType<typeof createClient>;

/**
 * The HTTP API, typed. Rejects with ApiProblem when the service refuses, with ServiceUnreachable when no answer comes.
 *
 * ```ts
 * const client = createClient({ url: 'http://127.0.0.1:8080' });
 * const { id } = await client.jobs.submit(job);
 * for await (const event of client.jobs.events(id)) if (event.type === 'curve') draw(event.data);
 * const { prompt, verdict } = await client.jobs.best(id);
 * ```
 */
export function createClient(options: TransportOptions) {
  const transport = createTransport(options);
  return {
    url: transport.url,
    prompts: promptsResource(transport),
    datasets: datasetsResource(transport),
    suites: suitesResource(transport),
    jobs: jobsResource(transport),
    evaluations: evaluationsResource(transport),
    calibrations: calibrationsResource(transport),
    judges: judgesResource(transport),
    schedules: schedulesResource(transport),
    keys: keysResource(transport),
    /** Whether the service takes jobs; rejects otherwise. */
    ready: () => transport.read(z.looseObject({}), { method: 'GET', path: '/readyz' }),
  };
}
