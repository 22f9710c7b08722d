import { z } from 'zod';
import { jsonObjectSchema } from '../../domain/json.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { noQuery, pageOf, problems } from '../route-docs.ts';

const tags = ['catalogue'];

const evaluatorViewSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    description: z.string(),
    needs: z.array(z.string()).describe('What it reads of a rollout; options may add to it.'),
    defaultThreshold: z.number(),
    grader: z
      .object({ id: z.string(), version: z.int(), hash: z.string() })
      .nullable()
      .describe('The grader prompt of a model-graded evaluator.'),
    code: z
      .string()
      .nullable()
      .describe("SHA-256 of the file of an operator's own evaluator; null for the catalogue's."),
    options: jsonObjectSchema.describe('JSON Schema of `options`.'),
  })
  .meta({ id: 'Evaluator' });

const optimizerViewSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    source: z.string().describe('The paper or system that it follows.'),
    options: jsonObjectSchema.describe('JSON Schema of `options`.'),
  })
  .meta({ id: 'Optimizer' });

/** The schema of options as a user writes them. What a schema cannot say (a compiled pattern) is left open. */
function optionsSchema(options: z.ZodType) {
  return jsonObjectSchema.parse(z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' }));
}

/** The catalogues do not change while the service runs: they are described once. */
export function evaluatorRoutes(api: Api, { evaluators, optimizers }: ApiDeps): void {
  const evaluatorViews = evaluators.map(
    ({ type, title, description, needs, defaultThreshold, grader, code = null, options }) => ({
      type,
      title,
      description,
      needs: [...needs],
      defaultThreshold,
      grader: grader ? { id: grader.id, version: grader.version, hash: grader.hash } : null,
      code,
      options: optionsSchema(options),
    }),
  );
  const optimizerViews = optimizers.map(({ type, title, source, options }) => ({
    type,
    title,
    source,
    options: optionsSchema(options),
  }));

  api.get(
    '/evaluators',
    {
      schema: {
        tags,
        summary: 'The catalogue of evaluators',
        querystring: noQuery,
        response: { 200: pageOf(evaluatorViewSchema), ...problems(400) },
      },
    },
    async (_request, reply) => reply.code(200).send({ items: evaluatorViews, nextCursor: null }),
  );

  api.get(
    '/optimizers',
    {
      schema: {
        tags,
        summary: 'The optimizers',
        querystring: noQuery,
        response: { 200: pageOf(optimizerViewSchema), ...problems(400) },
      },
    },
    async (_request, reply) => reply.code(200).send({ items: optimizerViews, nextCursor: null }),
  );
}
