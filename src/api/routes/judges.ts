import { z } from 'zod';
import { judgeCardSchema, judgeCardViewSchema } from '../../domain/judge-card.ts';
import { modelConfigSchema } from '../../domain/model.ts';
import type { JudgeStanding } from '../../registry/judge-registry.ts';
import { scopeOf } from '../auth.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { idParams, listQuery, noQuery, pageOf, problems, versionParams } from '../route-docs.ts';

const tags = ['judges'];

const standingSchema = z
  .object({
    evaluator: z.string().describe('Id in the suite.'),
    judges: z.array(modelConfigSchema).describe('Empty: the judge of the job that uses the suite.'),
    card: judgeCardSchema
      .nullable()
      .describe('The newest of this evaluator with these judges; null when there is none.'),
    warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  })
  .meta({ id: 'JudgeStanding' });

const standingView = ({ judges, warnings, ...rest }: JudgeStanding) => ({
  ...rest,
  judges: [...judges],
  warnings: [...warnings],
});

export function judgeRoutes(api: Api, { registries: { judges, suites } }: ApiDeps): void {
  api.get(
    '/judges',
    {
      schema: {
        tags,
        summary: 'Judge cards, newest first',
        querystring: listQuery,
        response: { 200: pageOf(judgeCardViewSchema), ...problems(400) },
      },
    },
    async (request, reply) => {
      const { items, nextCursor } = await judges.list(scopeOf(request), request.query);
      return reply.code(200).send({ items, nextCursor });
    },
  );

  api.get(
    '/judges/:id',
    {
      schema: {
        tags,
        summary: 'One judge card',
        params: idParams,
        querystring: noQuery,
        response: { 200: judgeCardViewSchema, ...problems(400, 404) },
      },
    },
    async (request, reply) => reply.code(200).send(await judges.get(scopeOf(request), request.params.id)),
  );

  api.get(
    '/suites/:name/versions/:version/judges',
    {
      schema: {
        tags: ['suites'],
        summary: 'The judges of a suite with their cards',
        params: versionParams,
        querystring: noQuery,
        response: { 200: pageOf(standingSchema), ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const { name, version } = request.params;
      const scope = scopeOf(request);
      const { content } = await suites.version(scope, name, version);
      const items = (await judges.standing(scope, content, null)).map(standingView);
      return reply.code(200).send({ items, nextCursor: null });
    },
  );
}
