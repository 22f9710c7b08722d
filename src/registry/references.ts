import { fieldError, ParetuneError } from '../domain/errors.ts';
import { referenceSchema } from '../domain/job.ts';
import { NAME } from '../domain/prompt.ts';
import { nearestNames } from './nearest.ts';

export type ReferenceKind = 'prompt' | 'dataset' | 'suite';

/** `name@3`, `name@latest`, `name@production`, taken apart. */
export interface Reference {
  readonly text: string;
  readonly name: string;
  readonly selector: { readonly version: number } | 'latest' | { readonly environment: string };
}

/** `path` is where the reference stands in the request. Throws `unprocessable` when it is none. */
export function parseReference(text: string, path: string): Reference {
  if (!referenceSchema.safeParse(text).success) {
    throw fieldError(
      path,
      `${JSON.stringify(text)} is not a reference; write "name@3", "name@latest" or "name@production"`,
    );
  }
  const at = text.indexOf('@');
  const name = text.slice(0, at);
  const selector = text.slice(at + 1);
  if (selector === 'latest') return { text, name, selector };
  return { text, name, selector: /^\d+$/.test(selector) ? { version: Number(selector) } : { environment: selector } };
}

export function checkName(name: string): void {
  if (!NAME.test(name)) {
    throw fieldError(
      'name',
      `${JSON.stringify(name)} must be 1–100 of letters, digits, "_", "." and "-", starting with a letter or digit`,
    );
  }
}

/** How one kind of thing is looked up. */
export interface VersionLookup {
  readonly kind: ReferenceKind;
  newest(name: string): Promise<number | null>;
  has(name: string, version: number): Promise<boolean>;
  /** Environments of the name with the version each holds; only prompts have any. */
  environments(name: string): Promise<readonly { readonly environment: string; readonly version: number }[]>;
  names(): Promise<readonly string[]>;
}

/**
 * The version that a reference stands for now. Throws `unknown_reference`, and says what exists instead.
 */
export async function resolveVersion(lookup: VersionLookup, reference: Reference, path: string): Promise<number> {
  const { kind } = lookup;
  const { name, selector, text } = reference;
  const newest = await lookup.newest(name);
  if (newest === null) {
    const near = nearestNames(name, await lookup.names());
    const hint =
      near.length > 0 ? `did you mean ${near.join(', ')}?` : `there is no ${kind} of that name in this project`;
    throw unknownReference(path, `the ${kind} "${name}" does not exist; ${hint}`);
  }
  if (selector === 'latest') return newest;
  if ('version' in selector) {
    if (await lookup.has(name, selector.version)) return selector.version;
    throw unknownReference(path, `"${text}" does not exist; the newest version is ${name}@${newest}`);
  }
  const held = await lookup.environments(name);
  const found = held.find(({ environment }) => environment === selector.environment);
  if (found) return found.version;
  const known = held.map(({ environment, version }) => `${name}@${environment} (version ${version})`);
  const instead = [...known, `${name}@latest (version ${newest})`].join(', ');
  throw unknownReference(
    path,
    kind === 'prompt'
      ? `"${text}" does not exist: nothing is released to "${selector.environment}"; there is ${instead}`
      : `"${text}" does not exist: a ${kind} has no environments; use ${name}@latest or ${name}@${newest}`,
  );
}

function unknownReference(path: string, message: string): ParetuneError {
  return new ParetuneError('unknown_reference', path === '' ? message : `${path}: ${message}`, [{ path, message }]);
}
