import { expect } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { calibrationRequestSchema } from '../../src/domain/calibration.ts';
import { evaluationRequestSchema } from '../../src/domain/evaluation.ts';
import { jobRequestSchema } from '../../src/domain/job.ts';
import { parseLimitSettings } from '../../src/models/limit-settings.ts';
import { createPriceTable } from '../../src/models/prices.ts';
import { metricsPage } from '../generator/metrics-page.ts';
import { JOB_MODELS } from './job-models.ts';
import type { Block } from './markdown.ts';

type Fields = Readonly<Record<string, unknown>>;
/** Sends a body to the service of the page and throws unless it is accepted. */
export type Post = (path: string, body: unknown) => Promise<void>;

const fields = z.record(z.string(), z.unknown());
const onlyFieldsOf = (value: Fields, schema: z.ZodObject) => Object.keys(value).every((name) => name in schema.shape);
const has = (value: Fields, ...names: readonly string[]) => names.every((name) => name in value);

/** A job that is accepted; fragments of a job take the place of its fields. */
const JOB = {
  prompt: 'support-triage@latest',
  dataset: 'support-mails@latest',
  suite: 'support-triage@latest',
  models: JOB_MODELS,
  budget: { rollouts: 400 },
};

/** Every document of a JSON or YAML block. */
export function documentsOf({ language, text, at }: Pick<Block, 'language' | 'text' | 'at'>): readonly unknown[] {
  if (language === 'jsonl')
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  if (language === 'json') return [JSON.parse(text)];
  return parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw new Error(`${at}: ${document.errors[0]?.message}`);
    return parse(String(document));
  });
}

/** Says what a document is and has the service, or the schema that reads it, accept it. Throws for one that nothing here knows. */
export async function acceptDocument(value: unknown, post: Post): Promise<string> {
  if (Array.isArray(value))
    return acceptList(
      value.map((each) => fields.parse(each)),
      post,
    );
  const document = fields.parse(value);
  const each = KINDS.find(({ is }) => is(document));
  if (each === undefined) throw new Error(`no check knows a document with ${Object.keys(document).join(', ')}`);
  await each.accept(document, post);
  return each.kind;
}

interface Kind {
  readonly kind: string;
  readonly is: (value: Fields) => boolean;
  readonly accept: (value: Fields, post: Post) => void | Promise<void>;
}

const KINDS: readonly Kind[] = [
  {
    kind: 'evaluation',
    is: (value) => has(value, 'candidates') && onlyFieldsOf(value, evaluationRequestSchema),
    accept: (value, post) => post('/v1/evaluations', value),
  },
  {
    kind: 'suite',
    is: (value) => has(value, 'evaluators'),
    accept: (value, post) => post('/v1/suites/from-the-docs/versions', value),
  },
  {
    kind: 'price file',
    is: ({ models }) => Array.isArray(models),
    accept: (value) => void createPriceTable(value),
  },
  {
    kind: 'prompt',
    is: (value) => has(value, 'messages') || has(value, 'steps'),
    accept: (value, post) => post('/v1/prompts/from-the-docs/versions', value),
  },
  {
    kind: 'labelled row',
    is: (value) => has(value, 'output', 'label'),
    accept: (value) =>
      void calibrationRequestSchema.parse({
        evaluator: { type: 'closed-qa', options: { criterion: 'Is it right?' } },
        judge: JOB.models.reflection,
        dataset: { rows: [value, value] },
      }),
  },
  {
    kind: 'row',
    is: (value) => has(value, 'input'),
    accept: (value, post) =>
      post('/v1/jobs?dryRun=true', {
        ...JOB,
        dataset: {
          rows: Array.from({ length: 30 }, (_, index) => ({ ...value, id: `${value['id'] ?? 'row'}-${index}` })),
        },
        suite: { evaluators: [{ id: 'brief', type: 'word-count', options: { max: 99 } }] },
        force: true,
      }),
  },
  {
    kind: 'job',
    is: (value) =>
      has(value, 'prompt', 'dataset', 'suite', 'models', 'budget') && onlyFieldsOf(value, jobRequestSchema),
    accept: (value, post) => post('/v1/jobs?dryRun=true', value),
  },
  {
    kind: 'part of a job',
    is: (value) => onlyFieldsOf(value, jobRequestSchema),
    accept: (value, post) => post('/v1/jobs?dryRun=true', { ...JOB, ...suiteFor(value['objectives']), ...value }),
  },
  {
    kind: 'part of an evaluation',
    is: (value) => onlyFieldsOf(value, evaluationRequestSchema),
    accept: (value) => void evaluationRequestSchema.partial().parse(value),
  },
];

async function acceptList(values: readonly Fields[], post: Post): Promise<string> {
  if (values.every((value) => has(value, 'metric', 'goal'))) {
    await post('/v1/jobs?dryRun=true', { ...JOB, ...suiteFor(values), objectives: values });
    return 'objectives';
  }
  if (values.every((value) => has(value, 'metric'))) {
    await post('/v1/suites/from-the-docs/versions', { ...suiteFor(values).suite, gates: values });
    return 'gates';
  }
  parseLimitSettings(values);
  return 'limits file';
}

const OPERATIONAL = new Set(Array.from(metricsPage().matchAll(/^\| `(\w+)` \|/gm), ([, name]) => name));

/** A suite with an evaluator for each metric that objectives name. */
function suiteFor(objectives: unknown): { readonly suite?: object } {
  const metrics = z.array(z.looseObject({ metric: z.string() })).safeParse(objectives).data ?? [];
  const ids = new Set(metrics.map(({ metric }) => metric.split(/[.@]/)[0] ?? '').filter((id) => !OPERATIONAL.has(id)));
  if (ids.size === 0) return {};
  return { suite: { evaluators: [...ids].map((id) => ({ id, type: 'exact-match' })) } };
}

/** What a block shows as output is what was written, but for figures and for what it leaves out with `…`. */
export function expectOutput(shown: string, written: string): void {
  const lines = shown.split('\n').filter((line) => line.trim() !== '' && line.trim() !== '…');
  const pattern = lines
    .map((line) =>
      line
        .trim()
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replaceAll('…', '.*?')
        .replace(/\d[\d,]*/g, '\\d[\\d,]*')
        .replace(/\s+/g, '\\s+'),
    )
    .join('[\\s\\S]*?');
  if (!new RegExp(pattern).test(written)) expect.fail(`the output is not what the page shows:\n${written}`);
}
