import { Readable } from 'node:stream';
import { DEFAULT_SPLIT, type Row, type RowInput, SPLITS, type Split, type SplitRatio } from '../domain/dataset.ts';
import type { ModelConfig } from '../domain/model.ts';
import type { PromptContent } from '../domain/prompt.ts';
import type { Suite } from '../domain/suite.ts';
import type { DatasetRegistry, DatasetVersion } from '../registry/dataset-registry.ts';
import { type InlineDataset, prepareInlineRows } from '../registry/inline-rows.ts';
import type { JudgeRegistry, JudgeStanding } from '../registry/judge-registry.ts';
import type { PromptRegistry } from '../registry/prompt-registry.ts';
import type { SuiteRegistry } from '../registry/suite-registry.ts';
import type { Scope } from '../store/scope.ts';
import type { ResolvedJob } from './resolved.ts';

/** A dataset version as a job uses it. */
export interface DatasetSource {
  readonly ref: string;
  readonly sha256: string;
  /** Found when the version was made: near-duplicates across splits, missing answers, … */
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  /** Rows that take part, with their split under the ratio (null: the stored splits); of these splits only. */
  rows(
    ratio: SplitRatio | null,
    splits?: readonly Split[],
  ): AsyncIterable<{ readonly split: Split; readonly row: Row }>;
  /** Stores what came with a request; gives the reference under which it is found from now on. */
  keep(): Promise<string>;
}

/** What jobs need of the registry: references in, immutable versions out. Unknown references throw `unknown_reference`. */
export interface JobSources {
  prompt(reference: string, path: string): Promise<{ readonly ref: string; readonly content: PromptContent }>;
  suite(reference: string): Promise<{ readonly ref: string; readonly suite: Suite }>;
  dataset(reference: string): Promise<DatasetSource>;
  /**
   * Rows of a request, split by the ratio. They are checked, not stored: `keep` makes them a dataset version of their own, with these
   * splits, so that a worker elsewhere finds them.
   */
  inline(rows: readonly RowInput[], ratio: SplitRatio | null): Promise<DatasetSource>;
  /** What is known of the judges of a suite; `fallback` is the judge of evaluators that have none of their own. */
  judges(suite: Suite, fallback: ModelConfig | null): Promise<readonly JudgeStanding[]>;
}

export interface Registries {
  readonly prompts: PromptRegistry;
  readonly datasets: DatasetRegistry;
  readonly suites: SuiteRegistry;
  readonly judges: JudgeRegistry;
}

const PAGE = 500;

/** The registry of one project, as jobs use it. */
export function createJobSources({ prompts, datasets, suites, judges }: Registries, scope: Scope): JobSources {
  const source = (version: DatasetVersion): DatasetSource => ({
    ref: version.ref,
    sha256: version.sha256,
    warnings: version.warnings,
    rows: (ratio, splits = SPLITS) =>
      ratio === null
        ? storedRows(datasets, scope, version, splits)
        : drawnRows(datasets, scope, version, ratio, splits),
    keep: async () => version.ref,
  });
  return {
    prompt: async (reference, path) => {
      const { ref, content } = await prompts.resolve(scope, reference, path);
      return { ref, content };
    },
    suite: async (reference) => {
      const { ref, content } = await suites.resolve(scope, reference, 'suite');
      return { ref, suite: content };
    },
    judges: (suite, fallback) => judges.standing(scope, suite, fallback),
    dataset: async (reference) => source(await datasets.resolve(scope, reference, 'dataset')),
    inline: async (input, asked) => {
      const ratio = asked ?? DEFAULT_SPLIT;
      const prepared = await prepareInlineRows(input, ratio);
      const name = `inline-${prepared.sha256.slice(0, 16)}`;
      return {
        ref: `${name}@1`,
        sha256: prepared.sha256,
        warnings: prepared.warnings,
        rows: (_ratio, splits = SPLITS) => preparedRows(prepared, splits),
        keep: async () => {
          const body = Readable.from(jsonBody(input));
          const upload = { format: 'json', body, ratio, message: 'rows of a job request' } as const;
          return (await datasets.createVersion(scope, name, upload)).ref;
        },
      };
    },
  };
}

/** The rows of a job in these splits; the others are empty. */
export async function rowsOfJob(
  sources: JobSources,
  job: Pick<ResolvedJob, 'dataset' | 'split'>,
  splits: readonly Split[],
): Promise<Record<Split, Row[]>> {
  const dataset = await sources.dataset(job.dataset.ref);
  const rows: Record<Split, Row[]> = { train: [], validation: [], test: [] };
  for await (const { split, row } of dataset.rows(job.split, splits)) rows[split].push(row);
  return rows;
}

/** The splits that a job works on: without a confirmation nobody reads the sealed one. */
export const splitsOfJob = ({ budget }: Pick<ResolvedJob, 'budget'>): readonly Split[] =>
  budget.confirmationRollouts > 0 ? SPLITS : ['train', 'validation'];

async function* preparedRows(
  { rows }: InlineDataset,
  splits: readonly Split[],
): AsyncGenerator<{ split: Split; row: Row }> {
  for (const { row, split } of rows) if (split && splits.includes(split)) yield { split, row };
}

function* jsonBody(rows: readonly RowInput[]): Generator<Buffer> {
  for (const [index, row] of rows.entries())
    yield Buffer.from(`${index === 0 ? '{"rows":[' : ','}${JSON.stringify(row)}`);
  yield Buffer.from(']}');
}

/** Rows under the splits of their version: others are not even read. */
async function* storedRows(
  datasets: DatasetRegistry,
  scope: Scope,
  version: DatasetVersion,
  splits: readonly Split[],
): AsyncGenerator<{ split: Split; row: Row }> {
  for (const wanted of splits.length < SPLITS.length ? splits : [undefined])
    for await (const { split, excluded, ...row } of allRows(datasets, scope, version, wanted))
      if (split && excluded === undefined) yield { split, row };
}

async function* drawnRows(
  datasets: DatasetRegistry,
  scope: Scope,
  version: DatasetVersion,
  ratio: SplitRatio,
  splits: readonly Split[],
): AsyncGenerator<{ split: Split; row: Row }> {
  const plan = await datasets.splitBy(scope, version, ratio);
  const drawn = new Map(splits.flatMap((split) => plan[split].map((id) => [id, split] as const)));
  for await (const { split: _stored, excluded, ...row } of allRows(datasets, scope, version)) {
    const split = drawn.get(row.id);
    if (split && excluded === undefined) yield { split, row };
  }
}

async function* allRows(datasets: DatasetRegistry, scope: Scope, version: DatasetVersion, split?: Split) {
  for (let cursor: string | undefined; ; ) {
    const page = await datasets.rows(scope, version, { limit: PAGE, cursor, split });
    yield* page.items;
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}
