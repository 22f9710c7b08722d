import { type Row, SPLITS, type Split, type SplitRatio } from '../../domain/dataset.ts';
import type { EvaluationSplit } from '../../domain/evaluation.ts';
import type { DatasetSource, JobSources } from '../sources.ts';
import type { ResolvedEvaluation } from './resolved.ts';

/** Rows of the other dataset may have ids of the first: theirs begin with this. */
const OOD = 'ood/';

export const splitsOf = (split: EvaluationSplit): readonly Split[] => (split === 'all' ? SPLITS : [split]);

/** The rows of a source that are measured. */
export async function* measuredRows(
  source: DatasetSource,
  ratio: SplitRatio | null,
  split: EvaluationSplit,
  of: 'dataset' | 'ood',
): AsyncGenerator<Row> {
  for await (const { row } of source.rows(ratio, splitsOf(split)))
    yield of === 'ood' ? { ...row, id: `${OOD}${row.id}` } : row;
}

export interface EvaluationRows {
  readonly dataset: readonly Row[];
  readonly ood: readonly Row[];
}

export async function rowsOfEvaluation(
  sources: JobSources,
  { dataset, ratio, ood }: Pick<ResolvedEvaluation, 'dataset' | 'ratio' | 'ood'>,
): Promise<EvaluationRows> {
  const read = async (of: 'dataset' | 'ood', { ref, split }: ResolvedEvaluation['dataset']): Promise<Row[]> => {
    const rows: Row[] = [];
    const source = await sources.dataset(ref);
    for await (const row of measuredRows(source, of === 'ood' ? null : ratio, split, of)) rows.push(row);
    return rows;
  };
  return { dataset: await read('dataset', dataset), ood: ood ? await read('ood', ood) : [] };
}
