import { z } from 'zod';
import { type CatalogueEvaluator, defineEvaluator } from '../../src/lab/evaluator.ts';
import { category, missing, noExpected, right, wrong } from './grade.ts';
import { asText, quote } from './text.ts';

const options = z.strictObject({
  value: z.string().min(1).max(10_000).optional().describe('The text; default: the expected answer of the row.'),
  ignoreCase: z.boolean().default(false).describe('Upper and lower case are the same.'),
  trim: z.boolean().default(true).describe('White space at the beginning and the end of the output does not count.'),
});

/** The output begins, or ends, with a text. */
export function affixEvaluator(
  declared: { readonly type: string; readonly title: string; readonly description: string },
  end: 'start' | 'end',
): CatalogueEvaluator {
  return defineEvaluator({
    ...declared,
    needs: ['output'],
    alsoNeeds: ({ value }) => (value === undefined ? ['expected'] : []),
    options,
    defaultThreshold: 1,
    evaluate({ output, expected }, { value, ignoreCase, trim }) {
      if (value === undefined && expected === undefined) return noExpected();
      const text = value ?? asText(expected ?? null);
      if (text === '') return missing('the expected answer is empty, so every output begins and ends with it');
      const fold = (each: string) => (ignoreCase ? each.toLowerCase() : each);
      const got = fold(trim ? output.trim() : output);
      const verb = end === 'start' ? 'start' : 'end';
      if (end === 'start' ? got.startsWith(fold(text)) : got.endsWith(fold(text))) {
        return right(`the output ${verb}s with ${quote(text)}`);
      }
      const shown = Math.max(80, Math.min(text.length, 200));
      const there = end === 'start' ? output.trimStart().slice(0, shown) : output.trimEnd().slice(-shown);
      return wrong(
        category(`wrong-${end}`, text),
        `expected the output to ${verb} with ${quote(text)}, but it ${verb}s with ${quote(there)}${fold(output).includes(fold(text)) ? '; the text stands elsewhere in the output' : ''}`,
      );
    },
  });
}
