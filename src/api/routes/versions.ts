import type { z } from 'zod';
import type { Page, PageRequest } from '../../registry/page.ts';
import type { Scope } from '../../store/scope.ts';
import { scopeOf } from '../auth.ts';
import type { Api } from '../deps.ts';
import { listQuery, nameParams, noQuery, pageOf, problems, versionParams } from '../route-docs.ts';

/** A registry whose versions can be read, and how one goes over the wire. */
export interface Versions<Version, View extends object> {
  /** Singular, as in `prompt`; the paths and the tag have the plural. */
  readonly noun: string;
  readonly registry: {
    versions(scope: Scope, name: string, page: PageRequest): Promise<Page<Version>>;
    version(scope: Scope, name: string, version: number): Promise<Version>;
  };
  readonly schema: z.ZodType<View, View>;
  readonly view: (version: Version) => View;
}

/** Reading immutable versions is the same for prompts, datasets and suites. */
export function versionRoutes<Version, View extends object>(api: Api, versions: Versions<Version, View>): void {
  const { noun, registry, view } = versions;
  const schema: z.ZodType<object, object> = versions.schema;
  const tags = [`${noun}s`];

  api.get(
    `/${noun}s/:name/versions`,
    {
      schema: {
        tags,
        summary: `Versions of a ${noun}, newest first`,
        params: nameParams,
        querystring: listQuery,
        response: { 200: pageOf(schema), ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const { items, nextCursor } = await registry.versions(scopeOf(request), request.params.name, request.query);
      return reply.code(200).send({ items: items.map(view), nextCursor });
    },
  );

  api.get(
    `/${noun}s/:name/versions/:version`,
    {
      schema: {
        tags,
        summary: `One version of a ${noun}`,
        params: versionParams,
        querystring: noQuery,
        response: { 200: schema, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const { name, version } = request.params;
      return reply.code(200).send(view(await registry.version(scopeOf(request), name, version)));
    },
  );
}
