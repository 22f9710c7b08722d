import type { Candidate } from '../domain/candidate.ts';
import { headlineOf } from '../domain/objective.ts';
import type {
  CandidateSummary,
  ChangeView,
  LineageView,
  RefusalsView,
  StandingsView,
} from '../domain/views/search-view.ts';
import { metricRef } from '../lab/aggregate.ts';
import { isOperational } from '../lab/aggregate-values.ts';
import type { Database } from '../store/database.ts';
import { lastEventId } from '../store/job-events.ts';
import { getCandidate, listCandidates, type StoredCandidate } from '../store/job-facts.ts';
import { pageOfRefusals, type RefusalFilter, refusalReasons, refusalsByParent } from '../store/refusals.ts';
import type { Scope } from '../store/scope.ts';
import { type CandidateHead, listCandidateHeads, measuredOpen } from '../store/standings.ts';
import { ablationNeeds } from './ablation-facts.ts';
import type { HunkNeed } from './ablation-needs.ts';
import { variantsOf } from './ablation-plan.ts';
import { KeptReads } from './kept-reads.ts';
import { familyOf, lineageEntry, pageOfChildren, pathOf } from './lineage.ts';
import { explainedHunks } from './report/why.ts';
import type { ResolvedJob } from './resolved.ts';
import { countNames, pageOfStandings, type StandingsRequest, standingView, UNDECIDED } from './standings.ts';
import { bestId, findCandidate, findJob } from './stored-job.ts';

export interface LineageRequest {
  /** The children of this candidate, in place of the way to the best one. */
  readonly under?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Jobs whose candidates are kept in memory: a few megabytes for one with thousands. */
const KEPT_JOBS = 8;

/** A search as a whole: its candidates, their family and what was refused, without the texts, so that thousands are read at once. */
export function createSearchReads({ database: { db } }: { readonly database: Database }) {
  const kept = new KeptReads<readonly CandidateHead[]>(KEPT_JOBS);

  /** Every page of a table, and every opened branch of a tree, asks for them. */
  const headsOf = async (scope: Scope, jobId: string): Promise<readonly CandidateHead[]> => {
    const version = await lastEventId(db, scope.projectId, jobId);
    return kept.get(JSON.stringify([scope.projectId, jobId]), version, () =>
      listCandidateHeads(db, scope.projectId, jobId),
    );
  };

  return {
    /** A page of the candidates with where they stand, and how many there are by fate and operator. */
    async standings(scope: Scope, jobId: string, request: StandingsRequest): Promise<StandingsView> {
      const { row, job } = await findJob(db, scope, jobId);
      const heads = await headsOf(scope, jobId);
      const { items, nextCursor, total } = pageOfStandings(heads, job.objectives, request);
      const { base } = metricRef(headlineOf(job.objectives).metric);
      const ids = items.map(({ id }) => id);
      const [first] = job.suite.evaluators;
      const evaluator = isOperational(base) ? (first?.id ?? base) : base;
      const measured = await measuredOpen(db, scope.projectId, jobId, ids, evaluator);
      const nothing = { rows: 0, mean: null };
      return {
        items: items.map((head) => {
          const found = measured.get(head.id) ?? nothing;
          return {
            ...summaryOf(head, job, bestId(row)),
            measured: isOperational(base) ? { ...found, mean: null } : { ...found },
          };
        }),
        nextCursor,
        total,
        all: heads.length,
        fates: [...countNames(heads.map(({ fate }) => fate?.fate ?? UNDECIDED))],
        operators: [...countNames(heads.map(({ operator }) => operator))],
      };
    },

    /** The way to the best candidate; with `under` the children of one. */
    async lineage(scope: Scope, jobId: string, request: LineageRequest): Promise<LineageView> {
      const { row, job } = await findJob(db, scope, jobId);
      if (request.under !== undefined) await findCandidate(db, scope, jobId, request.under);
      const heads = await headsOf(scope, jobId);
      const refused = await refusalsByParent(db, scope.projectId, jobId);
      const best = bestId(row);
      const family = familyOf(heads, best);
      const { items, nextCursor } =
        request.under === undefined
          ? { items: pathOf(family), nextCursor: null }
          : pageOfChildren(family, request.under, request);
      return {
        items: items.map((head) => {
          const { onPath, children, descendants, fates } = lineageEntry(family, head);
          return {
            ...summaryOf(head, job, best),
            onPath,
            children,
            descendants,
            fates: [...fates],
            refused: refused.get(head.id) ?? 0,
          };
        }),
        nextCursor,
        bestId: best,
        candidates: heads.length,
        refusals: [...refused.values()].reduce((sum, count) => sum + count, 0),
      };
    },

    /** Proposals that were refused before they cost a rollout, and how often for which reason. */
    async refusals(scope: Scope, jobId: string, filter: RefusalFilter): Promise<RefusalsView> {
      await findJob(db, scope, jobId);
      const { items, nextCursor } = await pageOfRefusals(db, scope.projectId, jobId, filter);
      return {
        items: items.map((refusal) => ({ ...refusal, parents: [...refusal.parents] })),
        nextCursor,
        reasons: await refusalReasons(db, scope.projectId, jobId),
      };
    },

    /** What a candidate differs in from the baseline: each change with the candidate that introduced it and why, and with its ablation. */
    async changes(scope: Scope, jobId: string, candidateId: string): Promise<ChangeView[]> {
      const { row, job } = await findJob(db, scope, jobId);
      const candidate = await findCandidate(db, scope, jobId, candidateId);
      const baseline = await getCandidate(db, scope.projectId, jobId, 'c0');
      if (!baseline || candidate.id === baseline.id) return [];
      const heads = await headsOf(scope, jobId);
      const { onPath } = familyOf(heads, candidateId);
      const lineage = await listCandidates(db, scope.projectId, jobId, { ids: [...onPath] });
      const wasAblated = job.ablation && candidateId === bestId(row) && row.endedAt !== null;
      const needs = wasAblated ? await needsIn(scope, jobId, job, { baseline, winner: candidate, lineage }) : [];
      const byId = new Map(lineage.map((each) => [each.id, each]));
      const fateOf = (id: string) => byId.get(id)?.fate ?? null;
      return explainedHunks(baseline, candidate, { byId, needs, fateOf }).map(({ need, reflectedOn, ...hunk }) => ({
        ...hunk,
        reflectedOn: [...reflectedOn],
        need: need && { rows: need.rows, needing: [...need.needing], betterWithout: [...need.betterWithout] },
      }));
    },
  };

  /** The search may have measured a variant's text under another candidate, which is then the one to look at. */
  async function needsIn(
    scope: Scope,
    jobId: string,
    job: ResolvedJob,
    of: { readonly baseline: Candidate; readonly winner: Candidate; readonly lineage: readonly StoredCandidate[] },
  ): Promise<HunkNeed[]> {
    const { baseline, winner, lineage } = of;
    const texts = variantsOf(baseline, winner, lineage).map(({ candidate }) => candidate.components);
    const twins = await listCandidates(db, scope.projectId, jobId, { texts });
    const candidates = [...new Map([...lineage, ...twins].map((each) => [each.id, each])).values()];
    candidates.sort((a, b) => a.seq - b.seq);
    return ablationNeeds(db, job, { ...scope, id: jobId }, { baseline, winner, candidates });
  }
}

function summaryOf(head: CandidateHead, job: ResolvedJob, best: string): Omit<CandidateSummary, 'measured'> {
  return {
    id: head.id,
    seq: head.seq,
    parents: [...head.parents],
    operator: head.operator,
    promptTokens: head.promptTokens,
    fate: head.fate && { ...head.fate },
    isBest: head.id === best,
    standing: standingView(head.standing, job.objectives),
  };
}
