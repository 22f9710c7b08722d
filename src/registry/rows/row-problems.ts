import { counted } from '../../domain/counted.ts';
import { type FieldError, ParetuneError } from '../../domain/errors.ts';

/** Most problems that one answer lists: enough to see a pattern, short enough to read. */
const MAX_ROW_PROBLEMS = 20;

/** Collects what is wrong with an upload, up to `MAX_ROW_PROBLEMS`, to be reported together. */
export class RowProblems {
  readonly #errors: FieldError[] = [];

  get any(): boolean {
    return this.#errors.length > 0;
  }

  /** True once no further problem would be reported: reading on is useless. */
  get full(): boolean {
    return this.#errors.length >= MAX_ROW_PROBLEMS;
  }

  add(path: string, message: string): void {
    if (!this.full) this.#errors.push({ path, message });
  }

  /** Throws `invalid_request` with everything collected, if anything was. */
  throwIfAny(): void {
    const [first] = this.#errors;
    if (!first) return;
    const more = this.#errors.length - 1;
    const others = `${this.full ? 'at least ' : ''}${counted(more, 'more problem')}`;
    throw new ParetuneError(
      'invalid_request',
      `${first.path}: ${first.message}${more > 0 ? ` (and ${others})` : ''}; nothing was stored`,
      this.#errors,
    );
  }
}
