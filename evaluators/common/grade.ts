import type { Json } from '../../src/domain/json.ts';
import type { Graded } from '../../src/lab/evaluator.ts';
import { clip } from './text.ts';

type Details = Readonly<Record<string, Json>>;

/** A score in [0, 1]; what rounding errors push outside is put back. */
export function graded(value: number, category: string | null, feedback: string, details?: Details): Graded {
  return { value: Math.min(1, Math.max(0, value)), category, feedback, ...(details && { details }) };
}

/** Value 1. The feedback states the fact, because a negated evaluator shows it as the reason of a failure. */
export function right(feedback: string, details?: Details): Graded {
  return graded(1, null, feedback, details);
}

/** Value 0. */
export function wrong(category: string, feedback: string, details?: Details): Graded {
  return graded(0, category, feedback, details);
}

/** Not applicable or not measurable: left out of means, counted as missing. */
export function missing(feedback: string): Graded {
  return { value: null, category: null, feedback };
}

export const noExpected = (): Graded => missing('the row has no expected answer, so there is nothing to compare with');

const CATEGORY_PART = 40;
const PLAIN = /^[ -~]*$/;

/** A category with its particulars, such as `missing-field:price`. Particulars are one line of at most 40 characters each. */
export function category(kind: string, ...particulars: readonly string[]): string {
  const parts = particulars.map((text) => {
    const head = text.slice(0, CATEGORY_PART * 4);
    const line = (PLAIN.test(head) ? head : head.replace(/[\s\p{C}]+/gu, ' ')).trim();
    return line.length > CATEGORY_PART ? `${clip(line, CATEGORY_PART - 1)}…` : line;
  });
  return parts.length === 0 ? kind : `${kind}:${parts.join('→')}`;
}
