import { buildWhenStale } from './build-when-stale.ts';

/** Runs before `npm start`. An installation without development packages has no builder: the service runs all the same and says what is missing. */
try {
  await buildWhenStale();
} catch (error) {
  process.stderr.write(`the console was not built: ${error instanceof Error ? error.message : String(error)}\n`);
}
