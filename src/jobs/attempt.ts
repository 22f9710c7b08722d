import type { ModelGateway } from '../domain/gateway.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Ledger } from '../domain/ledger.ts';
import type { JobRecord } from '../domain/record.ts';
import type { JobEnd, JobRow } from '../store/jobs.ts';
import type { RunProgress } from './run.ts';
import type { WorkerParts } from './worker-parts.ts';

/** One attempt at a job, whatever its kind: what it works with. */
export interface Attempt {
  readonly parts: WorkerParts;
  readonly row: JobRow;
  readonly record: JobRecord;
  /** When the first attempt began. */
  readonly startedAt: Date;
  /** Aborted with a StopSignal. */
  readonly signal: AbortSignal;
  readonly gateway: (ledger: Ledger, stop: AbortSignal) => ModelGateway;
  /** Told before sealed rows of a dataset are read. */
  readonly sealedRead: (
    dataset: { readonly ref: string; readonly sha256: string },
    candidates: number,
  ) => Promise<void>;
  readonly onProgress: (progress: RunProgress) => void;
}

/** How an attempt ended its job. */
export interface AttemptEnd {
  readonly end: Omit<JobEnd, 'endedAt' | 'progress' | 'spent'>;
  /** What the event of the end says besides. */
  readonly told: JsonObject;
  /** Done before the end is stored. A worker that dies in between does it again. */
  readonly before?: () => Promise<void>;
}
