import fc from 'fast-check';
import { type Json, jsonSchema } from '../../src/domain/json.ts';
import { FINISH_REASONS } from '../../src/domain/model.ts';
import type { CatalogueEvaluator, Graded, Prepared, Sample } from '../../src/lab/evaluator.ts';
import { sampleOf } from './testing.ts';

/** Options and expected answers under which each deterministic evaluator does its full work. */
const SET_UPS: Readonly<Record<string, readonly { readonly options?: unknown; readonly expected?: Json }[]>> = {
  'exact-match': [
    { expected: 'billing' },
    {
      options: { ignoreCase: true, normalizeNumbers: true, ignorePunctuation: true, collapseWhitespace: true },
      expected: 'a b',
    },
    { expected: { a: [1] } },
  ],
  regex: [{ options: { pattern: '(a+)+$' } }, { options: { pattern: '(a|aa)+', match: 'full', flags: 'is' } }],
  numeric: [{ expected: 12 }, { options: { take: 'first', value: 3 } }],
  choice: [{ expected: 'B' }, { options: { choices: { A: 'Paris', B: 'not Paris' } }, expected: 'A' }],
  'json-schema': [
    {
      options: {
        schema: {
          type: ['object', 'array', 'string', 'number', 'null'],
          uniqueItems: true,
          items: { anyOf: [{ format: 'url' }, { format: 'email' }, { pattern: '^(a+)+$' }] },
          additionalProperties: { $ref: '#' },
        },
      },
    },
  ],
  'json-fields': [
    { expected: { a: { b: 1 }, c: [1, 2], d: 'x' } },
    { options: { compare: 'set', penalizeExtra: true }, expected: { a: [1, 2] } },
    {
      options: { fields: { 'a.b': { compare: 'levenshtein', weight: 2 }, c: { compare: 'number', tolerance: 1 } } },
      expected: '{"a":{"b":"x"},"c":1}',
    },
  ],
  'json-similarity': [
    { expected: { a: { b: 1 }, c: [1, 'two'], d: 'x' } },
    { options: { strings: 'exact', numbers: 'exact' }, expected: '[1, 2]' },
  ],
  'list-contains': [
    { expected: ['a', 'b'] },
    { options: { compare: 'levenshtein', allowExtra: true }, expected: ['aa', '1', 'a, b'] },
    { options: { format: 'lines', compare: 'exact', values: ['a'] } },
  ],
  'rouge-n': [{ expected: 'an expected answer' }, { options: { n: 2, beta: 0 }, expected: ['a 1', '1 a'] }],
  bleu: [
    { expected: ['an expected answer', 'a'] },
    { options: { tokenize: 'char', smoothing: 'none', ignoreCase: true }, expected: 'a1 ,' },
  ],
  'word-count': [
    { options: { max: 3 } },
    { options: { unit: 'sentences', min: 2 } },
    { options: { unit: 'characters', min: 1, max: 2 } },
  ],
  'tool-calls': [
    { expected: ['a', { name: 'b', arguments: { a: 1 } }] },
    { options: { order: 'same', arguments: 'exact', allowExtra: true }, expected: [{ name: 'a', arguments: {} }] },
  ],
  'step-count': [{ options: { max: 1 } }, { options: { of: 'tool-calls', min: 2 } }],
  language: [{ options: { languages: ['en', 'de'] } }, {}, { options: { field: 'language' } }],
  'contains-link': [{}, { options: { domains: ['a.b'] } }],
  'xml-valid': [{ options: { allowFence: true, requiredElements: ['a'] } }],
  'sql-valid': [{}, { options: { allowFence: true, readOnly: true } }],
  weighted: [{ options: { weights: { a: 1, b: 2 }, gates: ['c'] } }],
  'all-of': [{ options: { of: ['a', 'b'] } }],
  'any-of': [{ options: { of: ['a', 'b'], gates: ['c'] } }],
  latency: [{ options: { limit: 5 } }],
  cost: [{ options: { limit: 0 } }],
  'prompt-tokens': [{ options: { limit: 5 } }],
  'output-tokens': [{ options: { limit: 100 } }],
};
/** One evaluator with options, and an answer that these are made for. */
export interface SetUp {
  readonly type: string;
  readonly prepared: Prepared;
  readonly expected: Json | undefined;
}

/** The deterministic evaluators of a catalogue, loaded, as they are fuzzed. One whose options have no default throws unless it has a set-up here. */
export async function setUpsOf(catalogue: readonly CatalogueEvaluator[]): Promise<readonly SetUp[]> {
  const deterministic = deterministicOf(catalogue);
  await Promise.all(deterministic.map((evaluator) => evaluator.load?.()));
  return deterministic.flatMap((evaluator) =>
    (SET_UPS[evaluator.type] ?? [{ expected: 'an expected answer' }]).map(({ options, expected }) => ({
      type: evaluator.type,
      prepared: evaluator.prepare(options),
      expected,
    })),
  );
}

/** What is wrong with a score, whatever was scored; null when nothing is. */
export function brokenRule({ value, feedback, category }: Graded): string | null {
  if (value !== null && !(value >= 0 && value <= 1)) return `the value is ${value}`;
  if (feedback.length === 0) return 'there is no feedback';
  if (feedback.length >= 20_000) return `the feedback has ${feedback.length} characters`;
  if ((category === null) !== (value === null || value === 1)) return `the category of ${value} is ${category}`;
  return (category ?? '').length < 120 ? null : 'the category is long';
}

const CHARACTERS = [...'a1 .,"{}[]:@-()B', '\n', '\ud800', '\u0000', '😀', 'é', '你'];
const PIECES = [
  ...[
    '<a',
    '>',
    '</a>',
    '&',
    ';',
    '&amp;',
    'http://',
    'https://a.b',
    '/',
    '- ',
    '1. ',
    '\n',
    '\r',
    '|',
    '```',
    '```json\n',
  ],
  ...[
    'password=',
    'sk-',
    'eyJ',
    'x1',
    ' ',
    '"',
    "'",
    'SELECT ',
    'FROM ',
    '(',
    ')',
    ',',
    '--',
    'Answer: ',
    'B',
    'the ',
    'a ',
    'an ',
  ],
  ...[
    'expected ',
    'answer',
    'Ich kann ',
    'не ',
    '1,000.5',
    '-3e9',
    '0',
    '%',
    '{',
    '}',
    '[',
    ']',
    ':',
    'null',
    'true',
    '\\',
  ],
];
const json = fc.json({ maxDepth: 4 });
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 200 }),
  fc.string({ unit: fc.constantFrom(...PIECES), maxLength: 60 }),
  json,
  fc.json({ maxDepth: 2 }).map((inside) => `\`\`\`json\n${inside}\n\`\`\``),
);
const value: fc.Arbitrary<Json> = fc.oneof(
  json.map((written): Json => JSON.parse(written)),
  text,
);
const amount = fc.oneof(fc.nat(), fc.double({ min: 0, noNaN: true }), fc.constant(0));
const fraction = fc.double({ min: 0, max: 1, noNaN: true });

const deterministicOf = (catalogue: readonly CatalogueEvaluator[]) =>
  catalogue.filter(({ grader, remote }) => grader === undefined && !remote);

/** `metadata.checks` of a row: groups of checks of every kind, some of which cannot be used. */
function rowChecks(catalogue: readonly CatalogueEvaluator[]): fc.Arbitrary<Json> {
  const checkable = deterministicOf(catalogue).filter(
    ({ type, needs }) => type !== 'row-checks' && !needs.includes('scores'),
  );
  const kinds = checkable.flatMap(({ type }) =>
    (SET_UPS[type] ?? [{ expected: 'an expected answer' }]).map((setUp) => ({ type, ...setUp })),
  );
  const common = fc.record(
    {
      weight: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 10, noNaN: true })),
      threshold: fraction,
      passOnly: fc.boolean(),
      name: fc.string({ maxLength: 20 }),
    },
    { requiredKeys: [] },
  );
  const leaf = fc
    .tuple(fc.constantFrom(...kinds), common, fc.boolean(), fc.option(value, { nil: undefined, freq: 4 }))
    .map(([{ type, options, expected }, more, negate, other]) =>
      jsonSchema.parse({
        ...more,
        type,
        negate,
        ...(options !== undefined && { options }),
        ...((other ?? expected) !== undefined && { expected: other ?? expected }),
      }),
    );
  const { group } = fc.letrec<{ group: Json; check: Json }>((tie) => ({
    check: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('group')),
    group: fc
      .tuple(common, fc.array(tie('check'), { minLength: 1, maxLength: 6 }))
      .map(([more, checks]) => jsonSchema.parse({ ...more, checks })),
  }));
  return fc.oneof({ weight: 9, arbitrary: group }, { weight: 1, arbitrary: value });
}

const rest = fc.record(
  {
    input: text,
    context: fc.array(text, { maxLength: 2 }),
    toolCalls: fc.array(
      fc.record({ name: fc.oneof(fc.constantFrom('a', 'b'), text), arguments: fc.oneof(json, text) }),
      { maxLength: 5 },
    ),
    finish: fc.constantFrom(null, ...FINISH_REASONS),
    usage: fc.record({
      promptTokens: amount,
      inputTokens: amount,
      outputTokens: amount,
      cost: fc.option(amount),
      latencyMs: amount,
    }),
    trace: fc.array(
      fc.record({
        component: fc.string(),
        messages: fc.constant([]),
        output: fc.constant(''),
        toolCalls: fc.constant([]),
        finish: fc.constantFrom(...FINISH_REASONS),
        callId: fc.constant('c'),
        usage: fc.constant({ inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 }),
        cost: fc.constant(null),
        latencyMs: fc.constant(1),
      }),
      { maxLength: 4 },
    ),
    scores: fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd'),
      fc.record({ value: fc.option(fraction), pass: fc.boolean(), feedback: text, category: fc.option(text) }),
    ),
    metadata: fc.dictionary(fc.string(), value),
  },
  { requiredKeys: [] },
);

/** Everything that an evaluator of the catalogue may be given, to be completed with the answer of a set-up. */
export const wildSamples = (
  catalogue: readonly CatalogueEvaluator[],
): fc.Arbitrary<(expected: Json | undefined) => Sample> =>
  fc
    .tuple(
      text,
      rest,
      fc.oneof(
        { weight: 2, arbitrary: fc.constant(null) },
        fc.option(value, { nil: undefined }).map((given) => ({ given })),
      ),
      fc.option(rowChecks(catalogue), { nil: undefined, freq: 5 }),
    )
    .map(
      ([output, given, other, checks]) =>
        (expected) =>
          sampleOf(output, {
            ...given,
            ...(checks !== undefined && { metadata: { ...given.metadata, checks } }),
            expected: other === null ? expected : other.given,
          }),
    );
