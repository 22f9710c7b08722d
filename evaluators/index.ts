import type { CatalogueEvaluator } from '../src/lab/evaluator.ts';

/** The catalogue. Adding an evaluator: its file, and a line here. */
export const evaluators: readonly CatalogueEvaluator[] = [];
