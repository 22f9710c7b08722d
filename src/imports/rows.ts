import type { RowInput, SPLITS } from '../domain/dataset.ts';
import { fieldError } from '../domain/errors.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { NotMapped } from './contract.ts';
import { unfolded } from './records.ts';

/** What other tools call their splits. */
const SPLIT_NAMES: Readonly<Record<string, (typeof SPLITS)[number]>> = {
  train: 'train',
  training: 'train',
  validation: 'validation',
  val: 'validation',
  valid: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
};

export interface LooseRow {
  readonly at: string;
  readonly id?: Json | undefined;
  readonly input: Json | undefined;
  readonly expected?: Json | undefined;
  readonly metadata?: Json | undefined;
  readonly split?: Json | undefined;
  readonly cohort?: Json | undefined;
  readonly context?: Json | undefined;
  readonly excluded?: string | undefined;
}

/** A row of this service from the parts of a foreign one. */
export function toRow(loose: LooseRow, notMapped: NotMapped[]): RowInput {
  const { at, id, expected, cohort, excluded } = loose;
  const input = unfolded(loose.input);
  const metadata = unfolded(loose.metadata);
  const split = typeof loose.split === 'string' ? SPLIT_NAMES[loose.split.toLowerCase()] : undefined;
  if (typeof loose.split === 'string' && loose.split !== '' && split === undefined)
    notMapped.push({
      at,
      what: `split "${loose.split}"`,
      why: 'splits are train, validation and test; the row is left to the ratio',
    });
  return {
    ...(id !== undefined && id !== null && id !== '' && { id: String(id).slice(0, 200) }),
    input: inputOf(at, input),
    ...(expected !== undefined && expected !== null && { expected: single(unfolded(expected)) }),
    ...contextOf(loose.context),
    ...(split && { split }),
    ...(cohort !== undefined && cohort !== null && cohort !== '' && { cohort: String(cohort) }),
    ...(isObject(metadata) && Object.keys(metadata).length > 0 && { metadata }),
    ...(excluded !== undefined && { excluded }),
  };
}

function inputOf(at: string, input: Json | undefined): RowInput['input'] {
  if (typeof input === 'string') return input;
  if (isObject(input)) return input;
  if (input === undefined || input === null) throw fieldError(at, 'has no input; remove the record or give it one');
  // A list (messages) or a number: as a field, so that {{input}} still renders it.
  return typeof input === 'object' ? { value: input } : String(input);
}

/** `{ "answer": "x" }` is the answer x: exports wrap even a single text. */
function single(expected: Json | undefined): Json {
  if (expected === undefined) return null;
  if (!isObject(expected)) return expected;
  const members = Object.values(expected);
  const [only] = members;
  return members.length === 1 && only !== undefined && typeof only !== 'object' ? only : expected;
}

function contextOf(context: Json | undefined): Pick<RowInput, 'context'> {
  const value = unfolded(context);
  if (value === undefined || value === null || value === '') return {};
  if (Array.isArray(value))
    return { context: value.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))) };
  return { context: typeof value === 'string' ? value : JSON.stringify(value) };
}

const isObject = (value: Json | undefined): value is JsonObject =>
  value !== undefined && value !== null && typeof value === 'object' && !Array.isArray(value);
