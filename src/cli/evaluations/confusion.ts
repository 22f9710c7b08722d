import type { Evaluation } from '../../client/index.ts';
import { plain } from '../format.ts';

export type Confusion = NonNullable<Evaluation['candidates'][number]['confusion']>;

/** Labels up to which a matrix is shown whole; of more, what was mistaken most. */
const WHOLE = 8;
const MOST_PAIRS = 8;
const OTHER = 'another answer';

export interface ConfusionTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Expected labels against answers, as a table; null where there is nothing to show. */
export function confusionTable({ labels, counts, perLabel, rows }: Confusion): ConfusionTable | null {
  if (rows === 0) return null;
  const figure = (value: number | null | undefined) => (value == null ? '–' : value.toFixed(2));
  const rowsOf = (count: number) => (Number.isInteger(count) ? String(count) : count.toFixed(1));
  if (labels.length <= WHOLE)
    return {
      title: 'expected',
      head: [...labels.map(plain), OTHER, 'recall', 'precision'],
      rows: labels.map((label, index) => [
        plain(label),
        ...(counts[index] ?? []).map(rowsOf),
        figure(perLabel[index]?.recall),
        figure(perLabel[index]?.precision),
      ]),
    };
  const pairs = labels.flatMap((label, index) =>
    (counts[index] ?? []).flatMap((count, answered) =>
      answered === index || count === 0 ? [] : [{ label, answered: labels[answered] ?? OTHER, count }],
    ),
  );
  return {
    title: 'expected',
    head: ['answered', 'rows'],
    rows: pairs
      .sort((a, b) => b.count - a.count)
      .slice(0, MOST_PAIRS)
      .map(({ label, answered, count }) => [plain(label), plain(answered), rowsOf(count)]),
  };
}
