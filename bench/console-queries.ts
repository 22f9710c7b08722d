/**
 * What a reader of a large job waits for: the time of each read over HTTP, of a job with 5,000 candidates that were measured on 200 rows each.
 * The job is written through the store, as a worker writes it (of the rollouts those of 50 candidates; the others have copies), and kept under
 * --data-dir for the next run; with DATABASE_URL in that PostgreSQL.
 *
 * `node --import tsx bench/console-queries.ts --data-dir DIR [--candidates 5000] [--rows 100] [--repeats 5]`
 *
 * `--rows` of each split; a candidate has a rollout on each train and validation row.
 */
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { readConfig } from '../src/config.ts';
import { type RunningService, startService } from '../src/main.ts';
import { recordedRequest, recordJob } from '../test/support/recorded-job.ts';
import { table } from './table.ts';

const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string', default: 'memory' },
    candidates: { type: 'string', default: '5000' },
    rows: { type: 'string', default: '100' },
    repeats: { type: 'string', default: '5' },
  },
});
const size = { candidates: Number(values.candidates), rows: Number(values.rows), refusals: 600, written: 50 };
const scope = { projectId: 'default' };

const service = await startService({
  config: readConfig({ PARETUNE_DATA_DIR: values['data-dir'], PORT: '0', DATABASE_URL: process.env['DATABASE_URL'] }),
  environment: { OPENAI_API_KEY: 'bench-key' },
  log: pino({ level: 'silent' }),
  worker: false,
});
try {
  const { id, winnerId } = await jobOfSize(service);
  const reads = readsOf(id, winnerId);
  const rows: string[][] = [];
  for (const [name, path] of reads) rows.push([name, ...(await timed(`${service.url}${path}`))]);
  console.log(
    `${service.database.kind}: ${size.candidates} candidates, ${size.candidates * size.rows * 2} rollouts; best and worst of ${values.repeats}`,
  );
  console.log(table(['read', 'status', 'best ms', 'worst ms', 'kB'], rows));
} finally {
  await service.close();
}

function readsOf(id: string, winnerId: string): [name: string, path: string][] {
  const job = `/v1/jobs/${id}`;
  const compared = `/v1/comparisons?a=${id}/c0&b=${id}/${winnerId}`;
  return [
    ['job', job],
    ['curve', `${job}/curve`],
    ['curve, 500 points', `${job}/curve?points=500`],
    ['frontier', `${job}/frontier`],
    ['candidates, with texts', `${job}/candidates`],
    ['candidates, a page', `${job}/candidates?limit=50`],
    ['standings', `${job}/standings?limit=100`],
    ['standings, by score', `${job}/standings?limit=100&sort=score`],
    ['standings, filtered', `${job}/standings?limit=100&sort=tokens&fate=accepted&operator=reflect,merge`],
    ['standings, 500', `${job}/standings?limit=500&sort=score`],
    ['lineage', `${job}/lineage`],
    ['lineage, children', `${job}/lineage?under=c50`],
    ['refusals', `${job}/refusals`],
    ['refusals, one reason', `${job}/refusals?refusal=duplicate`],
    ['candidate', `${job}/candidates/${winnerId}`],
    ['changes of a candidate', `${job}/candidates/${winnerId}/changes`],
    ['row', `${job}/rows/validation-0001`],
    ['rollouts of a candidate', `${job}/rollouts?candidate=${winnerId}`],
    ['rollouts of a row', `${job}/rollouts?row=validation-0001`],
    ['one rollout', `${job}/rollouts?candidate=${winnerId}&row=validation-0001`],
    ['sealed rollouts', `${job}/rollouts?purpose=confirmation`],
    ['comparison', `${compared}`],
    ['comparison, train too', `${compared}&split=open`],
    ['comparison, sealed', `${compared}&split=test`],
    ['comparison, lost in a cohort', `${compared}&outcome=lost&cohort=cohort%3Dbilling&sort=lost`],
    ['events, from the start', `${job}/events`],
  ];
}

async function jobOfSize({ jobs, database }: RunningService): Promise<{ id: string; winnerId: string }> {
  const name = `recorded ${size.candidates} × ${size.rows}`;
  const known = (await jobs.list(scope, { limit: 100 })).items.find((job) => job.name === name && job.endedAt !== null);
  if (known) return { id: known.id, winnerId: known.best?.candidateId ?? 'c0' };
  const started = performance.now();
  const { id } = await jobs.submit(scope, { ...recordedRequest(size), name });
  const { rollouts, winnerId } = await recordJob(database, { ...scope, jobId: id }, size);
  console.log(`wrote ${rollouts} rollouts in ${Math.round((performance.now() - started) / 1000)} s`);
  return { id, winnerId };
}

async function timed(url: string): Promise<string[]> {
  const times: number[] = [];
  let [status, bytes] = [0, 0];
  for (let repeat = 0; repeat < Number(values.repeats); repeat++) {
    const started = performance.now();
    const answer = await fetch(url);
    bytes = (await answer.arrayBuffer()).byteLength;
    status = answer.status;
    times.push(performance.now() - started);
  }
  const [best, worst] = [Math.min(...times), Math.max(...times)];
  return [String(status), best.toFixed(0), worst.toFixed(0), (bytes / 1024).toFixed(0)];
}
