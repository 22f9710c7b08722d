import { type CalibrationRequest, labelSchema, labelValue } from '../domain/calibration.ts';
import type { Row } from '../domain/dataset.ts';
import { fieldError } from '../domain/errors.ts';
import type { DatasetSource, JobSources } from './sources.ts';

/** A row whose output people have judged. */
export interface LabelledRow {
  readonly row: Row;
  readonly output: string;
  /** 0…1; 1 = good. */
  readonly label: number;
}

/** Inline rows become a dataset version of their own, so that the card can say what it stands on. */
export async function labelledDataset({ dataset }: CalibrationRequest, sources: JobSources): Promise<DatasetSource> {
  if (typeof dataset === 'string') return sources.dataset(dataset);
  const given = await sources.inline(
    dataset.rows.map(({ output, label, metadata, ...row }) => ({ ...row, metadata: { ...metadata, output, label } })),
    { train: 1, validation: 0, test: 0 },
  );
  return sources.dataset(await given.keep());
}

/** The rows that have a label, each of them checked. Throws `unprocessable` for one that cannot be used, and when there is none. */
export async function labelledRows(
  { dataset: given, fields }: CalibrationRequest,
  dataset: DatasetSource,
  check: (row: Row) => void,
): Promise<LabelledRow[]> {
  const [outputField, labelField] = typeof given === 'string' ? [fields.output, fields.label] : ['output', 'label'];
  const rows: LabelledRow[] = [];
  for await (const { row } of dataset.rows(null)) {
    const stored = row.metadata[labelField];
    if (stored === undefined || stored === null) continue;
    const label = labelSchema.safeParse(stored);
    const output = row.metadata[outputField];
    const at = `row "${row.id}" of ${dataset.ref}`;
    if (!label.success)
      throw fieldError(
        'dataset',
        `${at} has the label ${JSON.stringify(stored).slice(0, 80)}; use true, false, a number from 0 to 1, or pass, fail, yes, no, win, tie, loss`,
      );
    if (typeof output !== 'string')
      throw fieldError(
        'dataset',
        `${at} has a label and no text in metadata.${outputField}; put the output there, or name the field in fields.output`,
      );
    check(row);
    rows.push({ row, output, label: labelValue(label.data) });
  }
  if (rows.length === 0)
    throw fieldError(
      'dataset',
      `no row of ${dataset.ref} has a label in metadata.${labelField}; name the field in fields.label`,
    );
  return rows;
}
