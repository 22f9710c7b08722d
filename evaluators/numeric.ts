import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { category, missing, noExpected, right, wrong } from './common/grade.ts';
import { extractNumber } from './common/numbers.ts';
import { asText, quote } from './common/text.ts';

const options = z.strictObject({
  value: z.number().optional().describe('The right number; default: the number in the expected answer of the row.'),
  take: z.enum(['first', 'last']).default('last').describe('Which number of the output is the answer.'),
  tolerance: z.number().min(0).default(0).describe('Absolute: |output − expected| may be this much.'),
  relativeTolerance: z.number().min(0).default(0).describe('Relative to |expected|: 0.01 is one percent.'),
});

/** Two decimal numbers that are meant to be equal may differ by this share through binary rounding. */
const ROUNDING = 1e-12;

export const numeric = defineEvaluator({
  type: 'numeric',
  title: 'Numeric',
  description:
    'The first or last number of the output equals the expected number, within the larger of an absolute and a relative tolerance: 1 or 0. ' +
    'Thousands commas, percent and currency signs are understood (the last two ignored).',
  needs: ['output'],
  alsoNeeds: ({ value }) => (value === undefined ? ['expected'] : []),
  options,
  defaultThreshold: 1,
  evaluate({ output, expected }, { value, take, tolerance, relativeTolerance }) {
    if (value === undefined && expected === undefined) return noExpected();
    const wanted =
      value ?? (typeof expected === 'number' ? expected : extractNumber(asText(expected ?? null), 'last')?.value);
    if (wanted === undefined || !Number.isFinite(wanted)) {
      return missing(`the expected answer ${quote(asText(expected ?? null), 80)} has no finite number`);
    }
    const found = extractNumber(output, take);
    if (!found) return wrong('no-number', `expected the number ${wanted}, got no number at all: ${quote(output)}`);
    const allowed = Math.max(tolerance, relativeTolerance * Math.abs(wanted));
    const difference = Math.abs(found.value - wanted);
    const details = { expected: wanted, got: Number.isFinite(found.value) ? found.value : null };
    const shown = `${found.text.slice(0, 60)}, the ${take} number of the output`;
    if (difference <= allowed + ROUNDING * Math.abs(wanted)) return right(`expected ${wanted}, got ${shown}`, details);
    return wrong(
      category('wrong-number', found.value > wanted ? 'too high' : 'too low'),
      `expected ${wanted}${allowed > 0 ? ` ± ${allowed}` : ''}, got ${shown}` +
        `${Number.isFinite(difference) ? ` (off by ${Number(difference.toPrecision(6))})` : ''}; the output is ${quote(output)}`,
      details,
    );
  },
});
