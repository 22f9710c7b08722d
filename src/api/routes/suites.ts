import { z } from 'zod';
import { suiteSchema } from '../../domain/suite.ts';
import { suiteVersionViewSchema } from '../../domain/views/registry-view.ts';
import { scopeOf } from '../auth.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { suiteVersionView } from '../registry-views.ts';
import { idempotencyHeaders, listQuery, nameParams, noQuery, pageOf, problems } from '../route-docs.ts';
import { versionRoutes } from './versions.ts';

const tags = ['suites'];

const suiteVersionRequestSchema = z
  .strictObject({
    ...suiteSchema.shape,
    message: z.string().max(2000).optional().describe('What changed, as a commit message.'),
    author: z.string().max(200).optional(),
  })
  .superRefine(({ evaluators }, context) => {
    evaluators.forEach(({ id }, index) => {
      if (evaluators.findIndex((other) => other.id === id) < index) {
        context.addIssue({
          code: 'custom',
          path: ['evaluators', index, 'id'],
          message: 'is used by an earlier evaluator; ids must differ',
        });
      }
    });
  })
  .meta({ id: 'SuiteVersionRequest' });

export function suiteRoutes(api: Api, { registries: { suites } }: ApiDeps): void {
  api.post(
    '/suites/:name/versions',
    {
      config: { idempotent: true },
      schema: {
        tags,
        summary: 'Add a version of a suite',
        description:
          'The suite is created with its first version. The same content again answers 200 with the version that has it.',
        params: nameParams,
        querystring: noQuery,
        headers: idempotencyHeaders,
        body: suiteVersionRequestSchema,
        response: { 200: suiteVersionViewSchema, 201: suiteVersionViewSchema, ...problems(400, 409, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      const { message, author, ...content } = request.body;
      const { created, ...version } = await suites.createVersion(scopeOf(request), request.params.name, content, {
        message,
        author,
      });
      return reply
        .code(created ? 201 : 200)
        .header('location', `/v1/suites/${version.name}/versions/${version.version}`)
        .send(suiteVersionView(version));
    },
  );

  api.get(
    '/suites',
    {
      schema: {
        tags,
        summary: 'The newest version of each suite, by name',
        querystring: listQuery,
        response: { 200: pageOf(suiteVersionViewSchema), ...problems(400) },
      },
    },
    async (request, reply) => {
      const { items, nextCursor } = await suites.list(scopeOf(request), request.query);
      return reply.code(200).send({ items: items.map(suiteVersionView), nextCursor });
    },
  );

  versionRoutes(api, { noun: 'suite', registry: suites, schema: suiteVersionViewSchema, view: suiteVersionView });
}
