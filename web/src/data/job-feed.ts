import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type ClientEvent, hasEnded, type Job } from '../../../src/client/index.ts';
import { curvePointViewSchema } from '../../../src/domain/views/job-view.ts';
import { useClient } from './client.tsx';
import { curveKey } from './job-details.ts';

/** Whatever comes in between is shown at once: a page is drawn at most so often, however many events there are. */
const BATCH_MS = 500;

type CurvePoint = ReturnType<typeof curvePointViewSchema.parse>;

/**
 * Keeps what is shown of a running job up to date from its event stream: points of the curve as they come, everything else by asking again
 * for what an event says has changed. Resolves lost connections by itself; `lost` says why there is none just now.
 */
export function useJobFeed({ id, status }: Pick<Job, 'id' | 'status'>): { readonly lost: string | null } {
  const client = useClient();
  const queries = useQueryClient();
  const [lost, setLost] = useState<string | null>(null);
  const live = !hasEnded({ status });
  useEffect(() => {
    if (!live) return;
    const controller = new AbortController();
    const waiting: ClientEvent[] = [];
    const flush = () => {
      if (waiting.length === 0) return;
      setLost(null);
      const points = waiting.splice(0).flatMap(pointOf);
      if (points.length === 0) return;
      const known = queries.getQueryData<readonly CurvePoint[]>(curveKey(id));
      const last = known?.at(-1)?.seq ?? -1;
      const news = points.filter(({ seq }) => seq > last);
      // Of a curve that has missed a point the whole is asked for again.
      if (known && news[0] && news[0].seq === last + 1) queries.setQueryData(curveKey(id), [...known, ...news]);
      else if (news.length > 0) void queries.invalidateQueries({ queryKey: curveKey(id) });
    };
    const timer = setInterval(flush, BATCH_MS);
    const read = async () => {
      const onReconnect = (why: Error) => setLost(why.message);
      try {
        const events = client.jobs.events(id, { after: 'latest', signal: controller.signal, onReconnect });
        for await (const event of events) waiting.push(event);
        flush();
        await queries.invalidateQueries({ queryKey: ['job', id] });
      } catch (error) {
        if (!controller.signal.aborted) setLost(error instanceof Error ? error.message : String(error));
      }
    };
    void read();
    return () => {
      clearInterval(timer);
      controller.abort();
    };
  }, [client, queries, id, live]);
  return { lost };
}

function pointOf(event: ClientEvent): CurvePoint[] {
  if (event.type !== 'curve') return [];
  // The time of a point is the event's own.
  const parsed = curvePointViewSchema.safeParse({ ...event.data, at: event.at });
  return parsed.success ? [parsed.data] : [];
}
