import type { Clock } from '../domain/clock.ts';
import { contentHash } from '../domain/content-hash.ts';
import { ParetuneError } from '../domain/errors.ts';
import type { Suite } from '../domain/suite.ts';
import type { CatalogueEvaluator } from '../lab/evaluator.ts';
import type { Database } from '../store/database.ts';
import type { Scope } from '../store/scope.ts';
import {
  addSuiteVersion,
  findSuiteVersion,
  listSuiteHeads,
  listSuiteVersions,
  newestSuiteVersion,
  type SuiteVersionRow,
  suiteNames,
} from '../store/suites.ts';
import { checkNotes } from './check-notes.ts';
import { checkSuite } from './check-suite.ts';
import { limitOf, numberCursor, type Page, type PageRequest, pageOf, textCursor } from './page.ts';
import { checkName, parseReference, resolveVersion, type VersionLookup } from './references.ts';

/** An immutable suite version. */
export interface SuiteVersion {
  /** `name@3` */
  readonly ref: string;
  readonly name: string;
  readonly version: number;
  readonly sha256: string;
  readonly content: Suite;
  readonly message: string | null;
  readonly author: string | null;
  readonly createdAt: Date;
}

interface SuiteNotes {
  readonly message?: string | undefined;
  readonly author?: string | undefined;
}

export type SuiteRegistry = ReturnType<typeof createSuiteRegistry>;

/** Suites and their immutable versions, checked against the catalogue of evaluators. Every function takes the scope first. */
export function createSuiteRegistry({
  database,
  clock,
  catalogue,
}: {
  readonly database: Database;
  readonly clock: Clock;
  readonly catalogue: readonly CatalogueEvaluator[];
}) {
  const { db } = database;

  const lookup = (scope: Scope): VersionLookup => ({
    kind: 'suite',
    newest: (name) => newestSuiteVersion(db, scope, name),
    has: async (name, version) => (await findSuiteVersion(db, scope, name, version)) !== undefined,
    environments: async () => [],
    names: () => suiteNames(db, scope, 500),
  });

  return {
    /**
     * Adds the next version; the same content again gives the version that has it, with `created: false`. Throws `unprocessable` for
     * unknown evaluators and wrong options.
     */
    async createVersion(
      scope: Scope,
      name: string,
      content: Suite,
      notes: SuiteNotes = {},
    ): Promise<SuiteVersion & { readonly created: boolean }> {
      checkName(name);
      checkNotes(notes);
      checkSuite(content, catalogue);
      const version = { ...notes, content, sha256: contentHash(content), createdAt: clock.now() };
      const { row, created } = await database.transaction((tx) => addSuiteVersion(tx, scope, name, version));
      return { ...toVersion(row), created };
    },

    /** The newest version of each suite, by name. */
    async list(scope: Scope, request: PageRequest = {}): Promise<Page<SuiteVersion>> {
      const limit = limitOf(request);
      const rows = await listSuiteHeads(db, scope, { after: textCursor(request), limit: limit + 1 });
      return pageOf(rows, limit, (row) => row.name, toVersion);
    },

    /** Versions of one suite, newest first. */
    async versions(scope: Scope, name: string, request: PageRequest = {}): Promise<Page<SuiteVersion>> {
      const limit = limitOf(request);
      await resolveVersion(lookup(scope), { text: name, name, selector: 'latest' }, 'name');
      const rows = await listSuiteVersions(db, scope, name, { before: numberCursor(request), limit: limit + 1 });
      return pageOf(rows, limit, (row) => row.version, toVersion);
    },

    version,

    /** The version that `name@3` or `name@latest` stands for. Throws `unknown_reference` that says what exists. */
    async resolve(scope: Scope, reference: string, path = 'suite'): Promise<SuiteVersion> {
      const parsed = parseReference(reference, path);
      return version(scope, parsed.name, await resolveVersion(lookup(scope), parsed, path));
    },
  };

  /** One version. Throws `not_found`. */
  async function version(scope: Scope, name: string, number: number): Promise<SuiteVersion> {
    const row = await findSuiteVersion(db, scope, name, number);
    if (!row) throw new ParetuneError('not_found', `the suite version "${name}@${number}" does not exist`);
    return toVersion(row);
  }
}

function toVersion({ projectId, ...row }: SuiteVersionRow): SuiteVersion {
  return { ref: `${row.name}@${row.version}`, ...row };
}
