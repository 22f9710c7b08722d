// Writes a job's journal as fast as it can and prints each call once it is durable:
// `node --import tsx write-journal.ts <data directory or PostgreSQL URL>`.
import { openDatabase } from '../database.ts';
import { openJobRecord } from '../job-record.ts';
import { DEFAULT_PROJECT } from '../schema.ts';
import { journalEntry, rollout } from './facts.ts';

const where = process.argv[2] ?? '';
const database = await openDatabase(where.startsWith('postgres') ? { url: where } : { dataDir: where });
const record = await openJobRecord(database, { projectId: DEFAULT_PROJECT, jobId: 'job_killed' });
const writer = async (lane: number) => {
  for (let n = 0; ; n++) {
    record.rollout(rollout(`c${lane}`, `row-${n}`), 'search');
    await record.journal.put(journalEntry(`${lane}-${n}`));
    process.stdout.write(`${lane}-${n}\n`);
  }
};
await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(writer));
