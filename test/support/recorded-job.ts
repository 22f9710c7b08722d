import { setImmediate as yieldToEvents } from 'node:timers/promises';
import type { RowInput } from '../../src/domain/dataset.ts';
import { type JobRequest, jobRequestSchema } from '../../src/domain/job.ts';
import type { CurvePoint, JobRecord } from '../../src/domain/record.ts';
import type { Rollout } from '../../src/domain/rollout.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import { createRandom } from '../../src/search/random.ts';
import type { Database } from '../../src/store/database.ts';
import { openJobRecord } from '../../src/store/job-record.ts';
import { endJob, saveJobState, startJob } from '../../src/store/jobs.ts';
import { copyRollouts } from '../../src/store/testing/copy-rollouts.ts';
import { lineageAt, OPERATORS } from './recorded-lineage.ts';

export interface RecordedJob {
  readonly candidates: number;
  /** Rows of each split; every candidate has a rollout on each train and validation row. */
  readonly rows: number;
  readonly refusals: number;
  /** Candidates whose rollouts are written through the record; the others get copies of theirs. Default: all. */
  readonly written?: number;
}

const COHORTS = ['billing', 'technical', 'sales', 'legal'] as const;
const LABELS = ['refund', 'repair', 'offer', 'contract', 'other'] as const;

const rowsOf = (rows: number): (RowInput & { readonly id: string; readonly expected: string })[] =>
  (['train', 'validation', 'test'] as const).flatMap((split) =>
    Array.from({ length: rows }, (_, index) => ({
      id: `${split}-${String(index).padStart(4, '0')}`,
      split,
      input: `E-mail ${index} of the ${split} rows: the customer writes about ${LABELS[index % 5]}. ${'Please answer soon. '.repeat(index % 7)}`,
      expected: LABELS[index % 5] ?? 'other',
      cohort: COHORTS[index % 4] ?? 'billing',
      metadata: { language: index % 3 === 0 ? 'de' : 'en' },
    })),
  );

/** The request of a job of which `recordJob` writes what a worker would have. */
export function recordedRequest({ rows }: Pick<RecordedJob, 'rows'>): JobRequest {
  return jobRequestSchema.parse({
    name: 'recorded',
    prompt: { messages: [{ role: 'system', content: textOf(0) }] },
    dataset: { rows: rowsOf(rows) },
    suite: {
      evaluators: [
        { id: 'routing', type: 'exact-match' },
        { id: 'short', type: 'word-count', options: { max: 9 } },
      ],
    },
    objectives: [
      { metric: 'routing', goal: 'maximize', headline: true },
      { metric: 'promptTokens', goal: 'minimize' },
    ],
    models: { task: { provider: 'openai', model: 'gpt-4.1-mini' } },
    budget: { rollouts: 2_000_000, confirmationRollouts: 4 * rows },
    force: true,
  });
}

/**
 * Writes the record of a search through the store, as a worker does: candidates in a tree that only a few generations long, rollouts with scores on every
 * open row, fates, refusals, a curve point for each candidate, events, and a confirmation of three finalists. The same size gives the same facts.
 */
export async function recordJob(
  database: Database,
  job: { readonly projectId: string; readonly jobId: string },
  size: RecordedJob,
): Promise<{ readonly winnerId: string; readonly rollouts: number }> {
  const at = new Date('2026-11-20T10:00:00.000Z');
  await startJob(database.db, job.projectId, job.jobId, at);
  const record = await openJobRecord(database, { ...job, now: () => at });
  const rows = rowsOf(size.rows);
  const open = rows.filter(({ split }) => split !== 'test');
  const sealed = rows.filter(({ split }) => split === 'test');
  const random = createRandom('recorded-job');
  let rollouts = 0;
  let best = { id: 'c0', score: 0 };
  let seq = 0;
  const { written = size.candidates } = size;
  for (let index = 0; index < size.candidates; index++) {
    const { id, parents, operator, skill, accepted } = lineageAt(index);
    record.candidate({
      id,
      seq: seq++,
      components: { prompt: textOf(index) },
      parents,
      operator,
      reason: `The rows show that rule ${index % 40} is missing: mails about it were sent to another queue. `.repeat(3),
      promptTokens: 120 + (index % 300),
      reflectedOn: open.slice(index % 20, (index % 20) + 3).map((row) => row.id),
    });
    record.event({
      key: `candidate:${id}`,
      type: 'candidate',
      data: { candidateId: id, parents: [...parents], operator },
    });
    let right = 0;
    for (const row of open) {
      const passed = random.next() < skill;
      right += Number(passed && row.split === 'validation');
      if (index < written) record.rollout(rolloutOf(id, row, passed, index), 'search');
      rollouts += 1;
    }
    if (index > 0) {
      const fate = accepted ? 'accepted' : (['rejected', 'dropped', 'pruned'][index % 3] ?? 'rejected');
      record.fate(id, seq++, fate, `${fate}: ${right} of ${size.rows} validation rows, ${parents[0]} leads`);
      record.event({ key: `fate:${id}`, type: 'fate', data: { candidateId: id, fate } });
    }
    const score = right / size.rows;
    if (score > best.score) best = { id, score };
    const point = pointOf({ seq: index, at, rollouts, candidateId: id, best, own: score, rows: size.rows });
    record.curvePoint(point);
    record.event({ key: `curve:${index}`, type: 'curve', data: { candidateId: id, score } });
    if (index < size.refusals) refusalOf(record, seq++, id);
    await record.flush();
    await yieldToEvents();
  }
  for (let index = 0; index < written; index++) {
    const copies = Array.from(
      { length: Math.ceil(size.candidates / written) - 1 },
      (_, round) => (round + 1) * written + index,
    );
    await copyRollouts(
      database.db,
      job,
      `c${index}`,
      copies.filter((copy) => copy < size.candidates).map((copy) => `c${copy}`),
    );
  }
  const finalists = [best.id, 'c1', 'c2'].filter((id, place, all) => all.indexOf(id) === place);
  for (const id of ['c0', ...finalists])
    for (const row of sealed) record.rollout(rolloutOf(id, row, random.next() < 0.7, 0), 'confirmation');
  await record.flush();
  await endRecorded(database, job, { at, best, rollouts, size, finalists });
  return { winnerId: best.id, rollouts };
}

const textOf = (index: number): string =>
  [
    'You sort e-mails into queues. Read the mail and answer with the name of one queue.',
    ...Array.from(
      { length: 5 + (index % 8) },
      (_, rule) => `Rule ${rule}: mails of kind ${rule + index} go to ${LABELS[(rule + index) % 5]}.`,
    ),
    'The mail: {{input}}',
  ].join('\n');

function rolloutOf(
  candidateId: string,
  row: { readonly id: string; readonly input: unknown; readonly expected: string },
  passed: boolean,
  index: number,
): Rollout {
  const output = passed ? row.expected : 'something else';
  const usage = { inputTokens: 150 + (index % 300), cachedInputTokens: 0, outputTokens: 6 };
  return {
    candidateId,
    rowId: row.id,
    repeat: 0,
    output,
    steps: [
      {
        component: 'prompt',
        messages: [{ role: 'system', content: textOf(index).replace('{{input}}', String(row.input)) }],
        output,
        toolCalls: [],
        finish: 'stop',
        callId: `${candidateId}:${row.id}`,
        usage,
        cost: 120_000,
        latencyMs: 420,
      },
    ],
    scores: {
      routing: {
        value: Number(passed),
        pass: passed,
        feedback: passed ? 'right' : `expected "${row.expected}"`,
        category: passed ? null : 'wrong-label',
      },
      short: { value: 1, pass: true, feedback: '2 words', category: null },
    },
    values: {
      routing: Number(passed),
      short: 1,
      promptTokens: usage.inputTokens,
      outputTokens: 6,
      costPerCall: 0.00012,
      latency: 420,
    },
  };
}

function pointOf(told: {
  readonly seq: number;
  readonly at: Date;
  readonly rollouts: number;
  readonly candidateId: string;
  readonly best: { readonly id: string; readonly score: number };
  readonly own: number;
  readonly rows: number;
}): CurvePoint {
  const { seq, at, rollouts, candidateId, best, own, rows } = told;
  const around = (value: number) => ({ low: Math.max(0, value - 0.08), high: Math.min(1, value + 0.08), level: 0.95 });
  return {
    seq,
    at,
    rollouts,
    tokens: rollouts * 160,
    usd: rollouts * 0.00012,
    candidateId,
    best: best.id,
    kind: 'validation',
    score: best.score,
    interval: around(best.score),
    rows,
    objectives: { routing: own, promptTokens: 120 + (seq % 300) },
    intervals: { routing: around(own), promptTokens: null },
    violation: 0,
    hypervolume: best.score,
    front: Array.from({ length: Math.min(seq + 1, 30) }, (_, place) => `c${seq - place}`),
  };
}

function refusalOf(record: JobRecord, seq: number, parent: string): void {
  const refusal = (['duplicate', 'placeholder-missing', 'token-limit'] as const)[seq % 3] ?? 'duplicate';
  const operator = OPERATORS[seq % OPERATORS.length] ?? 'reflect';
  record.refusal({
    seq,
    operator,
    parents: [parent],
    refusal,
    detail: `the proposal from ${parent} is refused (${refusal})`,
  });
}

async function endRecorded(
  database: Database,
  { projectId, jobId }: { readonly projectId: string; readonly jobId: string },
  told: {
    readonly at: Date;
    readonly best: { readonly id: string; readonly score: number };
    readonly rollouts: number;
    readonly size: RecordedJob;
    readonly finalists: readonly string[];
  },
): Promise<void> {
  const { at, best, rollouts, size, finalists } = told;
  const spent = {
    rollouts,
    confirmationRollouts: 4 * size.rows,
    tokens: rollouts * 160,
    reflectionTokens: 0,
    usd: rollouts * 0.00012,
    seconds: 3600,
    byRole: {},
  };
  const verdict: Verdict = {
    decision: 'inconclusive',
    reason: 'recorded',
    metrics: [],
    constraints: [],
    finalists: [...finalists],
    repeats: 1,
    needed: null,
  };
  await saveJobState(database.db, projectId, jobId, {
    baseline: { scores: { routing: 0.5 } },
    best: { candidateId: best.id, scores: { routing: best.score } },
    spent,
    verdict,
  });
  await endJob(database.db, projectId, jobId, {
    status: 'succeeded',
    stopReason: 'search-complete',
    endedAt: new Date(at.getTime() + 3_600_000),
  });
}
