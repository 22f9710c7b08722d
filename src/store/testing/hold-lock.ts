// Takes the lock of a directory, says so and stays: `node --import tsx hold-lock.ts <directory>`.
import { lockDataDir } from '../data-dir-lock.ts';

try {
  lockDataDir(process.argv[2] ?? '');
  process.stdout.write('locked\n');
  setInterval(() => {}, 60_000);
} catch (error) {
  process.stdout.write(`refused ${error instanceof Error ? error.message : String(error)}\n`);
}
