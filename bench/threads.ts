import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { z } from 'zod';

/** One piece of work of a bench: which line of its table, and the seeds from `first` on. */
export interface Piece {
  readonly line: number;
  readonly first: number;
  readonly runs: number;
}

const pieceSchema = z.object({ line: z.int(), first: z.int(), runs: z.int() });
const answerSchema = z.object({ line: z.int(), counts: z.record(z.string(), z.number()) });

/** Seeds of a piece: small enough that threads end together. */
const PIECE = 50;

/** A thread does not inherit the loader of TypeScript. */
const threadCode = (program: string): string =>
  `import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))}).then(({ register }) => { register(); return import(${JSON.stringify(program)}); })`;

/**
 * Spreads the runs of a table's lines over threads of the same program, and adds up what they count. A run depends on its seed alone, so
 * the sums are the same for any number of threads. In a thread itself it works and never resolves.
 *
 * @param program - `import.meta.url` of the bench.
 */
export async function countInThreads(
  program: string,
  runs: readonly number[],
  firstSeed: number,
  count: (piece: Piece) => Promise<Readonly<Record<string, number>>>,
): Promise<Readonly<Record<string, number>>[]> {
  if (!isMainThread) {
    for (const piece of z.array(pieceSchema).parse(workerData))
      parentPort?.postMessage({ line: piece.line, counts: await count(piece) });
    process.exit(0);
  }
  const pieces = runs.flatMap((all, line): Piece[] =>
    Array.from({ length: Math.ceil(all / PIECE) }, (_, index) => ({
      line,
      first: firstSeed + index * PIECE,
      runs: Math.min(PIECE, all - index * PIECE),
    })),
  );
  const sums: Record<string, number>[] = runs.map(() => ({}));
  const threads = Math.min(availableParallelism(), pieces.length);
  await Promise.all(
    Array.from({ length: threads }, (_, thread) => {
      // Every line to every thread: lines differ in how long they take.
      const mine = pieces.filter((_, index) => index % threads === thread);
      return new Promise<void>((resolve, reject) => {
        const worker = new Worker(threadCode(program), {
          eval: true,
          workerData: mine,
          argv: process.argv.slice(2),
        });
        worker.on('message', (message) => {
          const { line, counts } = answerSchema.parse(message);
          const sum = sums[line];
          if (sum) for (const [name, value] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + value;
        });
        worker.once('error', reject);
        worker.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a thread ended with ${code}`))));
      });
    }),
  );
  return sums;
}
