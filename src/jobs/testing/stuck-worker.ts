// A worker for tests that takes one job and never ends it: `node --import tsx stuck-worker.ts <data directory or PostgreSQL URL>`.
import { openDatabase } from '../../store/database.ts';
import { createJobQueue } from '../queue.ts';

const where = process.argv[2] ?? '';
const database = await openDatabase(where.startsWith('postgres') ? { url: where } : { dataDir: where });
const queue = createJobQueue(database);
await queue.start();
await queue.work(
  (jobId) => {
    process.stdout.write(`taken ${jobId}\n`);
    return new Promise<never>(() => {});
  },
  { concurrency: 1 },
);
await queue.enqueue('job_stuck');
