import { z } from 'zod';
import { deeperThan, type Json } from '../src/domain/json.ts';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { compareStructures, type Difference, STRUCTURE_DEPTH } from './common/compare-structures.ts';
import { category, graded, missing, noExpected, right, wrong } from './common/grade.ts';
import { notJson } from './common/not-json.ts';
import { quoteJson, structured } from './common/text.ts';

const SHOWN = 12;

const options = z.strictObject({
  strings: z
    .enum(['levenshtein', 'exact'])
    .default('levenshtein')
    .describe('Two texts: 1 − edit distance / length of the longer one, or 1 when they are equal and 0 when not.'),
  numbers: z
    .enum(['relative', 'exact'])
    .default('relative')
    .describe('Two numbers: 1 − |a − b| / (|a| + |b|), or 1 when they are equal and 0 when not.'),
});

export const jsonSimilarity = defineEvaluator({
  type: 'json-similarity',
  title: 'JSON similarity',
  description:
    'How much the JSON of the output is like the expected JSON, all levels deep: an object is the mean over the fields that either has, a list the mean over the positions of the longer one, ' +
    'texts and numbers by their similarity, values of different types 0 (JSONDiff of autoevals). One Markdown code fence around the output is tolerated. ' +
    `Outputs nested more than ${STRUCTURE_DEPTH} levels deep score 0.`,
  needs: ['output', 'parsed', 'expected'],
  options,
  defaultThreshold: 0.5,
  evaluate({ output, parsed, expected }, chosen) {
    if (expected === undefined) return noExpected();
    const wanted = structured(expected);
    if (deeperThan(wanted, STRUCTURE_DEPTH))
      return missing(`the expected answer is nested more than ${STRUCTURE_DEPTH} levels deep`);
    if (parsed === undefined) return notJson(output);
    if (deeperThan(parsed, STRUCTURE_DEPTH)) {
      return wrong('too-deep', `expected at most ${STRUCTURE_DEPTH} levels of nesting, the output has more`);
    }
    const { similarity, differences } = compareStructures(wanted, parsed, chosen);
    const [worst] = differences;
    if (!worst || similarity === 1) return right(`the output is the expected JSON ${quoteJson(wanted)}`);
    const lines = differences
      .slice(0, SHOWN)
      .map(
        ({ path, expected: want, found }) => `- ${path === '' ? 'the outermost value' : path}: ${told(want, found)}`,
      );
    const more = differences.length > SHOWN ? '\n- and more' : '';
    return graded(
      similarity,
      groupOf(worst),
      `the JSON of the output is not the expected one (similarity ${similarity.toFixed(2)}); what costs most:\n${lines.join('\n')}${more}`,
      { wrong: differences.slice(0, SHOWN).map(({ path }) => path) },
    );
  },
});

function told(expected: Json | undefined, found: Json | undefined): string {
  if (found === undefined) return `missing, expected ${quoteJson(expected)}`;
  return expected === undefined
    ? `not expected, got ${quoteJson(found)}`
    : `expected ${quoteJson(expected)}, got ${quoteJson(found)}`;
}

function groupOf({ path, expected, found }: Difference): string {
  const kind = found === undefined ? 'missing-field' : expected === undefined ? 'extra-field' : 'wrong-field';
  return category(kind, path === '' ? '(root)' : path);
}
