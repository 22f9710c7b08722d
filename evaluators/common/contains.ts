import { z } from 'zod';
import type { Json } from '../../src/domain/json.ts';
import { type CatalogueEvaluator, defineEvaluator, type Graded } from '../../src/lab/evaluator.ts';
import { category, graded, missing, noExpected, right, wrong } from './grade.ts';
import { asText, quote, quoteList, references } from './text.ts';

const MAX_LENGTH = 10_000;

const oneValue = z.strictObject({
  value: z.string().min(1).max(MAX_LENGTH).optional().describe('The text; default: the expected answer of the row.'),
});

const manyValues = z.strictObject({
  values: z
    .array(z.string().min(1).max(MAX_LENGTH))
    .min(1)
    .max(200)
    .optional()
    .describe('The texts; default: the expected answer of the row, a list of texts or one text.'),
});

interface Declaration {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  /** Upper and lower case are the same. */
  readonly ignoreCase?: boolean;
}

/** A text as it is searched. */
const folded = (text: string, ignoreCase: boolean) => (ignoreCase ? text.toLowerCase() : text);

/** Texts to look for: the option, else the expected answer. A score when there is nothing to look for. */
function wantedTexts(given: readonly string[] | undefined, expected: Json | undefined): readonly string[] | Graded {
  if (given) return given;
  if (expected === undefined) return noExpected();
  const texts = references(expected).filter((text) => text !== '');
  return texts.length > 0 ? texts : missing('the expected answer is empty, so every output contains it');
}

const whenAbsent = (given: unknown) => (given === undefined ? (['expected'] as const) : []);

/** The output contains one text, or must not. */
export function containsOne(
  { ignoreCase = false, ...declared }: Declaration,
  polarity: 'present' | 'absent' = 'present',
): CatalogueEvaluator {
  return defineEvaluator({
    ...declared,
    needs: ['output'],
    alsoNeeds: ({ value }) => whenAbsent(value),
    options: oneValue,
    defaultThreshold: 1,
    evaluate({ output, expected }, { value }) {
      if (value === undefined && expected === undefined) return noExpected();
      const text = value ?? asText(expected ?? null);
      if (text === '') return missing('the expected answer is empty, so every output contains it');
      const at = folded(output, ignoreCase).indexOf(folded(text, ignoreCase));
      if (polarity === 'absent') {
        return at < 0
          ? right(`the output does not contain ${quote(text)}`)
          : wrong(
              category('forbidden-text', text),
              `expected an output without ${quote(text)}, found it at character ${at}: ${quote(excerpt(output, at, text.length))}`,
            );
      }
      if (at >= 0) return right(`the output contains ${quote(text)}`);
      return wrong(
        category('missing-text', text),
        `expected the output to contain ${quote(text)}, got ${quote(output)}${caseHint(output, [text])}`,
      );
    },
  });
}

/** The output contains one of several texts (1 or 0), or all of them (share of the texts found). */
export function containsMany(
  { ignoreCase = false, ...declared }: Declaration,
  quantity: 'any' | 'all',
): CatalogueEvaluator {
  return defineEvaluator({
    ...declared,
    needs: ['output'],
    alsoNeeds: ({ values }) => whenAbsent(values),
    options: manyValues,
    defaultThreshold: 1,
    evaluate({ output, expected }, { values }) {
      const wanted = wantedTexts(values, expected);
      if ('value' in wanted) return wanted;
      const haystack = folded(output, ignoreCase);
      const absent = wanted.filter((text) => !haystack.includes(folded(text, ignoreCase)));
      if (quantity === 'any') {
        const found = wanted.find((text) => !absent.includes(text));
        return found !== undefined
          ? right(`the output contains ${quote(found)}`)
          : wrong(
              'missing-text',
              `expected one of ${quoteList(wanted)} in the output, got ${quote(output)}${caseHint(output, absent)}`,
            );
      }
      if (absent.length === 0) return right(`the output contains all of ${quoteList(wanted)}`);
      return graded(
        (wanted.length - absent.length) / wanted.length,
        category('missing-text', absent[0] ?? ''),
        `expected all of ${quoteList(wanted)} in the output, missing ${quoteList(absent)}; got ${quote(output)}${caseHint(output, absent)}`,
      );
    },
  });
}

const excerpt = (output: string, at: number, length: number) =>
  output.slice(Math.max(0, at - 30), at + Math.min(length, 100) + 30);

function caseHint(output: string, absent: readonly string[]): string {
  const lower = output.toLowerCase();
  const near = absent.find(
    (text) => !output.includes(text) && text.toLowerCase() !== lower && lower.includes(text.toLowerCase()),
  );
  const same = absent.find((text) => !output.includes(text) && text.toLowerCase() === lower);
  const found = near ?? same;
  return found === undefined ? '' : `; ${quote(found, 60)} is there in other upper and lower case`;
}
