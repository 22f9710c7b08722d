import { Readable } from 'node:stream';
import { DEFAULT_SPLIT, type Row, type RowInput, type Split, type SplitRatio } from '../domain/dataset.ts';
import type { PromptContent } from '../domain/prompt.ts';
import type { Suite } from '../domain/suite.ts';
import type { DatasetRegistry, DatasetVersion } from '../registry/dataset-registry.ts';
import { type InlineDataset, prepareInlineRows } from '../registry/inline-rows.ts';
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
  /** Rows that take part, with their split under the ratio (null: the stored splits). */
  rows(ratio: SplitRatio | null): AsyncIterable<{ readonly split: Split; readonly row: Row }>;
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
}

export interface Registries {
  readonly prompts: PromptRegistry;
  readonly datasets: DatasetRegistry;
  readonly suites: SuiteRegistry;
}

const PAGE = 500;

/** The registry of one project, as jobs use it. */
export function createJobSources({ prompts, datasets, suites }: Registries, scope: Scope): JobSources {
  const source = (version: DatasetVersion): DatasetSource => ({
    ref: version.ref,
    sha256: version.sha256,
    warnings: version.warnings,
    rows: (ratio) => rowsOf(datasets, scope, version, ratio),
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
    dataset: async (reference) => source(await datasets.resolve(scope, reference, 'dataset')),
    inline: async (input, asked) => {
      const ratio = asked ?? DEFAULT_SPLIT;
      const prepared = await prepareInlineRows(input, ratio);
      const name = `inline-${prepared.sha256.slice(0, 16)}`;
      return {
        ref: `${name}@1`,
        sha256: prepared.sha256,
        warnings: prepared.warnings,
        rows: () => preparedRows(prepared),
        keep: async () => {
          const body = Readable.from(jsonBody(input));
          const upload = { format: 'json', body, ratio, message: 'rows of a job request' } as const;
          return (await datasets.createVersion(scope, name, upload)).ref;
        },
      };
    },
  };
}

/** The rows that a job works on. Without a confirmation nobody reads the sealed ones. */
export async function rowsOfJob(
  sources: JobSources,
  job: Pick<ResolvedJob, 'dataset' | 'split' | 'budget'>,
): Promise<Record<Split, Row[]>> {
  const dataset = await sources.dataset(job.dataset.ref);
  const rows: Record<Split, Row[]> = { train: [], validation: [], test: [] };
  for await (const { split, row } of dataset.rows(job.split))
    if (split !== 'test' || job.budget.confirmationRollouts > 0) rows[split].push(row);
  return rows;
}

async function* preparedRows({ rows }: InlineDataset): AsyncGenerator<{ split: Split; row: Row }> {
  for (const { row, split } of rows) if (split) yield { split, row };
}

function* jsonBody(rows: readonly RowInput[]): Generator<Buffer> {
  for (const [index, row] of rows.entries())
    yield Buffer.from(`${index === 0 ? '{"rows":[' : ','}${JSON.stringify(row)}`);
  yield Buffer.from(']}');
}

async function* rowsOf(
  datasets: DatasetRegistry,
  scope: Scope,
  version: DatasetVersion,
  ratio: SplitRatio | null,
): AsyncGenerator<{ split: Split; row: Row }> {
  const drawn =
    ratio &&
    new Map(
      Object.entries(await datasets.splitBy(scope, version, ratio)).flatMap(([split, ids]) =>
        ids.map((id) => [id, split as Split]),
      ),
    );
  for (let cursor: string | undefined; ; ) {
    const page = await datasets.rows(scope, version, { limit: PAGE, cursor });
    for (const { split: stored, excluded, ...row } of page.items) {
      const split = drawn ? drawn.get(row.id) : stored;
      if (split && excluded === undefined) yield { split, row };
    }
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}
