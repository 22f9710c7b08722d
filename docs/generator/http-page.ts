import { z } from 'zod';
import { readConfig } from '../../src/config.ts';
import { startService } from '../../src/main.ts';
import { page, table } from './markdown.ts';

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        summary: z.string().optional(),
        description: z.string().optional(),
        tags: z.array(z.string()).default([]),
        parameters: z
          .array(z.object({ name: z.string(), in: z.string(), description: z.string().optional() }))
          .default([]),
        responses: z.record(z.string(), z.unknown()).default({}),
      }),
    ),
  ),
});

/** The OpenAPI document as a service of this version serves it. */
async function openApiDocument(): Promise<z.infer<typeof documentSchema>> {
  const service = await startService({
    config: readConfig({ PORT: '0', PARETUNE_DATA_DIR: 'memory', LOG_LEVEL: 'silent' }),
    worker: false,
    environment: {},
  });
  try {
    return documentSchema.parse(await (await fetch(`${service.url}/openapi.json`)).json());
  } finally {
    await service.close();
  }
}

export async function httpPage(): Promise<string> {
  const { paths } = await openApiDocument();
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
  );
  const tags = [...new Set(operations.map(({ tags }) => tags[0] ?? 'other'))];
  return page('HTTP routes', 'the OpenAPI document', [
    'A running service answers the whole contract, with every body and answer, at `/openapi.json`, and shows it at `/docs`. Errors: [errors.md](errors.md). Requests and answers are JSON in camelCase; times are ISO 8601 in UTC; lists are `{ items, nextCursor }`. A POST that creates something takes an `Idempotency-Key`.',
    ...tags.map((tag) => {
      const rows = operations
        .filter((operation) => (operation.tags[0] ?? 'other') === tag)
        .map(({ method, path, summary = '', parameters, responses }) => [
          `\`${method} ${path}\``,
          summary,
          parameters
            .filter((parameter) => parameter.in === 'query')
            .map(({ name }) => `\`${name}\``)
            .join(', '),
          Object.keys(responses)
            .filter((status) => status.startsWith('2') || status.startsWith('3'))
            .join(', '),
        ]);
      return `## ${tag}\n\n${table(['route', 'what', 'query', 'answers'], rows)}`;
    }),
  ]);
}
