import type { Json, JsonObject } from '../../domain/json.ts';

/** What an assertion asks for, in terms of the catalogue. */
export interface MappedCheck {
  readonly type: string;
  readonly options?: JsonObject;
  readonly threshold?: number;
  /** Scored 1 or 0. */
  readonly passOnly?: boolean;
  readonly expected?: Json;
  /** The evaluator says the opposite. */
  readonly negate?: boolean;
  /** Must pass, too. */
  readonly also?: readonly { readonly type: string; readonly options?: JsonObject; readonly passOnly?: boolean }[];
  /** What the mapping leaves out. */
  readonly note?: string;
}

export interface AssertionInput {
  readonly value: Json | undefined;
  readonly threshold: number | undefined;
  readonly vars: JsonObject;
}

type Mapping = (input: AssertionInput) => MappedCheck | string;

const isObject = (value: Json | undefined): value is JsonObject =>
  value !== undefined && value !== null && typeof value === 'object' && !Array.isArray(value);
const textOf = (value: Json | undefined): string | null =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;

/** A list, or texts parted by commas, some of them in quotes. */
function listOf(value: Json | undefined): string[] | null {
  if (Array.isArray(value)) {
    const texts = value.map(textOf);
    return texts.every((each) => each !== null) ? texts : null;
  }
  if (typeof value !== 'string') return null;
  const items = value.match(/"(?:\\.|[^"\\])*"|[^,]+/g) ?? [];
  return items
    .map((item) => item.trim())
    .map((item) => (/^".*"$/.test(item) ? item.slice(1, -1).replace(/\\(.)/g, '$1') : item))
    .filter((item) => item !== '');
}

const one =
  (type: string, more: JsonObject = {}): Mapping =>
  ({ value }) => {
    const text = textOf(value);
    return text === null || text === '' ? 'its value is not a text' : { type, options: { value: text, ...more } };
  };
const many =
  (type: string): Mapping =>
  ({ value }) => {
    const values = listOf(value);
    return values === null || values.length === 0
      ? 'its value is not a list of texts'
      : { type, options: { values }, passOnly: true };
  };
const similarity =
  (type: string, fallback: number, options: JsonObject): Mapping =>
  ({ value, threshold = fallback }) =>
    textOf(value) === null && !Array.isArray(value)
      ? 'its value is not a text'
      : { type, options, threshold: Math.min(1, Math.max(0, threshold)), expected: value ?? null };
const limit =
  (type: string): Mapping =>
  ({ threshold }) =>
    threshold === undefined ? 'it has no threshold' : { type, options: { limit: threshold }, passOnly: true };

const FINISH: Readonly<Record<string, string>> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'content-filter',
  tool_calls: 'tool-calls',
};
const CODE = 'it runs code; write a module or an http evaluator';
const MARKUP = 'no evaluator reads HTML';
const PROVIDER = 'no evaluator of the catalogue calls this service';

/** Deterministic assertion types; a text says why there is no equal. */
export const TYPES: Readonly<Record<string, Mapping | string>> = {
  equals: ({ value }) =>
    value === undefined
      ? 'it has no value'
      : { type: 'exact-match', options: { trim: false }, expected: typeof value === 'object' ? value : String(value) },
  contains: one('contains'),
  icontains: one('icontains'),
  'contains-any': many('contains-any'),
  'contains-all': many('contains-all'),
  'icontains-any': many('icontains-any'),
  'icontains-all': many('icontains-all'),
  'starts-with': one('starts-with', { trim: false }),
  regex: ({ value }) =>
    typeof value === 'string' && value !== ''
      ? { type: 'regex', options: { pattern: value } }
      : 'its value is not a pattern',
  'word-count': ({ value }) => {
    if (isObject(value)) return { type: 'word-count', options: { ...value }, passOnly: true };
    const count = Number(value);
    return Number.isInteger(count)
      ? { type: 'word-count', options: { min: count, max: count }, passOnly: true }
      : 'its value is neither a number nor {min, max}';
  },
  'is-json': ({ value }) => {
    if (value === undefined) return { type: 'json-valid' };
    if (!isObject(value)) return 'its value is not a JSON Schema';
    return { type: 'json-schema', options: { schema: value }, also: [{ type: 'json-valid' }] };
  },
  'contains-json': 'JSON in the midst of other text is not looked for; ask for JSON alone and use is-json',
  'is-xml': ({ value }) => {
    if (value === undefined) return { type: 'xml-valid' };
    const required = isObject(value) ? listOf(value['requiredElements']) : listOf(value);
    return required === null
      ? 'its value names no elements'
      : { type: 'xml-valid', options: { requiredElements: required } };
  },
  'contains-xml': 'XML in the midst of other text is not looked for; ask for XML alone and use is-xml',
  'is-html': MARKUP,
  'contains-html': MARKUP,
  'is-sql': ({ value }) => {
    const dialect = isObject(value) ? String(value['databaseType'] ?? 'MySQL') : 'MySQL';
    if (!/^postgres(?:ql)?$/i.test(dialect))
      return `SQL is checked by PostgreSQL's grammar alone, and this asks for ${dialect}`;
    const lists = isObject(value)
      ? ['allowedTables', 'allowedColumns'].filter((name) => value[name] !== undefined)
      : [];
    return {
      type: 'sql-valid',
      ...(lists.length > 0 && { note: `${lists.join(' and ')}: tables and columns are not looked at` }),
    };
  },
  'contains-sql': 'SQL in the midst of other text is not looked for; ask for SQL alone and use is-sql',
  levenshtein: ({ value, threshold = 5 }) =>
    textOf(value) === null
      ? 'its value is not a text'
      : {
          type: 'levenshtein',
          options: { trim: false, maxDistance: Math.max(0, Math.floor(threshold)) },
          threshold: 1,
          passOnly: true,
          expected: String(value),
        },
  'rouge-n': similarity('rouge-n', 0.75, { n: 1, beta: 1 }),
  bleu: similarity('bleu', 0.5, {}),
  gleu: 'there is no such measure in the catalogue; bleu and rouge-n are near',
  meteor: 'there is no such measure in the catalogue; bleu and rouge-n are near',
  latency: limit('latency'),
  cost: limit('cost'),
  'finish-reason': ({ value }) => {
    const accepted = typeof value === 'string' ? FINISH[value] : undefined;
    return accepted === undefined
      ? 'its value is no finish reason'
      : { type: 'finish-reason', options: { accept: [accepted] } };
  },
  // Here not to refuse is what is good.
  'is-refusal': () => ({ type: 'refusal', negate: true, passOnly: true }),
  'tool-call-f1': ({ value, threshold = 1 }) => {
    const names = listOf(value);
    return names === null
      ? 'its value names no tools'
      : {
          type: 'tool-calls',
          options: { calls: names, arguments: 'ignore' },
          threshold: Math.min(1, Math.max(0, threshold)),
        };
  },
  'trajectory:tool-used': ({ value }) => {
    const names = listOf(value);
    return names === null
      ? 'only a name or a list of names is known'
      : {
          type: 'tool-calls',
          options: { calls: names, arguments: 'ignore', allowExtra: true },
          threshold: 1,
          passOnly: true,
        };
  },
  'trajectory:step-count': ({ value }) => {
    if (!isObject(value) || (value['type'] !== undefined && value['type'] !== 'tool'))
      return 'only tool steps with min and max are known';
    const { type: _type, pattern, ...range } = value;
    return pattern === undefined
      ? { type: 'step-count', options: { of: 'tool-calls', ...range }, passOnly: true }
      : 'steps are not chosen by a pattern';
  },
  javascript: CODE,
  python: CODE,
  ruby: CODE,
  webhook: 'it calls a service of yours; write an http evaluator',
  'similar:dot': 'embeddings are compared by their cosine alone',
  'similar:euclidean': 'embeddings are compared by their cosine alone',
  perplexity: 'providers do not give log probabilities here',
  'perplexity-score': 'providers do not give log probabilities here',
  classifier: PROVIDER,
  moderation: `${PROVIDER}; content-safety asks a judge model`,
  guardrails: PROVIDER,
  pi: PROVIDER,
  'select-best': 'it compares prompts with each other; paretune eval does, with statistics',
  'max-score': 'it compares prompts with each other; paretune eval does, with statistics',
  human: 'people score in their own tool',
};

type GradedMapping = (
  value: Json | undefined,
  threshold: number | undefined,
) =>
  | {
      readonly type: string;
      readonly options: JsonObject;
      readonly threshold: number | undefined;
      readonly expected: Json | undefined;
    }
  | string;

const criteria =
  (fallback?: number): GradedMapping =>
  (value, threshold = fallback) => {
    const texts = listOfCriteria(value);
    return texts === null
      ? 'its value is not a text'
      : {
          type: 'rubric',
          options: { criteria: texts.map((criterion) => ({ criterion })) },
          threshold,
          expected: undefined,
        };
  };
const listOfCriteria = (value: Json | undefined): string[] | null => {
  const texts = Array.isArray(value) ? value : [value];
  return texts.every((text) => typeof text === 'string' && text !== '') ? texts.map(String) : null;
};
const plain =
  (type: string): GradedMapping =>
  (_value, threshold) => ({ type, options: {}, threshold, expected: undefined });
const referenced =
  (type: string): GradedMapping =>
  (value, threshold) =>
    textOf(value) === null ? 'its value is not a text' : { type, options: {}, threshold, expected: String(value) };

/** What promptfoo embeds with where nothing else is said. */
const EMBEDDINGS = { provider: 'openai', model: 'text-embedding-3-large' };

/** Cosine of the embeddings; of several texts the nearest. */
const similar: GradedMapping = (value, threshold = 0.75) =>
  textOf(value) === null && !(Array.isArray(value) && value.length > 0)
    ? 'its value is not a text'
    : {
        type: 'embedding-similarity',
        options: { model: EMBEDDINGS },
        threshold,
        expected: Array.isArray(value) ? value : String(value),
      };

/** Assertions that a model decides: evaluators of the suite, for all rows alike. */
export const MODEL_GRADED: Readonly<Record<string, GradedMapping>> = {
  similar,
  'similar:cosine': similar,
  'llm-rubric': criteria(),
  'g-eval': criteria(0.7),
  'model-graded-closedqa': (value, threshold) =>
    typeof value === 'string'
      ? { type: 'closed-qa', options: { criterion: value }, threshold, expected: undefined }
      : 'its value is not a text',
  factuality: referenced('factual-accuracy'),
  'model-graded-factuality': referenced('factual-accuracy'),
  'answer-relevance': plain('answer-relevancy'),
  'context-faithfulness': plain('faithfulness'),
  'context-relevance': plain('context-relevance'),
  'context-recall': referenced('context-recall'),
};
