import { z } from 'zod';
import { labelSchema, labelValue, type StoredRun, storedRunSchema } from '../../domain/calibration.ts';
import type { Row } from '../../domain/dataset.ts';
import { fieldError, type ParetuneError } from '../../domain/errors.ts';
import type { SampleField } from '../../lab/evaluator.ts';
import type { DatasetSource } from '../sources.ts';
import type { ResolvedCalibration } from './resolved.ts';

/** A row whose output people have judged. */
export interface LabelledRow {
  readonly row: Row;
  readonly output: string;
  /** 0…1; 1 = good. */
  readonly label: number;
  readonly run: StoredRun;
}

/** What an evaluator may read of a run that is stored with a row, and the field of the row that has it. */
const READ_FROM = { messages: 'messages', toolCalls: 'toolCalls', trace: 'trace' } as const satisfies Partial<
  Record<SampleField, keyof StoredRun>
>;

/** Whether labelled rows can have what an evaluator reads. */
export const canBeStored = (field: SampleField): boolean => !NEVER_STORED.has(field);
/** A stored output has nothing of the call that made it. */
const NEVER_STORED: ReadonlySet<SampleField> = new Set(['finish', 'usage', 'scores']);

export interface LabelledParts {
  readonly fields: ResolvedCalibration['fields'];
  /** What the evaluator reads. */
  readonly needs: readonly SampleField[];
  /** Throws for a row that the evaluator cannot be used on. */
  readonly check: (row: Row) => void;
}

/** The rows that have a label, each of them checked. Throws `unprocessable` for one that cannot be used, and when there is none. */
export async function labelledRows(
  dataset: DatasetSource,
  { fields, needs, check }: LabelledParts,
): Promise<LabelledRow[]> {
  const rows: LabelledRow[] = [];
  for await (const { row } of dataset.rows(null)) {
    const stored = row.metadata[fields.label];
    if (stored === undefined || stored === null) continue;
    const label = labelSchema.safeParse(stored);
    const output = row.metadata[fields.output];
    const at = `row "${row.id}" of ${dataset.ref}`;
    if (!label.success)
      throw fieldError(
        'dataset',
        `${at} has the label ${JSON.stringify(stored).slice(0, 80)}; use true, false, a number from 0 to 1, or pass, fail, yes, no, win, tie, loss`,
      );
    if (typeof output !== 'string')
      throw fieldError(
        'dataset',
        `${at} has a label and no text in metadata.${fields.output}; put the output there, or name the field in fields.output`,
      );
    check(row);
    rows.push({ row, output, label: labelValue(label.data), run: runOf(row, fields, needs, at) });
  }
  if (rows.length === 0)
    throw fieldError(
      'dataset',
      `no row of ${dataset.ref} has a label in metadata.${fields.label}; name the field in fields.label`,
    );
  return rows;
}

function runOf(row: Row, fields: LabelledParts['fields'], needs: LabelledParts['needs'], at: string): StoredRun {
  const names = Object.values(READ_FROM);
  const given = names.flatMap((name) => {
    const value = row.metadata[fields[name]];
    // Fields that the evaluator does not read may hold anything.
    const read = needs.some((need) => need === name) || (name === 'trace' && needs.includes('toolCalls'));
    return read && value !== undefined && value !== null ? [[name, value] as const] : [];
  });
  const run = storedRunSchema.safeParse(Object.fromEntries(given));
  if (!run.success) throw badRun(run.error, fields, at);
  const { messages, toolCalls, trace } = run.data;
  const has = { messages, toolCalls: toolCalls ?? trace, trace };
  const unmet = names.find((name) => needs.some((need) => need === name) && has[name] === undefined);
  if (unmet === undefined) return run.data;
  throw fieldError(
    'dataset',
    `the evaluator reads "${unmet}", and ${at} has none in metadata.${fields[unmet]}; put it there${unmet === 'toolCalls' ? ' ([] where no tool was called)' : ''}, or name the field in fields.${unmet}`,
  );
}

function badRun(error: z.ZodError, fields: LabelledParts['fields'], at: string): ParetuneError {
  const [issue] = error.issues;
  const [first, ...rest] = issue?.path ?? [];
  const field = z.enum(['messages', 'toolCalls', 'trace']).safeParse(first);
  const path = [field.success ? fields[field.data] : String(first), ...rest.map(String)].join('.');
  return fieldError('dataset', `${at}: metadata.${path}: ${issue?.message ?? 'is not what is expected there'}`);
}
