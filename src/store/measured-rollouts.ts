import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { and, asc, eq, gt, inArray, ne, type SQL, sql } from 'drizzle-orm';
import type { MeasuredRollout } from '../domain/rollout.ts';
import type { Db } from './db.ts';
import { rollouts, scores } from './schema.ts';

/** `open`: first runs on train and validation rows, whether the search or the A/A run asked for them; `again`: further runs of the A/A run; `sealed`: all runs of the confirmation; `all`: whatever was run, as in an evaluation. */
type Rows = 'open' | 'again' | 'sealed' | 'all';

/** Rollouts of one query: a few milliseconds of the embedded database, which works on this thread. */
const PAGE = 500;

const FEW = 100;

/** What metrics are made of, candidate by candidate: one candidate's rollouts are in memory at a time, by row and repeat. */
export async function* measuredByCandidate(
  db: Db,
  projectId: string,
  jobId: string,
  rows: Rows,
  candidates: readonly string[],
): AsyncGenerator<{ readonly candidateId: string; readonly rollouts: readonly MeasuredRollout[] }> {
  // A few each by themselves: with a list the database may read the whole job.
  if (candidates.length > 1 && candidates.length <= FEW) {
    for (const candidate of [...candidates].sort()) yield* measuredByCandidate(db, projectId, jobId, rows, [candidate]);
    return;
  }
  if (candidates.length === 0) return;
  const [only] = candidates;
  const wanted = and(
    eq(rollouts.projectId, projectId),
    eq(rollouts.jobId, jobId),
    {
      open: and(ne(rollouts.purpose, 'confirmation'), eq(rollouts.repeat, 0)),
      again: and(eq(rollouts.purpose, 'noise'), gt(rollouts.repeat, 0)),
      sealed: eq(rollouts.purpose, 'confirmation'),
      all: undefined,
    }[rows],
    candidates.length === 1 && only !== undefined
      ? eq(rollouts.candidateId, only)
      : inArray(rollouts.candidateId, [...candidates]),
  );
  let current: MeasuredRollout[] = [];
  for (let last: MeasuredRollout | undefined; ; ) {
    const page = await measuredPage(db, projectId, jobId, and(wanted, last && after(last)));
    for (const rollout of page) {
      const [first] = current;
      if (first && first.candidateId !== rollout.candidateId) {
        yield { candidateId: first.candidateId, rollouts: current };
        current = [];
      }
      current.push(rollout);
    }
    last = page.at(-1);
    if (page.length < PAGE) break;
    await yieldToEvents();
  }
  const [first] = current;
  if (first) yield { candidateId: first.candidateId, rollouts: current };
}

/** The same of a few candidates at once. */
export async function measuredRollouts(
  db: Db,
  projectId: string,
  jobId: string,
  rows: Rows,
  candidates: readonly string[],
): Promise<ReadonlyMap<string, readonly MeasuredRollout[]>> {
  const found = new Map<string, readonly MeasuredRollout[]>();
  for await (const { candidateId, rollouts: own } of measuredByCandidate(db, projectId, jobId, rows, candidates))
    found.set(candidateId, own);
  return found;
}

const after = ({ candidateId, rowId, repeat }: MeasuredRollout): SQL =>
  sql`(${rollouts.candidateId}, ${rollouts.rowId}, ${rollouts.repeat}) > (${candidateId}, ${rowId}, ${repeat}::smallint)`;

async function measuredPage(db: Db, projectId: string, jobId: string, wanted: SQL | undefined) {
  const found = await db
    .select({
      candidateId: rollouts.candidateId,
      rowId: rollouts.rowId,
      repeat: rollouts.repeat,
      output: rollouts.output,
      values: rollouts.values,
      error: rollouts.error,
    })
    .from(rollouts)
    .where(wanted)
    .orderBy(asc(rollouts.candidateId), asc(rollouts.rowId), asc(rollouts.repeat))
    .limit(PAGE);
  const [first, last] = [found[0], found.at(-1)];
  if (!first || !last) return [];
  // The keys of a page are neighbours: one range of the scores, of which other purposes are left over.
  const scored = await db
    .select({
      candidateId: scores.candidateId,
      rowId: scores.rowId,
      repeat: scores.repeat,
      evaluator: scores.evaluator,
      value: scores.value,
      pass: scores.pass,
      category: scores.category,
    })
    .from(scores)
    .where(
      and(
        eq(scores.projectId, projectId),
        eq(scores.jobId, jobId),
        sql`(${scores.candidateId}, ${scores.rowId}, ${scores.repeat}) between (${first.candidateId}, ${first.rowId}, ${first.repeat}::smallint) and (${last.candidateId}, ${last.rowId}, ${last.repeat}::smallint)`,
      ),
    );
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
