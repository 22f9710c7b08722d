import { z } from 'zod';
import { jsonObjectSchema } from '../../domain/json.ts';
import {
  compiledViewSchema,
  promptDiffViewSchema,
  promptVersionViewSchema,
  promptViewSchema,
  resolvedPromptViewSchema,
} from '../../domain/views/registry-view.ts';
import { promptVersionRequestSchema } from '../../registry/prompt-request.ts';
import { scopeOf } from '../auth.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { matchesEtag } from '../etag.ts';
import { promptDiffView, promptVersionView, promptView } from '../registry-views.ts';
import {
  betweenQuery,
  idempotencyHeaders,
  listQuery,
  nameParams,
  noQuery,
  pageOf,
  problems,
  versionParams,
} from '../route-docs.ts';
import { versionRoutes } from './versions.ts';

const tags = ['prompts'];

export function promptRoutes(api: Api, { registries: { prompts } }: ApiDeps): void {
  api.post(
    '/prompts/:name/versions',
    {
      config: { idempotent: true },
      schema: {
        tags,
        summary: 'Add a version of a prompt',
        description:
          'The prompt is created with its first version. The same content again answers 200 with the version that has it.',
        params: nameParams,
        querystring: noQuery,
        headers: idempotencyHeaders,
        body: promptVersionRequestSchema,
        response: {
          200: promptVersionViewSchema,
          201: promptVersionViewSchema,
          ...problems(400, 404, 409, 413, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const { created, ...version } = await prompts.createVersion(scopeOf(request), request.params.name, request.body);
      return reply
        .code(created ? 201 : 200)
        .header('location', `/v1/prompts/${version.name}/versions/${version.version}`)
        .send(promptVersionView(version));
    },
  );

  api.get(
    '/prompts',
    {
      schema: {
        tags,
        summary: 'Prompts by name',
        querystring: listQuery,
        response: { 200: pageOf(promptViewSchema), ...problems(400) },
      },
    },
    async (request, reply) => {
      const { items, nextCursor } = await prompts.list(scopeOf(request), request.query);
      return reply.code(200).send({ items: items.map(promptView), nextCursor });
    },
  );

  api.get(
    '/prompts/:name',
    {
      schema: {
        tags,
        summary: 'One prompt with its newest version',
        params: nameParams,
        querystring: noQuery,
        response: { 200: promptViewSchema, ...problems(400, 404) },
      },
    },
    async (request, reply) =>
      reply.code(200).send(promptView(await prompts.get(scopeOf(request), request.params.name))),
  );

  versionRoutes(api, { noun: 'prompt', registry: prompts, schema: promptVersionViewSchema, view: promptVersionView });

  api.get(
    '/prompts/:name/diff',
    {
      schema: {
        tags,
        summary: 'What differs between two versions',
        params: nameParams,
        querystring: z.strictObject(betweenQuery),
        response: { 200: promptDiffViewSchema, ...problems(400, 404) },
      },
    },
    async (request, reply) =>
      reply.code(200).send(promptDiffView(await prompts.diff(scopeOf(request), request.params.name, request.query))),
  );

  api.post(
    '/prompts/:name/versions/:version/compile',
    {
      // It computes, and changes nothing.
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Render a version with variables',
        params: versionParams,
        querystring: noQuery,
        body: z.strictObject({ variables: jsonObjectSchema.default({}) }),
        response: { 200: compiledViewSchema, ...problems(400, 404, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      const { name, version } = request.params;
      const { ref, sha256, ...compiled } = await prompts.compile(
        scopeOf(request),
        name,
        version,
        request.body.variables,
      );
      return reply
        .code(200)
        .send(
          'steps' in compiled
            ? { ref, sha256, steps: compiled.steps.map(({ id, messages }) => ({ id, messages: [...messages] })) }
            : { ref, sha256, messages: [...compiled.messages] },
        );
    },
  );

  api.get(
    '/prompts/:name/resolve',
    {
      schema: {
        tags,
        summary: 'The version that an application is to use now',
        description: 'Answers 304 to the `ETag` of the version in use.',
        params: nameParams,
        querystring: z.strictObject({
          environment: z
            .string()
            .regex(/^[a-z][a-z0-9-]{0,49}$/, 'must be "latest" or the name of an environment, such as "production"')
            .default('production')
            .describe('An environment, or `latest`.'),
          key: z
            .string()
            .max(500)
            .optional()
            .describe('Sticky key, such as a user id. Without a canary every key gets the same version.'),
        }),
        response: {
          200: resolvedPromptViewSchema,
          304: z.null().describe('The version with this ETag is still the one to use.'),
          ...problems(400, 404),
        },
      },
    },
    async (request, reply) => {
      const { environment } = request.query;
      const found = await prompts.resolve(scopeOf(request), `${request.params.name}@${environment}`, 'environment');
      const { ref, name, version, sha256, content } = found;
      const etag = `"${ref}:${sha256}"`;
      reply.header('etag', etag).header('cache-control', 'private, no-cache');
      if (matchesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send(null);
      return reply.code(200).send({ ref, name, version, sha256, environment, content });
    },
  );
}
