import type { Clock } from '../domain/clock.ts';
import { DEFAULT_SPLIT, type Row, SPLITS, type Split, type SplitRatio } from '../domain/dataset.ts';
import { fieldError, ParetuneError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Database } from '../store/database.ts';
import { countByCohort, findDatasetRows, listDatasetRows, listRowRefs, type RowFilter } from '../store/dataset-rows.ts';
import {
  type DatasetVersionRow,
  datasetNames,
  findDatasetVersion,
  listDatasetHeads,
  listDatasetVersions,
  newestDatasetVersion,
  type VersionKey,
} from '../store/datasets.ts';
import type { Scope } from '../store/scope.ts';
import { checkNotes } from './check-notes.ts';
import { type DatasetDiff, diffDatasets } from './dataset-diff.ts';
import { uploadDataset } from './dataset-upload.ts';
import { type DatasetWarning, datasetWarningSchema } from './dataset-warnings.ts';
import { limitOf, numberCursor, type Page, type PageRequest, pageOf, textCursor } from './page.ts';
import { checkName, parseReference, resolveVersion, type VersionLookup } from './references.ts';
import { RowFeatures } from './row-features.ts';
import { type Body, DEFAULT_ROW_LIMITS } from './rows/raw-row.ts';
import { type RowFormat, readRows } from './rows/read-rows.ts';
import { planSplits } from './split.ts';
import { type DatasetRow, fromStoredRow } from './stored-row.ts';

/** An immutable dataset version. */
export interface DatasetVersion {
  /** `name@3` */
  readonly ref: string;
  readonly name: string;
  readonly version: number;
  readonly sha256: string;
  /** All rows, excluded ones too. */
  readonly rowCount: number;
  /** Rows by split; excluded rows are in none. */
  readonly splits: Readonly<Record<Split, number>>;
  /** The ratio that rows were drawn by; null when rows came with splits of their own. */
  readonly splitRatio: SplitRatio | null;
  readonly warnings: readonly DatasetWarning[];
  readonly bytes: number;
  readonly message: string | null;
  readonly author: string | null;
  readonly createdAt: Date;
}

export interface DatasetUpload {
  readonly format: RowFormat;
  readonly body: Body;
  readonly message?: string | undefined;
  readonly author?: string | undefined;
  /** Default: 0.4 / 0.3 / 0.3. */
  readonly ratio?: SplitRatio | undefined;
  readonly maxRowBytes?: number | undefined;
  /** Look at it only: the answer is the version that it would become, and nothing is stored. */
  readonly dryRun?: boolean | undefined;
}

/** What a job holds of a row before it works on it. */
export interface RowRef {
  readonly id: string;
  readonly cohort?: string;
  readonly metadata: JsonObject;
}

/** A field with more values than this groups nothing. */
const MOST_COHORTS = 500;
/** Rows in one query. */
const CHUNK = 1000;

export type DatasetRegistry = ReturnType<typeof createDatasetRegistry>;

/** Datasets and their immutable versions. Every function takes the scope first and sees nothing outside it. */
export function createDatasetRegistry({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
  const { db } = database;

  const lookup = (scope: Scope): VersionLookup => ({
    kind: 'dataset',
    newest: (name) => newestDatasetVersion(db, scope, name),
    has: async (name, version) => (await findDatasetVersion(db, scope, name, version)) !== undefined,
    environments: async () => [],
    names: () => datasetNames(db, scope, 500),
  });

  async function* storedRows(scope: Scope, key: VersionKey) {
    let after: number | undefined;
    for (;;) {
      const rows = await listDatasetRows(db, scope, key, { after, limit: CHUNK });
      yield* rows;
      if (rows.length < CHUNK) return;
      after = rows.at(-1)?.position;
    }
  }

  return {
    /**
     * Stores an upload as the next version. The same content again gives the version that has it, with `created: false`.
     * Throws `invalid_request` that names the broken lines; then nothing is stored.
     */
    async createVersion(
      scope: Scope,
      name: string,
      upload: DatasetUpload,
    ): Promise<DatasetVersion & { readonly created: boolean }> {
      checkName(name);
      checkNotes({ message: upload.message, author: upload.author });
      const limits = { ...DEFAULT_ROW_LIMITS, ...(upload.maxRowBytes && { maxRowBytes: upload.maxRowBytes }) };
      const { row, created } = await uploadDataset(
        { database, clock },
        scope,
        name,
        readRows(upload.format, upload.body, limits),
        {
          ratio: upload.ratio ?? DEFAULT_SPLIT,
          message: upload.message,
          author: upload.author,
          dryRun: upload.dryRun,
        },
      );
      return { ...toVersion(row), created };
    },

    /** The newest version of each dataset, by name. */
    async list(scope: Scope, request: PageRequest = {}): Promise<Page<DatasetVersion>> {
      const limit = limitOf(request);
      const rows = await listDatasetHeads(db, scope, { after: textCursor(request), limit: limit + 1 });
      return pageOf(rows, limit, (row) => row.name, toVersion);
    },

    /** Versions of one dataset, newest first. */
    async versions(scope: Scope, name: string, request: PageRequest = {}): Promise<Page<DatasetVersion>> {
      const limit = limitOf(request);
      await resolveVersion(lookup(scope), { text: name, name, selector: 'latest' }, 'name');
      const rows = await listDatasetVersions(db, scope, name, { before: numberCursor(request), limit: limit + 1 });
      return pageOf(rows, limit, (row) => row.version, toVersion);
    },

    version,

    /** The version that `name@3` or `name@latest` stands for. Throws `unknown_reference` that says what exists. */
    async resolve(scope: Scope, reference: string, path = 'dataset'): Promise<DatasetVersion> {
      const parsed = parseReference(reference, path);
      return version(scope, parsed.name, await resolveVersion(lookup(scope), parsed, path));
    },

    /** Rows in upload order. */
    async rows(scope: Scope, key: VersionKey, request: PageRequest & RowFilter = {}): Promise<Page<DatasetRow>> {
      const limit = limitOf(request);
      await version(scope, key.name, key.version);
      const { split, cohort, search } = request;
      const page = { split, cohort, search, after: numberCursor(request), limit: limit + 1 };
      return pageOf(await listDatasetRows(db, scope, key, page), limit, (row) => row.position, fromStoredRow);
    },

    /** Rows by cohort and split, the largest cohorts first. */
    async cohorts(scope: Scope, key: VersionKey) {
      await version(scope, key.name, key.version);
      return countByCohort(db, scope, key, MOST_COHORTS);
    },

    /** Rows added, removed and changed between two versions, by row id. */
    async diff(
      scope: Scope,
      name: string,
      between: { readonly from: number; readonly to: number },
      request: PageRequest = {},
    ): Promise<DatasetDiff> {
      const from = await version(scope, name, between.from);
      const to = await version(scope, name, between.to);
      return diffDatasets(db, scope, from, to, request);
    },

    /** Streams what a job holds of the rows of a split, in upload order. */
    async *rowRefs(scope: Scope, key: VersionKey, split: Split): AsyncGenerator<RowRef> {
      let after: number | undefined;
      for (;;) {
        const rows = await listRowRefs(db, scope, key, { split, after, limit: CHUNK });
        for (const { rowId, cohort, metadata } of rows) {
          yield { id: rowId, ...(cohort !== null && { cohort }), metadata };
        }
        if (rows.length < CHUNK) return;
        after = rows.at(-1)?.position;
      }
    },

    /** One row; undefined when the version has none of this id. */
    async row(scope: Scope, key: VersionKey, id: string): Promise<DatasetRow | undefined> {
      const [row] = await findDatasetRows(db, scope, key, [id]);
      return row && fromStoredRow(row);
    },

    /** Rows by id, in the order asked for. Throws `not_found` when the version has no such row. */
    async rowsByIds(scope: Scope, key: VersionKey, ids: readonly string[]): Promise<Row[]> {
      const found = new Map<string, DatasetRow>();
      for (let start = 0; start < ids.length; start += CHUNK) {
        const rows = await findDatasetRows(db, scope, key, ids.slice(start, start + CHUNK));
        for (const row of rows) found.set(row.rowId, fromStoredRow(row));
      }
      return ids.map((id) => {
        const row = found.get(id);
        if (!row) throw new ParetuneError('not_found', `${refOf(key)} has no row ${JSON.stringify(id)}`);
        const { split, excluded, ...rest } = row;
        return rest;
      });
    },

    /**
     * Row ids by split for another ratio than the stored one, drawn in the same way. Throws `unprocessable` when rows came with splits of
     * their own: those are never drawn again.
     */
    async splitBy(
      scope: Scope,
      key: VersionKey,
      ratio: SplitRatio,
      path = 'split',
    ): Promise<Readonly<Record<Split, readonly string[]>>> {
      const { splitRatio } = await version(scope, key.name, key.version);
      if (splitRatio === null) {
        throw fieldError(
          path,
          `the rows of ${refOf(key)} came with splits of their own; leave "${path}" out to use them`,
        );
      }
      const features = new RowFeatures();
      const ids: string[] = [];
      for await (const row of storedRows(scope, key)) {
        features.add({ ...row, split: null });
        ids.push(row.rowId);
      }
      const plan = await planSplits(features, ratio);
      const bySplit: Record<Split, string[]> = { train: [], validation: [], test: [] };
      plan.codes.forEach((code, position) => {
        const split = SPLITS[code - 1];
        if (split !== undefined) bySplit[split].push(ids[position] ?? '');
      });
      return bySplit;
    },
  };

  /** One version. Throws `not_found`. */
  async function version(scope: Scope, name: string, number: number): Promise<DatasetVersion> {
    const row = await findDatasetVersion(db, scope, name, number);
    if (!row) throw new ParetuneError('not_found', `the dataset version "${name}@${number}" does not exist`);
    return toVersion(row);
  }
}

const refOf = ({ name, version }: VersionKey): string => `${name}@${version}`;

function toVersion(row: DatasetVersionRow): DatasetVersion {
  const { name, version, sha256, rowCount, splitRatio, bytes, message, author, createdAt } = row;
  const splits = { train: 0, validation: 0, test: 0, ...row.splits };
  const warnings = datasetWarningSchema.array().parse(row.warnings ?? []);
  return {
    ref: refOf(row),
    name,
    version,
    sha256,
    rowCount,
    splits,
    splitRatio,
    warnings,
    bytes,
    message,
    author,
    createdAt,
  };
}
