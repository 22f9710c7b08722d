import type { z } from 'zod';
import { type ScheduleView, type scheduleRequestSchema, scheduleViewSchema } from '../../domain/views/job-view.ts';
import { path, type Transport } from '../transport.ts';
import { type Job, jobSchema, type Page, schedulePageSchema } from '../wire.ts';

export type ScheduleBody = z.input<typeof scheduleRequestSchema>;

/** `/v1/schedules`. */
export function schedulesResource(transport: Transport) {
  const one = (id: string) => path`/v1/schedules/${id}`;
  return {
    create: (schedule: ScheduleBody): Promise<ScheduleView> =>
      transport.read(scheduleViewSchema, { method: 'POST', path: '/v1/schedules', json: schedule }),
    list: (query: { readonly cursor?: string } = {}): Promise<Page<ScheduleView>> =>
      transport.read(schedulePageSchema, { method: 'GET', path: '/v1/schedules', query: { ...query } }),
    get: (id: string): Promise<ScheduleView> => transport.read(scheduleViewSchema, { method: 'GET', path: one(id) }),
    update: (id: string, change: Partial<ScheduleBody>): Promise<ScheduleView> =>
      transport.read(scheduleViewSchema, { method: 'PATCH', path: one(id), json: change }),
    remove: async (id: string): Promise<void> => {
      await transport.text({ method: 'DELETE', path: one(id) });
    },
    /** Submits the schedule's job now. */
    run: (id: string): Promise<Job> =>
      transport.read(jobSchema, { method: 'POST', path: path`/v1/schedules/${id}/run` }),
  };
}
