import type { z } from 'zod';
import type { JobStatus, jobRequestSchema } from '../../domain/job.ts';
import type { JsonObject } from '../../domain/json.ts';
import {
  type CurvePointView,
  type DryRunView,
  dryRunViewSchema,
  type RolloutView,
} from '../../domain/views/job-view.ts';
import { type ClientEvent, type EventOptions, jobEvents } from '../events.ts';
import { path, type Transport } from '../transport.ts';
import {
  type Best,
  bestSchema,
  type Candidate,
  type CandidateWithScores,
  candidatesSchema,
  candidateWithScoresSchema,
  curveSchema,
  type Job,
  jobPageSchema,
  jobSchema,
  optimizerSchema,
  type Page,
  type PromptVersion,
  pageOf,
  promptVersionSchema,
  type Replay,
  replaySchema,
  reportSchema,
  rolloutPageSchema,
} from '../wire.ts';
import { searchReads } from './search.ts';

/** The body of `POST /v1/jobs`, before defaults. */
export type JobBody = z.input<typeof jobRequestSchema>;

export interface RolloutQuery {
  readonly candidate?: string;
  readonly row?: string;
  readonly purpose?: RolloutView['purpose'];
  readonly limit?: number;
  readonly cursor?: string;
}

export interface ImportBody {
  /** `best`, the default, or a candidate id. */
  readonly candidate?: string;
  /** Name of the prompt to add a version to; default: the one that was optimized. */
  readonly prompt?: string;
  readonly message?: string;
}

const REPORT_TYPES = { markdown: 'text/markdown', html: 'text/html' } as const;

/** Whether nothing more will come of a job. */
export const hasEnded = (job: Pick<Job, 'status'>): boolean => job.status !== 'queued' && job.status !== 'running';

/** `/v1/jobs`. */
export function jobsResource(transport: Transport) {
  const get = (id: string): Promise<Job> => transport.read(jobSchema, { method: 'GET', path: path`/v1/jobs/${id}` });
  return {
    /** What was written as JSON may be sent as it is: the service checks it. */
    submit: (job: JobBody | JsonObject): Promise<Job> =>
      transport.read(jobSchema, { method: 'POST', path: '/v1/jobs', json: job }),
    dryRun: (job: JobBody | JsonObject): Promise<DryRunView> =>
      transport.read(dryRunViewSchema, { method: 'POST', path: '/v1/jobs', query: { dryRun: true }, json: job }),
    get,
    /** The search strategies, with the JSON Schema of their options. */
    optimizers: () => transport.read(pageOf(optimizerSchema), { method: 'GET', path: '/v1/optimizers' }),
    list: (
      query: {
        readonly status?: JobStatus;
        readonly prompt?: string;
        readonly cursor?: string;
        readonly limit?: number;
      } = {},
    ): Promise<Page<Job>> => transport.read(jobPageSchema, { method: 'GET', path: '/v1/jobs', query: { ...query } }),
    cancel: (id: string): Promise<Job> =>
      transport.read(jobSchema, { method: 'POST', path: path`/v1/jobs/${id}/cancel` }),

    /** Runs the job again from its journal, which may take minutes for a large one. */
    replay: (id: string): Promise<Replay> =>
      transport.read(replaySchema, { method: 'POST', path: path`/v1/jobs/${id}/replay`, query: { mode: 'journal' } }),

    /** Each event once and in order, over lost connections, until the job has ended. */
    events: (id: string, options?: EventOptions): AsyncGenerator<ClientEvent> =>
      jobEvents(transport, path`/v1/jobs/${id}/events`, async () => hasEnded(await get(id)), options),

    /** All points; with `points` about so many, every step of the best among them. */
    async curve(id: string, query: { readonly points?: number } = {}): Promise<readonly CurvePointView[]> {
      const curve = await transport.read(curveSchema, {
        method: 'GET',
        path: path`/v1/jobs/${id}/curve`,
        query: { ...query },
      });
      return curve.items;
    },
    ...searchReads(transport),
    async candidates(id: string): Promise<readonly Candidate[]> {
      return (await transport.read(candidatesSchema, { method: 'GET', path: path`/v1/jobs/${id}/candidates` })).items;
    },
    candidate: (id: string, candidateId: string): Promise<CandidateWithScores> =>
      transport.read(candidateWithScoresSchema, {
        method: 'GET',
        path: path`/v1/jobs/${id}/candidates/${candidateId}`,
      }),
    async frontier(id: string): Promise<readonly CurvePointView[]> {
      return (await transport.read(curveSchema, { method: 'GET', path: path`/v1/jobs/${id}/frontier` })).items;
    },
    rollouts: (id: string, query: RolloutQuery = {}): Promise<Page<RolloutView>> =>
      transport.read(rolloutPageSchema, { method: 'GET', path: path`/v1/jobs/${id}/rollouts`, query: { ...query } }),
    best: (id: string): Promise<Best> => transport.read(bestSchema, { method: 'GET', path: path`/v1/jobs/${id}/best` }),

    /** The report as data. */
    report: (id: string): Promise<JsonObject> =>
      transport.read(reportSchema, { method: 'GET', path: path`/v1/jobs/${id}/report` }),
    /** The report as a text to show. */
    reportAs: (id: string, format: keyof typeof REPORT_TYPES): Promise<string> =>
      transport.text({ method: 'GET', path: path`/v1/jobs/${id}/report`, accept: REPORT_TYPES[format] }),

    /** Adds a candidate to the registry as a draft version. */
    import: (id: string, body: ImportBody = {}): Promise<PromptVersion> =>
      transport.read(promptVersionSchema, { method: 'POST', path: path`/v1/jobs/${id}/import`, json: body }),
  };
}
