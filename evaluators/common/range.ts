import { counted } from '../../src/domain/counted.ts';
import type { Graded } from '../../src/lab/evaluator.ts';
import { graded, right } from './grade.ts';

export interface Range {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** Refinements of options with `min` and `max`. */
export const hasLimit = ({ min, max }: Range): boolean => min !== undefined || max !== undefined;
export const HAS_LIMIT = 'needs "min", "max" or both';
export const isOrdered = ({ min = 0, max = Infinity }: Range): boolean => min <= max;
export const IS_ORDERED = 'min must not be larger than max';

/** 1 within the range, else max / count when there are too many and count / min when there are too few. `shown` is what was counted. */
export function rangeScore(
  count: number,
  { min, max }: Range,
  words: { readonly noun: string; readonly tooMany: string; readonly tooFew: string; readonly shown: string },
): Graded {
  const details = { count };
  const wanted =
    min !== undefined && max !== undefined
      ? `${min} to ${max}`
      : max !== undefined
        ? `at most ${max}`
        : `at least ${min ?? 0}`;
  const expected = `expected ${wanted} ${words.noun}s, got ${count}`;
  if (max !== undefined && count > max)
    return graded(max / count, words.tooMany, `${expected} (${count - max} too many): ${words.shown}`, details);
  if (min !== undefined && count < min)
    return graded(count / min, words.tooFew, `${expected} (${min - count} too few): ${words.shown}`, details);
  return right(`${counted(count, words.noun)}, within ${wanted}`, details);
}
