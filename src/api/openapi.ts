import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Api } from './deps.ts';

/** The contract as OpenAPI 3.1, generated from the schemas that validate and serialise. */
export async function installOpenApi(server: Api, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Paretune',
        version,
        description:
          'Optimizes prompts under hard budgets. Errors are RFC 9457 problems; every answer carries `x-request-id`.',
      },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', description: '`pt_…`' } } },
      security: [{ key: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => withJsonValues(withUploadBody(jsonSchemaTransformObject(document))),
  });
}

type OpenApiDocument = ReturnType<typeof jsonSchemaTransformObject>;

/** A streamed body has no schema that validates it, and so none that documents it. */
function withUploadBody(document: OpenApiDocument): OpenApiDocument {
  const upload = 'paths' in document ? document.paths?.['/v1/datasets/{name}/versions']?.post : undefined;
  if (!upload) return document;
  const row = { $ref: '#/components/schemas/RowInput' };
  const lines = { type: 'string' as const, description: 'One row per line.' };
  Object.assign(upload, {
    requestBody: {
      required: true,
      content: {
        'application/x-ndjson': { schema: lines },
        'application/jsonl': { schema: lines },
        'text/csv': { schema: { type: 'string', description: 'A header and one row per record.' } },
        'application/json': {
          schema: { type: 'object', required: ['rows'], properties: { rows: { type: 'array', items: row } } },
        },
      },
    },
  });
  return document;
}

const COMPONENTS = '#/components/schemas/';

/**
 * The one recursive schema that we have is "any JSON value". Recursive schemas get references to components that are not written out, so
 * these references are led to one that says so.
 */
function withJsonValues(document: OpenApiDocument): OpenApiDocument {
  if (!('components' in document)) return document;
  const known = document.components?.schemas ?? {};
  const text = JSON.stringify(document, (key, value: unknown) =>
    key === '$ref' &&
    typeof value === 'string' &&
    value.startsWith(COMPONENTS) &&
    !(value.slice(COMPONENTS.length) in known)
      ? `${COMPONENTS}Json`
      : value,
  );
  const complete: typeof document = JSON.parse(text);
  Object.assign(complete.components?.schemas ?? {}, { Json: { description: 'Any JSON value.' } });
  return complete;
}

/** What the pages of the documentation load: their own files. */
const DOCS_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

/** `/openapi.json` and the pages that show it, without anything from the network. */
export async function installDocs(server: Api): Promise<void> {
  await server.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: DOCS_POLICY,
    logLevel: 'warn',
    uiConfig: { docExpansion: 'list', tryItOutEnabled: false },
  });
  let document: string | undefined;
  server.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    document ??= JSON.stringify(server.swagger());
    return reply.type('application/json; charset=utf-8').serializer(String).send(document);
  });
}
