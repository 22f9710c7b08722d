import type { z } from 'zod';
import type { evaluationRequestSchema } from '../../domain/evaluation.ts';
import type { JobStatus } from '../../domain/job.ts';
import type { ComparedRow } from '../../domain/views/evaluation-view.ts';
import type { RolloutView } from '../../domain/views/job-view.ts';
import { type ClientEvent, type EventOptions, jobEvents } from '../events.ts';
import { path, type Transport } from '../transport.ts';
import {
  type Comparison,
  comparedRowPageSchema,
  comparisonSchema,
  type Evaluation,
  evaluationPageSchema,
  evaluationSchema,
  type Page,
  rolloutPageSchema,
} from '../wire.ts';
import { hasEnded, type RolloutQuery } from './jobs.ts';

/** The body of `POST /v1/evaluations`, before defaults. */
export type EvaluationBody = z.input<typeof evaluationRequestSchema>;

export interface RowQuery {
  readonly metric?: string;
  readonly outcome?: ComparedRow['outcome'];
  /** `<field>=<value>` */
  readonly cohort?: string;
  /** What went wrong on either side. */
  readonly category?: string;
  /** `lost`: what is lost most first. */
  readonly sort?: 'row' | 'lost';
  readonly limit?: number;
  readonly cursor?: string;
}

export interface ComparisonQuery extends RowQuery {
  /** Rows of jobs; default `validation`. */
  readonly split?: 'validation' | 'train' | 'open' | 'test';
}

/** `/v1/evaluations`. */
export function evaluationsResource(transport: Transport) {
  const get = (id: string): Promise<Evaluation> =>
    transport.read(evaluationSchema, { method: 'GET', path: path`/v1/evaluations/${id}` });
  return {
    submit: (evaluation: EvaluationBody): Promise<Evaluation> =>
      transport.read(evaluationSchema, { method: 'POST', path: '/v1/evaluations', json: evaluation }),
    get,
    list: (
      query: { readonly status?: JobStatus; readonly cursor?: string; readonly limit?: number } = {},
    ): Promise<Page<Evaluation>> =>
      transport.read(evaluationPageSchema, { method: 'GET', path: '/v1/evaluations', query: { ...query } }),
    cancel: (id: string): Promise<Evaluation> =>
      transport.read(evaluationSchema, { method: 'POST', path: path`/v1/evaluations/${id}/cancel` }),
    /** Two candidates by what was measured already; `a` and `b` are `<evaluation or job>/<candidate>`. */
    compare: (a: string, b: string, query: ComparisonQuery = {}): Promise<Comparison> =>
      transport.read(comparisonSchema, { method: 'GET', path: '/v1/comparisons', query: { a, b, ...query } }),
    /** Rows won from the baseline, or lost to it. */
    rows: (id: string, candidate: string, query: RowQuery = {}): Promise<Page<ComparedRow>> =>
      transport.read(comparedRowPageSchema, {
        method: 'GET',
        path: path`/v1/evaluations/${id}/rows`,
        query: { candidate, ...query },
      }),
    rollouts: (id: string, query: RolloutQuery = {}): Promise<Page<RolloutView>> =>
      transport.read(rolloutPageSchema, {
        method: 'GET',
        path: path`/v1/evaluations/${id}/rollouts`,
        query: { ...query },
      }),
    /** Each event once and in order, over lost connections, until the evaluation has ended. */
    events: (id: string, options?: EventOptions): AsyncGenerator<ClientEvent> =>
      jobEvents(transport, path`/v1/evaluations/${id}/events`, async () => hasEnded(await get(id)), options),
  };
}
