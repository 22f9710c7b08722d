import type { Row, RowInput, Split, SplitRatio } from '../domain/dataset.ts';
import type { PromptContent } from '../domain/prompt.ts';
import type { Suite } from '../domain/suite.ts';

/** A dataset version as a job uses it. */
export interface DatasetSource {
  readonly ref: string;
  readonly sha256: string;
  /** Warnings found when the version was made (near-duplicates across splits, …). */
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  /** Rows that take part, with their split under the ratio (null: the stored splits). */
  rows(ratio: SplitRatio | null): AsyncIterable<{ readonly split: Split; readonly row: Row }>;
}

/** What jobs need of the registry: references in, immutable versions out. Unknown references throw `unknown_reference`. */
export interface JobSources {
  prompt(reference: string): Promise<{ readonly ref: string; readonly content: PromptContent }>;
  suite(reference: string): Promise<{ readonly ref: string; readonly suite: Suite }>;
  dataset(reference: string): Promise<DatasetSource>;
  /** Rows of a request as a dataset; `store` keeps them as a version of their own, so that a worker elsewhere finds them. */
  inline(rows: readonly RowInput[], options: { readonly store: boolean }): Promise<DatasetSource>;
}
