import type { CandidateSummary, ChangeView, JobRowView } from '../../domain/views/search-view.ts';
import { path, type Transport } from '../transport.ts';
import {
  changesSchema,
  jobRowSchema,
  type Lineage,
  lineageSchema,
  type Refusals,
  refusalsSchema,
  type Standings,
  standingsSchema,
} from '../wire.ts';

interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

export interface StandingsQuery extends PageQuery {
  /** `proposed`, `score`, `tokens`, `fate`, `operator`, or the metric of an objective. */
  readonly sort?: string;
  readonly order?: 'asc' | 'desc';
  /** Names with commas between them. */
  readonly fate?: string;
  readonly operator?: string;
  readonly kind?: NonNullable<CandidateSummary['standing']>['kind'] | 'none';
  readonly parent?: string;
}

/** The search of a job as a whole, without the texts of its candidates. */
export function searchReads(transport: Transport) {
  return {
    standings: (id: string, query: StandingsQuery = {}): Promise<Standings> =>
      transport.read(standingsSchema, { method: 'GET', path: path`/v1/jobs/${id}/standings`, query: { ...query } }),
    /** The way to the best candidate; with `under` the children of one. */
    lineage: (id: string, query: PageQuery & { readonly under?: string } = {}): Promise<Lineage> =>
      transport.read(lineageSchema, { method: 'GET', path: path`/v1/jobs/${id}/lineage`, query: { ...query } }),
    refusals: (
      id: string,
      query: PageQuery & { readonly refusal?: string; readonly parent?: string } = {},
    ): Promise<Refusals> =>
      transport.read(refusalsSchema, { method: 'GET', path: path`/v1/jobs/${id}/refusals`, query: { ...query } }),
    /** What a candidate differs in from the baseline, with where each change came from. */
    async changes(id: string, candidateId: string): Promise<readonly ChangeView[]> {
      const request = { method: 'GET', path: path`/v1/jobs/${id}/candidates/${candidateId}/changes` } as const;
      return (await transport.read(changesSchema, request)).items;
    },
    row: (id: string, rowId: string): Promise<JobRowView> =>
      transport.read(jobRowSchema, { method: 'GET', path: path`/v1/jobs/${id}/rows/${rowId}` }),
  };
}
