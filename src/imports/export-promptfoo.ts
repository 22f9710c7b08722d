import { stringify } from 'yaml';
import type { RowInput } from '../domain/dataset.ts';
import type { JsonObject } from '../domain/json.ts';
import { isChain, type PromptContent } from '../domain/prompt.ts';
import type { EvaluatorSpec, Suite } from '../domain/suite.ts';
import type { NotMapped } from './contract.ts';

export interface ExportRequest {
  readonly description: string;
  readonly prompt: PromptContent;
  readonly suite: Suite;
  readonly rows: readonly RowInput[];
}

/** A promptfoo configuration of a prompt, a suite and rows, with what promptfoo has no equal for. */
export function exportPromptfoo({ description, prompt, suite, rows }: ExportRequest): {
  readonly yaml: string;
  readonly notMapped: readonly NotMapped[];
} {
  const notMapped: NotMapped[] = [];
  const shared: JsonObject[] = [];
  const perRow: ((row: RowInput) => JsonObject | null)[] = [];
  suite.evaluators.forEach((spec, index) => {
    const place = (why: string) =>
      notMapped.push({ at: `evaluators.${index}`, what: `${spec.id} (${spec.type})`, why });
    const made = assertionOf(spec);
    if (typeof made === 'string') place(made);
    else if (typeof made === 'function') perRow.push((row) => withSpec(made(row), spec));
    else {
      const assertion = withSpec(made, spec);
      if (assertion) shared.push(assertion);
    }
  });
  if (isChain(prompt))
    notMapped.push({
      at: 'prompt',
      what: 'the steps of a chain',
      why: 'promptfoo calls one prompt per test; the last step is exported',
    });
  const messages = isChain(prompt) ? (prompt.steps.at(-1)?.prompt.messages ?? []) : prompt.messages;
  const only = messages.length === 1 && messages[0]?.role === 'user' ? messages[0].content : null;
  const tests = rows.flatMap((row, index) => {
    if (row.excluded) return [];
    const assert = perRow.flatMap((make) => make(row) ?? []);
    const { checks: _checks, ...metadata } = row.metadata ?? {};
    return [
      {
        description: row.id ?? `row-${index + 1}`,
        vars: varsOf(row),
        ...(assert.length > 0 && { assert }),
        metadata: {
          ...metadata,
          ...(row.cohort !== undefined && { cohort: row.cohort }),
          ...(row.split && { split: row.split }),
        },
      },
    ];
  });
  const yaml = stringify({
    description,
    prompts: [only ?? JSON.stringify(messages)],
    providers: ['echo'],
    ...(shared.length > 0 && { defaultTest: { assert: shared } }),
    tests,
  });
  notMapped.push({ at: 'providers', what: 'the model', why: 'replace "echo" by the provider that answers' });
  return { yaml, notMapped };
}

function varsOf(row: RowInput): JsonObject {
  const context =
    row.context === undefined
      ? {}
      : { context: typeof row.context === 'string' ? row.context : row.context.join('\n\n') };
  return typeof row.input === 'string' ? { ...context, input: row.input } : { ...context, ...row.input };
}

function withSpec(assertion: JsonObject | null, { id, threshold, negate }: EvaluatorSpec): JsonObject | null {
  if (assertion === null) return null;
  const { type: given, ...rest } = assertion;
  const type = String(given);
  // Twice negated is not negated.
  const turned = !negate ? type : type.startsWith('not-') ? type.slice(4) : `not-${type}`;
  return {
    type: turned,
    ...rest,
    ...(threshold !== undefined && threshold !== 1 && { threshold }),
    metric: id,
  };
}

const expectedText = ({ expected }: RowInput) =>
  expected === undefined ? null : typeof expected === 'object' ? expected : String(expected);
const perExpected = (type: string) => (row: RowInput) => {
  const value = expectedText(row);
  return value === null ? null : { type, value };
};
type Made = JsonObject | ((row: RowInput) => JsonObject | null) | string;

function assertionOf({ type, options = {} }: EvaluatorSpec): Made {
  const { value, values } = options;
  switch (type) {
    case 'exact-match':
      return options['ignoreCase'] || options['ignorePunctuation'] || options['normalizeNumbers']
        ? 'equals knows no such options'
        : perExpected('equals');
    case 'contains':
    case 'icontains':
      return value === undefined ? perExpected(type) : { type, value };
    case 'not-contains':
      return value === undefined ? perExpected('not-contains') : { type: 'not-contains', value };
    case 'starts-with':
      return options['ignoreCase']
        ? 'starts-with knows no such option'
        : value === undefined
          ? perExpected(type)
          : { type, value };
    case 'contains-any':
    case 'contains-all':
    case 'icontains-any':
    case 'icontains-all':
      return values === undefined ? perExpected(type) : { type, value: values };
    case 'regex':
      return options['flags'] || options['match'] === 'full'
        ? 'flags and full matches have no equal'
        : { type, value: options['pattern'] ?? '' };
    case 'word-count':
      return options['unit'] && options['unit'] !== 'words'
        ? 'only words are counted'
        : { type, value: pick(options, ['min', 'max']) };
    case 'json-valid':
      return { type: 'is-json' };
    case 'json-schema':
      return { type: 'is-json', value: options['schema'] ?? {} };
    case 'xml-valid':
      return {
        type: 'is-xml',
        ...(options['requiredElements'] !== undefined && { value: { requiredElements: options['requiredElements'] } }),
      };
    case 'sql-valid':
      return { type: 'is-sql', value: { databaseType: 'PostgreSQL' } };
    case 'rouge-n':
    case 'bleu':
      return perExpected(type);
    case 'levenshtein':
      return typeof options['maxDistance'] === 'number'
        ? (row) => {
            const text = expectedText(row);
            return text === null ? null : { type, value: text, threshold: options['maxDistance'] ?? 0 };
          }
        : 'promptfoo limits the distance, not the similarity; set maxDistance';
    case 'latency':
    case 'cost':
      return { type, threshold: options['limit'] ?? 0 };
    case 'refusal':
      return { type: 'not-is-refusal' };
    case 'rubric':
      return typeof options['criteria'] === 'string'
        ? { type: 'llm-rubric', value: options['criteria'] }
        : 'weighted criteria have no equal';
    case 'closed-qa':
      return { type: 'model-graded-closedqa', value: options['criterion'] ?? '' };
    case 'factual-accuracy':
      return perExpected('factuality');
    case 'faithfulness':
      return { type: 'context-faithfulness' };
    case 'answer-relevancy':
      return { type: 'answer-relevance' };
    case 'context-relevance':
      return { type: 'context-relevance' };
    case 'context-recall':
      return perExpected('context-recall');
    case 'row-checks':
    case 'judged-row-checks':
      return 'the checks of single rows are not exported';
    default:
      return 'there is no assertion of this kind';
  }
}

const pick = (options: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
