import { z } from 'zod';
import { scopeOf } from '../auth.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { createEventStreams } from '../event-stream.ts';
import { endOf, type JobReads } from '../job-reads.ts';
import { idParams, media, problems } from '../route-docs.ts';

const eventId = z
  .string()
  .regex(/^\d{1,15}$/, 'must be the id of an event, a whole number')
  .optional();

/** Who has asked for the state already needs nothing that led to it. */
const startSchema = z.union([eventId, z.literal('latest')]);

/** What happens in a job, an evaluation or a calibration, as it happens. */
export function jobEventRoutes(
  api: Api,
  { jobs, heartbeatMs }: ApiDeps,
  of: { readonly jobs: JobReads; readonly evaluations: JobReads; readonly calibrations: JobReads },
): void {
  const streams = createEventStreams({ heartbeatMs });
  api.addHook('preClose', () => streams.close());

  for (const [tag, noun] of [
    ['jobs', 'a job'],
    ['evaluations', 'an evaluation'],
    ['calibrations', 'a calibration'],
  ] as const) {
    const reads = of[tag];
    api.get(
      `/${tag}/:id/events`,
      {
        exposeHeadRoute: false,
        schema: {
          tags: [tag],
          summary: `What happens in ${noun}, as server-sent events`,
          description: `Every event is stored: a client that was away sends the id of the last one it has as \`Last-Event-ID\` (or \`after\`) and misses nothing. After the end, when everything was sent, the last message is \`event: end\` with its status, and the stream closes.`,
          params: idParams,
          querystring: z.strictObject({
            after: startSchema.describe(
              'As `Last-Event-ID`, for clients that cannot send headers; `latest`: only what happens from now on. `Last-Event-ID` goes first.',
            ),
          }),
          headers: z.looseObject({ 'last-event-id': eventId }),
          response: { 200: media('text/event-stream', 'Events.'), ...problems(400, 404) },
        },
      },
      async (request, reply) => {
        const scope = scopeOf(request);
        const { id } = request.params;
        const { view } = await reads.state(scope, id);
        const start = request.headers['last-event-id'] ?? request.query.after ?? '0';
        const after = start === 'latest' ? await jobs.lastEventId(scope, id) : Number(start);
        await streams.open(
          request,
          reply,
          {
            page: (after) => reads.page(scope, id, after),
            end: async () => endOf((await reads.state(scope, id)).view),
            subscribe: (wake) => jobs.subscribe(id, wake),
          },
          { after, end: endOf(view) },
        );
      },
    );
  }
}
