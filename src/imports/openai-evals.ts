import { z } from 'zod';
import type { RowInput } from '../domain/dataset.ts';
import { fieldError } from '../domain/errors.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Message } from '../domain/model.ts';
import type { EvaluatorSpec } from '../domain/suite.ts';
import { type Imported, type Importer, NOTHING, type NotMapped } from './contract.ts';
import { openaiCriteria } from './openai-criteria.ts';
import { recordsOf, type SourceRecord } from './records.ts';
import { toRow } from './rows.ts';

const messagesSchema = z.array(z.object({ role: z.string(), content: z.string() })).min(1);

/**
 * Both things of that name: the hosted product's eval object (`testing_criteria`) with its rows `{"item": {…}}`, and the rows
 * `{"input": …, "ideal": …}` of the open-source repository.
 */
export const openaiEvals: Importer = {
  format: 'openai-evals',
  title: 'OpenAI evals, hosted and open source',
  source: 'OpenAI API reference, evals and graders; openai/evals, docs/build-eval.md',
  read({ files, name }) {
    const notMapped: NotMapped[] = [];
    const records = files.flatMap(recordsOf);
    const evals = records.filter(({ value }) => Array.isArray(value['testing_criteria']));
    const rest = records.filter((record) => !evals.includes(record));
    const hosted = rest.filter(({ value }) => isObject(value['item']));
    const open = rest.filter(({ value }) => value['input'] !== undefined);
    const unknown = rest.find((record) => !hosted.includes(record) && !open.includes(record));
    if (unknown)
      throw fieldError(
        unknown.at,
        'is neither an eval with testing_criteria, nor a row with "item", nor one with "input"',
      );
    const [definition, more] = evals;
    if (more) throw fieldError(more.at, 'is a second eval; import one at a time');
    const criteria = definition ? openaiCriteria(definition, notMapped) : null;
    if (hosted.length > 0) return hostedEval(name, hosted, criteria, notMapped);
    const rows = openRows(name, open, notMapped);
    return { ...rows, suites: criteria ? [{ name, suite: { evaluators: [...criteria.evaluators] } }] : [], notMapped };
  },
};

interface Criteria {
  readonly evaluators: readonly EvaluatorSpec[];
  /** The item's field that the criteria hold for right; null without one. */
  readonly reference: string | null;
}

function hostedEval(
  name: string,
  records: readonly SourceRecord[],
  criteria: Criteria | null,
  notMapped: NotMapped[],
): Imported {
  const rows = records.map(({ at, value }): RowInput => {
    const item = isObject(value['item']) ? value['item'] : {};
    for (const field of Object.keys(value))
      if (field !== 'item')
        notMapped.push({ at, what: `field "${field}"`, why: 'recorded answers and results are not part of a dataset' });
    const reference = criteria?.reference;
    const { [reference ?? '']: expected, ...input } = item;
    return reference === null || reference === undefined
      ? { input: item }
      : { input, ...(expected !== undefined && { expected }) };
  });
  return {
    ...NOTHING,
    datasets: [{ name, rows }],
    suites:
      criteria && criteria.evaluators.length > 0 ? [{ name, suite: { evaluators: [...criteria.evaluators] } }] : [],
    notMapped,
  };
}

function openRows(name: string, records: readonly SourceRecord[], notMapped: NotMapped[]): Imported {
  if (records.length === 0) return { ...NOTHING, notMapped };
  const shared = sharedPrompt(records);
  const rows = records.map(({ at, value }) => {
    const { input, ideal, ...metadata } = value;
    const messages = messagesSchema.safeParse(input);
    const asked = messages.success ? (shared ? messages.data.at(-1)?.content : conversation(messages.data)) : input;
    return toRow({ at, input: asked, expected: ideal, metadata }, notMapped);
  });
  if (records.some(({ value }) => Array.isArray(value['ideal'])))
    notMapped.push({
      at: records[0]?.at ?? '',
      what: 'several ideal answers',
      why: 'they are kept as a list: contains-any, levenshtein and the text similarities accept any of them, exact-match does not',
    });
  return {
    ...NOTHING,
    prompts: shared ? [{ name, prompt: { messages: shared } }] : [],
    datasets: [{ name, rows }],
    notMapped,
  };
}

/** The messages before the last, when they are the same in all rows: they are the prompt. */
function sharedPrompt(records: readonly SourceRecord[]): Message[] | null {
  const all = records.map(({ value }) => messagesSchema.safeParse(value['input']));
  const [first] = all;
  if (!first?.success) return null;
  const head = JSON.stringify(first.data.slice(0, -1));
  if (!all.every((each) => each.success && JSON.stringify(each.data.slice(0, -1)) === head)) return null;
  return [
    ...first.data.slice(0, -1).map(({ role, content }) => ({ role: roleOf(role), content })),
    { role: 'user', content: '{{input}}' },
  ];
}

const roleOf = (role: string): Message['role'] =>
  role === 'system' || role === 'developer' || role === 'assistant' ? role : 'user';
const conversation = (messages: readonly { readonly role: string; readonly content: string }[]): string =>
  messages.map(({ role, content }) => `${role}: ${content}`).join('\n\n');
const isObject = (value: Json | undefined): value is JsonObject =>
  value !== undefined && value !== null && typeof value === 'object' && !Array.isArray(value);
