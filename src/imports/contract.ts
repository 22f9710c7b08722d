import type { RowInput } from '../domain/dataset.ts';
import type { PromptContent } from '../domain/prompt.ts';
import type { Suite } from '../domain/suite.ts';

export interface ImportFile {
  /** As it is told to people, and what relative names in it start from. */
  readonly path: string;
  readonly text: string;
}

export interface ImportRequest {
  /** At least one. */
  readonly files: readonly ImportFile[];
  /** Of what is made, where the files give no name. */
  readonly name: string;
  /** A file that another one names. Throws ParetuneError when there is none. */
  readonly open: (name: string, from: string) => ImportFile;
  /** Source columns by row field, for formats that have no fixed ones. */
  readonly map: Readonly<Record<string, readonly string[]>>;
  /** Why an evaluator of the catalogue does not take these options; null = it does. */
  readonly refusal: (type: string, options: unknown) => string | null;
}

/** Something of the source that has no equal here. */
export interface NotMapped {
  /** File and place. */
  readonly at: string;
  readonly what: string;
  readonly why: string;
}

export interface Imported {
  readonly prompts: readonly { readonly name: string; readonly prompt: PromptContent }[];
  readonly datasets: readonly { readonly name: string; readonly rows: readonly RowInput[] }[];
  readonly suites: readonly { readonly name: string; readonly suite: Suite }[];
  /** Whatever was left out, one by one: nothing is dropped in silence. */
  readonly notMapped: readonly NotMapped[];
}

/** One format, one file. */
export interface Importer {
  readonly format: string;
  readonly title: string;
  /** Where its shape is documented. */
  readonly source: string;
  /** Throws ParetuneError that names file, place and fix for what cannot be read. */
  read(request: ImportRequest): Imported;
}

export const NOTHING: Imported = { prompts: [], datasets: [], suites: [], notMapped: [] };
