import { z } from 'zod';
import type { Json } from '../src/domain/json.ts';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { category, noExpected, right, wrong } from './common/grade.ts';
import { normalizeNumbers } from './common/numbers.ts';
import { asText, clip, jsonEqual, quote, quoteJson } from './common/text.ts';

const options = z.strictObject({
  ignoreCase: z.boolean().default(false).describe('Upper and lower case are the same.'),
  trim: z.boolean().default(true).describe('White space at the beginning and the end does not count.'),
  normalizeNumbers: z.boolean().default(false).describe('`1,200.50` equals `1200.5`.'),
  ignorePunctuation: z.boolean().default(false).describe('Punctuation and symbols do not count.'),
  collapseWhitespace: z.boolean().default(false).describe('Every run of white space counts as one space.'),
});
type Options = z.infer<typeof options>;

/** Longest text that is looked at for a hint on what is nearly right. */
const HINT_LENGTH = 20_000;

export const exactMatch = defineEvaluator({
  type: 'exact-match',
  title: 'Exact match',
  description:
    'The output equals the expected answer: 1 or 0. An expected object or list is compared as JSON, whatever the order of keys and the white space. ' +
    '`details` holds the expected and the predicted label.',
  needs: ['output', 'parsed', 'expected'],
  options,
  defaultThreshold: 1,
  evaluate(sample, chosen) {
    const { output, expected } = sample;
    if (expected === undefined) return noExpected();
    if (expected !== null && typeof expected === 'object') return compareStructure(sample.parsed, output, expected);
    const wanted = asText(expected);
    const want = normalized(wanted, chosen);
    const got = normalized(output, chosen);
    const details = { expected: cut(wanted.trim()), predicted: cut(output.trim()) };
    if (got === want) return right(`the output is the expected answer ${quote(wanted)}`, details);
    return wrong(
      failure(output, got, want),
      `expected ${quote(wanted)}, got ${quote(output)}${hint(got, want, output)}`,
      details,
    );
  },
});

/** Longest expected answer that counts as a label, so that failures group by confusion. */
const LABEL_LENGTH = 40;

function failure(output: string, got: string, want: string): string {
  if (output.trim() === '') return 'empty-output';
  return want.length > LABEL_LENGTH ? 'wrong-answer' : category('wrong-label', want, got);
}

const cut = (text: string) => clip(text, 100);

function compareStructure(parsed: Json | undefined, output: string, expected: Json) {
  if (parsed === undefined) {
    return wrong(
      'not-json',
      `expected the JSON value ${quoteJson(expected)}, got text that is not JSON: ${quote(output)}`,
    );
  }
  return jsonEqual(expected, parsed)
    ? right(`the output is the expected JSON value ${quoteJson(expected)}`)
    : wrong('wrong-value', `expected the JSON value ${quoteJson(expected, 400)}, got ${quoteJson(parsed, 400)}`);
}

function normalized(text: string, chosen: Options): string {
  let result = chosen.trim ? text.trim() : text;
  if (chosen.ignoreCase) result = result.toLowerCase();
  if (chosen.normalizeNumbers) result = normalizeNumbers(result);
  if (chosen.ignorePunctuation) result = result.replace(/[\p{P}\p{S}]/gu, '');
  if (chosen.collapseWhitespace) result = result.replace(/\s+/g, ' ');
  return chosen.trim ? result.trim() : result;
}

/** What separates the output from the answer, when it is little. */
function hint(got: string, want: string, output: string): string {
  if (output.trim() === '') return '; the output is empty';
  if (want === '' || got.length > HINT_LENGTH) return '';
  if (got.trim() === want.trim()) return '; only white space at the beginning or the end differs';
  const bare = (text: string) =>
    text
      .toLowerCase()
      .replace(/[\p{P}\p{S}\s]+/gu, ' ')
      .trim();
  if (got.toLowerCase() === want.toLowerCase()) return '; only upper and lower case differ';
  if (got.length < 2 * want.length + 20 && bare(got) === bare(want))
    return '; only punctuation, symbols or white space differ';
  const at = got.toLowerCase().indexOf(want.toLowerCase());
  if (at < 0) return '';
  const before = got.slice(0, at).trim() !== '';
  const after = got.slice(at + want.length).trim() !== '';
  const where = before && after ? 'around' : before ? 'before' : 'after';
  return `; the expected answer is in the output, but there is extra text ${where} it: give the answer alone`;
}
