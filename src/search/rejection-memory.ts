import { delimited, truncated } from './reflection-text.ts';
import type { SentenceChange } from './sentences.ts';

/** An edit that a race has rejected. */
export interface RejectedEdit {
  /** Failures that it was made for. */
  readonly targets: readonly string[];
  readonly changes: readonly SentenceChange[];
  readonly fixed: number;
  /** Rows that passed before it. */
  readonly broken: readonly string[];
}

/** Characters of one edit that are told. */
const EDIT_LIMIT = 500;

/** What was tried and why it failed: told to the reflection model, which would propose it again otherwise. */
export class RejectionMemory {
  readonly #edits: RejectedEdit[] = [];

  add(edit: RejectedEdit): void {
    this.#edits.push(edit);
  }

  /** Rows that edits for these failures broke, the latest first. */
  brokenBy(targets: readonly string[]): string[] {
    return [...new Set(this.#about(targets).flatMap((edit) => edit.broken))];
  }

  /** The latest rejected edits for these failures as a block of a request; empty when there are none. */
  told(targets: readonly string[], limit: number): string {
    const lines = this.#about(targets)
      .slice(0, limit)
      .map((edit) => `- ${truncated(described(edit), EDIT_LIMIT)}`);
    if (lines.length === 0) return '';
    return `\nThese changes were tried for such examples and did not help:\n${delimited('tried', lines.join('\n'))}\n`;
  }

  #about(targets: readonly string[]): RejectedEdit[] {
    return this.#edits.filter((edit) => edit.targets.some((target) => targets.includes(target))).toReversed();
  }
}

function described({ changes, fixed, broken }: RejectedEdit): string {
  const what = changes.map(({ kind, sentence }) => `${kind}: ${sentence}`).join(' / ');
  return `${what} (made ${fixed} of the failing inputs right and broke ${broken.length} that were right)`;
}
