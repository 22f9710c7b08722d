import { formatCount } from '../../../src/domain/figures.ts';

/** Rows by split; the test split is sealed until a verdict. */
export function splitsText(splits: Readonly<Record<string, number>> | undefined): string {
  if (!splits) return 'not said';
  const { train = 0, validation = 0, test = 0 } = splits;
  return `${formatCount(train)} / ${formatCount(validation)} / ${formatCount(test)}`;
}
