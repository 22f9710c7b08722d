import { z } from 'zod';
import { type JsonObject, jsonObjectSchema } from '../src/domain/json.ts';
import { defineEvaluator, type Endpoint, type Sample } from '../src/lab/evaluator.ts';
import { category, graded, missing } from './common/grade.ts';
import { clip } from './common/text.ts';

const FIELDS = ['input', 'output', 'expected', 'context', 'messages', 'metadata', 'toolCalls'] as const;
type Field = (typeof FIELDS)[number];

const withoutPassword = (url: string): boolean => {
  const { username, password } = new URL(url);
  return username === '' && password === '';
};

const options = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .refine(
      withoutPassword,
      'must not hold a user name or password: it would be kept in the record; check the signature',
    )
    .describe('Where the score is asked for, with POST.'),
  send: z.array(z.enum(FIELDS)).min(1).default(['input', 'output']).describe('What of the rollout is sent.'),
  config: jsonObjectSchema.default({}).describe('Sent along as it is, under `config`.'),
  keyRef: z
    .string()
    .regex(
      /^env:PARETUNE_EVALUATOR_([A-Z0-9_]+_)?KEY$/,
      'must be "env:PARETUNE_EVALUATOR_KEY" or "env:PARETUNE_EVALUATOR_…_KEY"',
    )
    .default('env:PARETUNE_EVALUATOR_KEY')
    .describe('Variable of the service that holds the key of the signature.'),
  timeoutSeconds: z.number().positive().max(120).default(30).describe('Of one attempt; failed ones are tried again.'),
});
type Options = z.infer<typeof options>;

const answerSchema = z.object({
  value: z.number().min(0).max(1).nullable(),
  feedback: z.string().default(''),
  category: z.string().nullish(),
  details: jsonObjectSchema.optional(),
});

const endpointOf = ({ url, keyRef, timeoutSeconds }: Options): Endpoint => ({
  url,
  keyRef,
  timeoutMs: timeoutSeconds * 1000,
});

const MAX_FEEDBACK = 4_000;
const MAX_DETAILS = 8_000;

export const http = defineEvaluator({
  type: 'http',
  title: 'HTTP',
  description:
    'A server of your own scores the output: signed POST of `{ "version": 1, "sample": {…}, "config": {…} }`, answered with `{ "value": 0…1 or null, "feedback": "…", "category": "…", "details": {…} }`. ' +
    'Requests carry a timestamp and an HMAC-SHA256 signature; they are tried again after timeouts, 429 and 5xx; redirects are not followed, and addresses inside the network of the service are refused unless the operator allows them. An answer of another shape is a missing score.',
  needs: ['output'],
  alsoNeeds: ({ send }) => send,
  options,
  defaultThreshold: 0.5,
  reaches: (given) => ({ endpoints: [endpointOf(given)] }),
  async evaluate(sample, given, tools) {
    const answer = await tools.post(
      endpointOf(given),
      { version: 1, sample: sent(sample, given.send), config: given.config },
      answerSchema,
    );
    const feedback = clip(answer.feedback, MAX_FEEDBACK);
    if (answer.value === null) return missing(feedback || 'the evaluator over HTTP says that this cannot be measured');
    const details = JSON.stringify(answer.details ?? {}).length <= MAX_DETAILS ? answer.details : undefined;
    return graded(
      answer.value,
      answer.value === 1 ? null : category('http', answer.category ?? 'below-1'),
      feedback || `the evaluator over HTTP gave ${answer.value} and no reason`,
      details,
    );
  },
});

function sent(sample: Sample, fields: readonly Field[]): JsonObject {
  const texts: JsonObject = { output: sample.output };
  for (const field of fields) {
    if (field === 'output') continue;
    const value = field === 'toolCalls' ? sample.toolCalls.map((call) => ({ ...call })) : sample[field];
    texts[field] = jsonObjectSchema.parse({ value: value ?? null })['value'] ?? null;
  }
  return texts;
}
