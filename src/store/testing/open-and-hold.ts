// Opens a database, says so and stays: `node --import tsx open-and-hold.ts <data directory or PostgreSQL URL>`.
import { openDatabase } from '../database.ts';

const where = process.argv[2] ?? '';
try {
  await openDatabase(where.startsWith('postgres') ? { url: where } : { dataDir: where });
  process.stdout.write('open\n');
  setInterval(() => {}, 60_000);
} catch (error) {
  process.stdout.write(`refused ${error instanceof Error ? error.message : String(error)}\n`);
}
