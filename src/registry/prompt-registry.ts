import type { Clock } from '../domain/clock.ts';
import { contentHash } from '../domain/content-hash.ts';
import { ParetuneError } from '../domain/errors.ts';
import type { PromptRequest } from '../domain/job.ts';
import type { JsonObject } from '../domain/json.ts';
import { checkPrompt, type PromptContent } from '../domain/prompt.ts';
import type { Database } from '../store/database.ts';
import {
  addPromptVersion,
  findPromptVersion,
  listEnvironments,
  listPromptHeads,
  listPromptVersions,
  newestPromptVersion,
  type PromptVersionRow,
  promptNames,
} from '../store/prompts.ts';
import type { PromptStage, VersionSource } from '../store/schema.ts';
import type { Scope } from '../store/scope.ts';
import { checkNotes } from './check-notes.ts';
import { type CompiledPrompt, compilePrompt } from './compile-prompt.ts';
import { diffPrompts, type PromptDiff } from './diff-prompts.ts';
import { limitOf, numberCursor, type Page, type PageRequest, pageOf, textCursor } from './page.ts';
import { pinSteps } from './pin-steps.ts';
import { type PromptContentRequest, type PromptVersionRequest, takeApart } from './prompt-request.ts';
import { checkName, parseReference, resolveVersion, type VersionLookup } from './references.ts';

/** An immutable prompt version. Its stage is the only thing about it that changes. */
export interface PromptVersion {
  /** `name@3` */
  readonly ref: string;
  readonly name: string;
  readonly version: number;
  readonly sha256: string;
  readonly content: PromptContent;
  readonly stage: PromptStage;
  readonly labels: readonly string[];
  readonly message: string | null;
  readonly author: string | null;
  readonly reason: string | null;
  /** `name@2` */
  readonly parent: string | null;
  /** The job and candidate that it was imported from. */
  readonly source: VersionSource | null;
  readonly createdAt: Date;
}

/** A prompt with its newest version and what its environments hold. */
export interface PromptSummary {
  readonly name: string;
  readonly latest: PromptVersion;
  readonly environments: Readonly<Record<string, number>>;
}

/** A job's winner on its way into the registry. */
export interface DraftImport {
  readonly name: string;
  readonly content: PromptContent;
  readonly message?: string | undefined;
  readonly author?: string | undefined;
  readonly reason?: string | undefined;
  readonly parent?: string | undefined;
  readonly source: VersionSource;
}

type Created = PromptVersion & { readonly created: boolean };

export type PromptRegistry = ReturnType<typeof createPromptRegistry>;

/** Prompts and their immutable versions. Every function takes the scope first and sees nothing outside it. */
export function createPromptRegistry({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
  const { db } = database;

  const lookup = (scope: Scope): VersionLookup => ({
    kind: 'prompt',
    newest: (name) => newestPromptVersion(db, scope, name),
    has: async (name, version) => (await findPromptVersion(db, scope, name, version)) !== undefined,
    environments: (name) => listEnvironments(db, scope, [name]),
    names: () => promptNames(db, scope, 500),
  });

  return {
    /**
     * Adds the next version; the prompt is created with its first. The same content again gives the version that has it, with
     * `created: false`. Steps of a chain that name a registered prompt are pinned: the version holds a copy and its `ref`.
     */
    createVersion(scope: Scope, name: string, request: PromptVersionRequest): Promise<Created> {
      const { content, notes } = takeApart(request);
      return add(scope, name, content, notes);
    },

    /** Adds a job's winner as a draft version, with where it comes from. */
    importDraft(scope: Scope, { name, content, source, ...notes }: DraftImport): Promise<Created> {
      return add(scope, name, content, { ...notes, source });
    },

    /** Prompts by name. */
    async list(scope: Scope, request: PageRequest = {}): Promise<Page<PromptSummary>> {
      const limit = limitOf(request);
      const rows = await listPromptHeads(db, scope, { after: textCursor(request), limit: limit + 1 });
      const held = await listEnvironments(
        db,
        scope,
        rows.map((row) => row.name),
      );
      return pageOf(
        rows,
        limit,
        (row) => row.name,
        (row) => summary(row, held),
      );
    },

    /** One prompt. Throws `unknown_reference` when there is none of this name. */
    async get(scope: Scope, name: string): Promise<PromptSummary> {
      const row = await findPromptVersion(db, scope, name, await newest(scope, name));
      if (!row) throw new Error('a version disappeared');
      return summary(row, await listEnvironments(db, scope, [name]));
    },

    /** Versions of one prompt, newest first. */
    async versions(scope: Scope, name: string, request: PageRequest = {}): Promise<Page<PromptVersion>> {
      const limit = limitOf(request);
      await newest(scope, name);
      const rows = await listPromptVersions(db, scope, name, { before: numberCursor(request), limit: limit + 1 });
      return pageOf(rows, limit, (row) => row.version, toVersion);
    },

    version,
    resolve,

    /**
     * The content that a request stands for: a reference, a prompt, or a chain whose steps may name registered prompts. `ref` is the
     * version when the whole was a reference. The content is checked.
     */
    async resolveContent(
      scope: Scope,
      request: PromptRequest,
      path = 'prompt',
    ): Promise<{ readonly content: PromptContent; readonly sha256: string; readonly ref: string | null }> {
      if (typeof request === 'string') {
        const { content, sha256, ref } = await resolve(scope, request, path);
        return { content, sha256, ref };
      }
      const content = await pinned(scope, request, path);
      return { content, sha256: contentHash(content), ref: null };
    },

    async diff(
      scope: Scope,
      name: string,
      between: { readonly from: number; readonly to: number },
    ): Promise<PromptDiff & { readonly from: VersionName; readonly to: VersionName }> {
      const from = await version(scope, name, between.from);
      const to = await version(scope, name, between.to);
      const nameOf = ({ ref, sha256 }: PromptVersion) => ({ ref, sha256 });
      return { from: nameOf(from), to: nameOf(to), ...diffPrompts(from.content, to.content) };
    },

    /** Renders a version. Throws `unprocessable` that names missing and unknown variables. */
    async compile(
      scope: Scope,
      name: string,
      number: number,
      variables: JsonObject,
    ): Promise<VersionName & CompiledPrompt> {
      const { ref, sha256, content } = await version(scope, name, number);
      return { ref, sha256, ...compilePrompt(content, variables) };
    },
  };

  async function add(
    scope: Scope,
    name: string,
    request: PromptContentRequest,
    notes: Omit<DraftImport, 'name' | 'content' | 'source'> & {
      readonly labels?: readonly string[] | undefined;
      readonly source?: VersionSource | undefined;
    },
  ): Promise<Created> {
    checkName(name);
    checkNotes(notes);
    const content = await pinned(scope, request, '');
    const parent = notes.parent === undefined ? undefined : (await resolve(scope, notes.parent, 'parent')).ref;
    const { row, created } = await database.transaction((tx) =>
      addPromptVersion(tx, scope, name, {
        ...notes,
        parent,
        content,
        sha256: contentHash(content),
        stage: 'draft',
        createdAt: clock.now(),
      }),
    );
    return { ...toVersion(row), created };
  }

  /** The content with its steps pinned, checked. */
  async function pinned(scope: Scope, request: PromptContentRequest, path: string): Promise<PromptContent> {
    const content = await pinSteps(
      request,
      path,
      (reference, at) => resolve(scope, reference, at),
      async (ref) => {
        const { name, selector } = parseReference(ref, path);
        if (typeof selector === 'string' || !('version' in selector)) return undefined;
        return (await findPromptVersion(db, scope, name, selector.version))?.sha256;
      },
    );
    checkPrompt(content, path);
    return content;
  }

  /** The version that `name@3`, `name@latest` or `name@production` stands for now. Throws `unknown_reference` that says what exists. */
  async function resolve(scope: Scope, reference: string, path = 'prompt'): Promise<PromptVersion> {
    const parsed = parseReference(reference, path);
    return version(scope, parsed.name, await resolveVersion(lookup(scope), parsed, path));
  }

  function newest(scope: Scope, name: string): Promise<number> {
    return resolveVersion(lookup(scope), { text: name, name, selector: 'latest' }, 'name');
  }

  /** One version. Throws `not_found`. */
  async function version(scope: Scope, name: string, number: number): Promise<PromptVersion> {
    const row = await findPromptVersion(db, scope, name, number);
    if (!row) throw new ParetuneError('not_found', `the prompt version "${name}@${number}" does not exist`);
    return toVersion(row);
  }
}

interface VersionName {
  readonly ref: string;
  readonly sha256: string;
}

function summary(
  row: PromptVersionRow,
  held: readonly { readonly name: string; readonly environment: string; readonly version: number }[],
): PromptSummary {
  const own = held.filter(({ name }) => name === row.name);
  return {
    name: row.name,
    latest: toVersion(row),
    environments: Object.fromEntries(own.map(({ environment, version }) => [environment, version])),
  };
}

function toVersion({ projectId, ...row }: PromptVersionRow): PromptVersion {
  return { ref: `${row.name}@${row.version}`, ...row };
}
