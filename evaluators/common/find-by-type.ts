import { fieldError } from '../../src/domain/errors.ts';
import type { CatalogueEvaluator } from '../../src/lab/evaluator.ts';
import { editSimilarity } from './edit-distance.ts';
import { quote } from './text.ts';

/**
 * The evaluator of this type. An unknown type is refused (`unprocessable`) with the nearest name and the list of valid ones; `path` is
 * where the type stands in the request.
 */
export function findByType(catalogue: readonly CatalogueEvaluator[], type: string, path: string): CatalogueEvaluator {
  const found = catalogue.find((evaluator) => evaluator.type === type);
  if (found) return found;
  const plain = (text: string) =>
    text
      .slice(0, 100)
      .toLowerCase()
      .replace(/[^a-z0-9]/g, '');
  const [nearest] = catalogue
    .map((evaluator) => ({
      type: evaluator.type,
      similarity: editSimilarity(plain(type), plain(evaluator.type)).similarity,
    }))
    .sort((a, b) => b.similarity - a.similarity);
  const guess = nearest && nearest.similarity >= 0.5 ? ` Did you mean "${nearest.type}"?` : '';
  const types = catalogue.map((evaluator) => evaluator.type).sort();
  throw fieldError(path, `${quote(type, 60)} is not an evaluator.${guess} Valid types: ${types.join(', ')}`);
}
