import { createHash } from 'node:crypto';
import { z } from 'zod';
import { SPLITS } from '../../domain/dataset.ts';
import { fieldError } from '../../domain/errors.ts';
import {
  datasetCohortViewSchema,
  datasetDiffViewSchema,
  datasetRowViewSchema,
  datasetVersionViewSchema,
} from '../../domain/views/registry-view.ts';
import { ROW_FORMATS } from '../../registry/rows/read-rows.ts';
import { scopeOf } from '../auth.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { streamed } from '../idempotency.ts';
import { datasetDiffView, datasetRowView, datasetVersionView } from '../registry-views.ts';
import {
  betweenQuery,
  idempotencyHeaders,
  listQuery,
  nameParams,
  noQuery,
  pageOf,
  pageQuery,
  problems,
  storedId,
  versionParams,
} from '../route-docs.ts';
import { versionRoutes } from './versions.ts';

const tags = ['datasets'];

/** Content types of an upload. */
const UPLOAD_TYPES: readonly string[] = Object.keys(ROW_FORMATS);

export function datasetRoutes(api: Api, deps: ApiDeps): void {
  const { datasets } = deps.registries;
  uploadRoute(api, deps);

  api.get(
    '/datasets',
    {
      schema: {
        tags,
        summary: 'The newest version of each dataset, by name',
        querystring: listQuery,
        response: { 200: pageOf(datasetVersionViewSchema), ...problems(400) },
      },
    },
    async (request, reply) => {
      const { items, nextCursor } = await datasets.list(scopeOf(request), request.query);
      return reply.code(200).send({ items: items.map(datasetVersionView), nextCursor });
    },
  );

  versionRoutes(api, {
    noun: 'dataset',
    registry: datasets,
    schema: datasetVersionViewSchema,
    view: datasetVersionView,
  });

  api.get(
    '/datasets/:name/versions/:version/rows',
    {
      schema: {
        tags,
        summary: 'Rows in upload order',
        params: versionParams,
        querystring: z.strictObject({
          ...pageQuery,
          split: z.enum(SPLITS).optional(),
          cohort: storedId(1_000).optional(),
          search: storedId(200)
            .optional()
            .describe('Text in the id, the input or the expected answer, whatever the case.'),
        }),
        response: { 200: pageOf(datasetRowViewSchema), ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const { items, nextCursor } = await datasets.rows(scopeOf(request), request.params, request.query);
      return reply.code(200).send({ items: items.map(datasetRowView), nextCursor });
    },
  );

  api.get(
    '/datasets/:name/versions/:version/cohorts',
    {
      schema: {
        tags,
        summary: 'Rows by cohort and split, the largest cohorts first',
        params: versionParams,
        querystring: noQuery,
        response: { 200: pageOf(datasetCohortViewSchema), ...problems(400, 404) },
      },
    },
    async (request, reply) =>
      reply.code(200).send({ items: await datasets.cohorts(scopeOf(request), request.params), nextCursor: null }),
  );

  api.get(
    '/datasets/:name/diff',
    {
      schema: {
        tags,
        summary: 'Rows added, removed and changed between two versions',
        params: nameParams,
        querystring: z.strictObject({ ...betweenQuery, ...pageQuery }),
        response: { 200: datasetDiffViewSchema, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const { from, to, ...page } = request.query;
      const diff = await datasets.diff(scopeOf(request), request.params.name, { from, to }, page);
      return reply.code(200).send(datasetDiffView(diff));
    },
  );
}

/** In a context of its own, because its bodies are not parsed: they stream from the socket into the database. */
function uploadRoute(api: Api, { registries: { datasets } }: ApiDeps): void {
  api.register(async (upload: Api) => {
    upload.removeAllContentTypeParsers();
    upload.addContentTypeParser([...UPLOAD_TYPES], (_request, _stream, done) => done(null));

    upload.post(
      '/datasets/:name/versions',
      {
        config: { idempotent: 'stream', mediaTypes: UPLOAD_TYPES },
        bodyLimit: Number.MAX_SAFE_INTEGER,
        schema: {
          tags,
          summary: 'Upload a version of a dataset',
          description:
            'Streamed, any size; one row at most 1 MiB. JSON Lines, CSV with a header, or `{ "rows": [...] }`. The same content again answers 200 with the version that has it. When a row is broken nothing is stored, and up to 20 problems are named by line.',
          consumes: [...UPLOAD_TYPES],
          params: nameParams,
          querystring: z.strictObject({
            message: z.string().max(2000).optional().describe('What changed, as a commit message.'),
            author: z.string().max(200).optional(),
            dryRun: z
              .stringbool({ truthy: ['true'], falsy: ['false'] })
              .optional()
              .describe(
                'Look at it only: answers 200 with splits and warnings of what it would become; nothing is stored.',
              ),
          }),
          headers: idempotencyHeaders,
          response: {
            200: datasetVersionViewSchema,
            201: datasetVersionViewSchema,
            ...problems(400, 409, 413, 415, 422),
          },
        },
      },
      async (request, reply) => {
        const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
        const format = ROW_FORMATS[type];
        if (!format) throw fieldError('content-type', `must be ${UPLOAD_TYPES.join(', ')}`, 'unsupported_media_type');
        const hash = createHash('sha256');
        const { created, ...version } = await datasets.createVersion(scopeOf(request), request.params.name, {
          format,
          body: streamed(request, hash),
          ...request.query,
        });
        if (request.claim) request.claim.streamSha256 = hash.digest('hex');
        return reply
          .code(created ? 201 : 200)
          .header('location', `/v1/datasets/${version.name}/versions/${version.version}`)
          .send(datasetVersionView(version));
      },
    );
  });
}
