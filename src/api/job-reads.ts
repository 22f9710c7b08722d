import type { JobEventView, JobView } from '../domain/views/job-view.ts';
import type { Scope } from '../store/scope.ts';
import type { EndOfJob, EventPage } from './event-stream.ts';
import { SharedReads } from './shared-reads.ts';

/** Events of one read. */
const PAGE = 500;
const NOTHING = Buffer.alloc(0);

/** How far a job or an evaluation is. */
type State = Pick<JobView, 'status' | 'stopReason' | 'endedAt'>;

/** A job as it stands, with its JSON text: both made once for all who asked together. */
interface JobReading<View> {
  readonly view: View;
  readonly json: string;
}

/** Reads of running jobs, shared by the many who watch the same one: pollers of its state, and streams of its events. */
export function createJobReads<View extends State>(jobs: {
  readonly get: (scope: Scope, jobId: string) => Promise<View>;
  readonly eventsAfter: (scope: Scope, jobId: string, id: number, limit: number) => Promise<JobEventView[]>;
}) {
  const states = new SharedReads<JobReading<View>>();
  const pages = new SharedReads<EventPage>();

  const state = (scope: Scope, jobId: string): Promise<JobReading<View>> =>
    states.get(JSON.stringify([scope.projectId, jobId]), async () => {
      const view = await jobs.get(scope, jobId);
      return { view, json: JSON.stringify(view) };
    });

  return {
    state,

    page: (scope: Scope, jobId: string, after: number): Promise<EventPage> =>
      pages.get(JSON.stringify([scope.projectId, jobId, after]), async () => {
        const events = await jobs.eventsAfter(scope, jobId, after, PAGE);
        const frames = events.map(
          ({ id, type, at, data }) => `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ at, ...data })}\n\n`,
        );
        return {
          chunk: frames.length === 0 ? NOTHING : Buffer.from(frames.join('')),
          count: events.length,
          last: events.at(-1)?.id ?? after,
          full: events.length === PAGE,
          ended: events.some(({ type }) => type === 'ended'),
        };
      }),
  };
}
export type JobReads<View extends State = State> = ReturnType<typeof createJobReads<View>>;

export function endOf({ status, stopReason, endedAt }: State): EndOfJob {
  return { status, stopReason, ended: endedAt !== null };
}
