import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { and, asc, eq, gt, ne, type SQL, sql } from 'drizzle-orm';
import type { MeasuredRollout } from '../domain/rollout.ts';
import type { Db } from './db.ts';
import { rollouts, scores } from './schema.ts';

/** `open`: first runs on train and validation rows, whether the search or the A/A run asked for them; `again`: further runs of the A/A run; `sealed`: all runs of the confirmation; `all`: whatever was run, as in an evaluation. */
type Rows = 'open' | 'again' | 'sealed' | 'all';

const OPEN = and(ne(rollouts.purpose, 'confirmation'), eq(rollouts.repeat, 0));
const WANTED: Readonly<Record<Rows, SQL | undefined>> = {
  open: OPEN,
  again: and(eq(rollouts.purpose, 'noise'), gt(rollouts.repeat, 0)),
  sealed: eq(rollouts.purpose, 'confirmation'),
  all: undefined,
};

/** Rollouts of one query: a few milliseconds of the embedded database, which works on this thread. */
const PAGE = 500;

/** What metrics are made of, of a few candidates, by row and repeat. `perCandidate`: about how many one has, where they are few. */
export async function measuredRollouts(
  db: Db,
  projectId: string,
  jobId: string,
  rows: Rows,
  candidates: readonly string[],
  perCandidate: number = PAGE,
): Promise<ReadonlyMap<string, readonly MeasuredRollout[]>> {
  const found = new Map<string, MeasuredRollout[]>();
  const together = Math.max(1, Math.floor(PAGE / Math.max(1, perCandidate)));
  for (let from = 0; from < candidates.length; from += together) {
    const some = candidates.slice(from, from + together);
    const [only] = some;
    const measured =
      some.length === 1 && only !== undefined
        ? await measuredOf(db, projectId, jobId, rows, only)
        : await measuredTogether(db, projectId, jobId, rows, some);
    for (const rollout of measured) {
      const own = found.get(rollout.candidateId);
      if (own) own.push(rollout);
      else found.set(rollout.candidateId, [rollout]);
    }
  }
  return found;
}

/** What one evaluator said of a run. */
export type ScoredRun = Pick<MeasuredRollout, 'candidateId' | 'rowId' | 'output' | 'error' | 'scores'>;

/**
 * The first runs of whatever was run on these train and validation rows, with their score by one evaluator: by row, then by candidate.
 * `perRow`: about how many a row has.
 */
export async function* openRunsOnRows(
  db: Db,
  projectId: string,
  jobId: string,
  of: { readonly rowIds: readonly string[]; readonly evaluator: string; readonly perRow: number },
): AsyncGenerator<readonly ScoredRun[]> {
  const { rowIds, evaluator, perRow } = of;
  const together = Math.max(1, Math.floor(PAGE / Math.max(1, perRow)));
  // Row by row and run by run, inside the statement: with lists the database may read the whole job.
  const runs = db
    .select({
      candidateId: rollouts.candidateId,
      rowId: rollouts.rowId,
      output: rollouts.output,
      error: rollouts.error,
    })
    .from(rollouts)
    .where(and(eq(rollouts.projectId, projectId), eq(rollouts.jobId, jobId), sql`${rollouts.rowId} = u.row`, OPEN))
    .offset(0)
    .as('runs');
  const own = db
    .select({ value: scores.value, pass: scores.pass, category: scores.category })
    .from(scores)
    .where(
      and(
        eq(scores.projectId, projectId),
        eq(scores.jobId, jobId),
        eq(scores.candidateId, runs.candidateId),
        eq(scores.rowId, runs.rowId),
        eq(scores.repeat, 0),
        eq(scores.evaluator, evaluator),
      ),
    )
    .limit(1)
    .as('own');
  for (let from = 0; from < rowIds.length; from += together) {
    const some = sql.param(rowIds.slice(from, from + together));
    const found = await db
      .select({
        candidateId: runs.candidateId,
        rowId: runs.rowId,
        output: runs.output,
        error: runs.error,
        value: own.value,
        pass: own.pass,
        category: own.category,
      })
      .from(sql`unnest(${some}::text[]) with ordinality as u (row, place)`)
      .crossJoinLateral(runs)
      .leftJoinLateral(own, sql`true`)
      .orderBy(sql`u.place`, asc(runs.candidateId));
    yield found.map(
      ({ error, value, pass, category, ...run }): ScoredRun => ({
        ...run,
        ...(error && { error }),
        scores: pass === null ? {} : { [evaluator]: { value, pass, category } },
      }),
    );
    await yieldToEvents();
  }
}

async function measuredOf(
  db: Db,
  projectId: string,
  jobId: string,
  rows: Rows,
  candidateId: string,
): Promise<MeasuredRollout[]> {
  const wanted = and(
    eq(rollouts.projectId, projectId),
    eq(rollouts.jobId, jobId),
    WANTED[rows],
    eq(rollouts.candidateId, candidateId),
  );
  const found: MeasuredRollout[] = [];
  for (;;) {
    const last = found.at(-1);
    const page = await measuredPage(db, projectId, jobId, and(wanted, last && after(last)));
    found.push(...page);
    if (page.length < PAGE) return found;
    await yieldToEvents();
  }
}

const after = ({ rowId, repeat }: MeasuredRollout): SQL =>
  sql`(${rollouts.rowId}, ${rollouts.repeat}) > (${rowId}, ${repeat}::smallint)`;

const RUN = {
  candidateId: rollouts.candidateId,
  rowId: rollouts.rowId,
  repeat: rollouts.repeat,
  output: rollouts.output,
  values: rollouts.values,
  error: rollouts.error,
};
const SCORE = {
  candidateId: scores.candidateId,
  rowId: scores.rowId,
  repeat: scores.repeat,
  evaluator: scores.evaluator,
  value: scores.value,
  pass: scores.pass,
  category: scores.category,
};
type Run = Pick<typeof rollouts.$inferSelect, keyof typeof RUN>;
type StoredScore = Pick<typeof scores.$inferSelect, keyof typeof SCORE>;

async function measuredPage(db: Db, projectId: string, jobId: string, wanted: SQL | undefined) {
  const found = await db
    .select(RUN)
    .from(rollouts)
    .where(wanted)
    .orderBy(asc(rollouts.candidateId), asc(rollouts.rowId), asc(rollouts.repeat))
    .limit(PAGE);
  const [first, last] = [found[0], found.at(-1)];
  if (!first || !last) return [];
  // The keys of a page are neighbours: one range of the scores, of which other purposes are left over.
  const scored = await db
    .select(SCORE)
    .from(scores)
    .where(
      and(
        eq(scores.projectId, projectId),
        eq(scores.jobId, jobId),
        sql`(${scores.candidateId}, ${scores.rowId}, ${scores.repeat}) between (${first.candidateId}, ${first.rowId}, ${first.repeat}::smallint) and (${last.candidateId}, ${last.rowId}, ${last.repeat}::smallint)`,
      ),
    );
  return withScores(found, scored);
}

/** Whole candidates, in two reads for all of them. */
async function measuredTogether(db: Db, projectId: string, jobId: string, rows: Rows, candidates: readonly string[]) {
  // One candidate at a time, inside the statement: with a list the database may read the whole job.
  const each = sql`unnest(${sql.param([...candidates])}::text[]) as u (id)`;
  const runs = db
    .select(RUN)
    .from(rollouts)
    .where(
      and(
        eq(rollouts.projectId, projectId),
        eq(rollouts.jobId, jobId),
        sql`${rollouts.candidateId} = u.id`,
        WANTED[rows],
      ),
    )
    .orderBy(asc(rollouts.rowId), asc(rollouts.repeat))
    .offset(0)
    .as('runs');
  const own = db
    .select(SCORE)
    .from(scores)
    .where(and(eq(scores.projectId, projectId), eq(scores.jobId, jobId), sql`${scores.candidateId} = u.id`))
    .offset(0)
    .as('own');
  const { candidateId, rowId, repeat, output, values, error } = runs;
  const found = await db
    .select({ candidateId, rowId, repeat, output, values, error })
    .from(each)
    .crossJoinLateral(runs);
  const { evaluator, value, pass, category } = own;
  const scored = await db
    .select({ candidateId: own.candidateId, rowId: own.rowId, repeat: own.repeat, evaluator, value, pass, category })
    .from(each)
    .crossJoinLateral(own);
  return withScores(found, scored);
}

function withScores(found: readonly Run[], scored: readonly StoredScore[]): MeasuredRollout[] {
  const scoresOf = new Map<string, Record<string, MeasuredRollout['scores'][string]>>();
  for (const { evaluator, value, pass, category, ...key } of scored) {
    const known = scoresOf.get(keyOf(key)) ?? {};
    known[evaluator] = { value, pass, category };
    scoresOf.set(keyOf(key), known);
  }
  return found.map(
    ({ error, ...rollout }): MeasuredRollout => ({
      ...rollout,
      ...(error && { error }),
      scores: scoresOf.get(keyOf(rollout)) ?? {},
    }),
  );
}

const keyOf = ({ candidateId, rowId, repeat }: Pick<MeasuredRollout, 'candidateId' | 'rowId' | 'repeat'>): string =>
  JSON.stringify([candidateId, rowId, repeat]);
