import { fieldError } from '../domain/errors.ts';

/** What is said about a version. */
export interface VersionNotes {
  readonly message?: string | undefined;
  readonly author?: string | undefined;
  readonly reason?: string | undefined;
  readonly labels?: readonly string[] | undefined;
}

/** The database cannot hold NUL characters in text. Throws `unprocessable` that names the field. */
export function checkNotes(notes: VersionNotes): void {
  for (const [path, text] of Object.entries({ ...notes, labels: notes.labels?.join() })) {
    if (typeof text === 'string' && text.includes('\0')) throw fieldError(path, 'contains a NUL character; remove it');
  }
}
