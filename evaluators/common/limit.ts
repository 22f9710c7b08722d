import { z } from 'zod';
import type { Graded } from '../../src/lab/evaluator.ts';
import { graded, missing, right } from './grade.ts';

export const limitOptions = (description: string) => z.strictObject({ limit: z.number().min(0).describe(description) });

/** 1 within the limit, else limit / actual: twice the limit scores 0.5. Null when there is no measurement. */
export function limitScore(
  actual: number | null,
  limit: number,
  words: { readonly what: string; readonly unit: string; readonly category: string; readonly unmeasured: string },
): Graded {
  if (actual === null || !Number.isFinite(actual)) return missing(words.unmeasured);
  const show = (amount: number) => `${Number(amount.toPrecision(6))} ${words.unit}`;
  const details = { actual, limit };
  if (actual <= limit) return right(`${words.what}: ${show(actual)}, within the limit of ${show(limit)}`, details);
  return graded(
    limit / actual,
    words.category,
    `${words.what}: expected at most ${show(limit)}, got ${show(actual)} (${show(actual - limit)} over the limit)`,
    details,
  );
}
