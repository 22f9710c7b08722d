import { type FieldError, ParetuneError } from '../domain/errors.ts';

/** Collects refusals of checks that do not depend on each other, so that all of them are told at once. */
export class Problems {
  readonly #found: FieldError[] = [];

  /** What the check gives; undefined when it refuses. Anything but a refusal with fields is thrown on. */
  check<T>(check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof ParetuneError) || error.code !== 'unprocessable' || error.errors.length === 0) throw error;
      const known = new Set(this.#found.map(({ path, message }) => `${path} ${message}`));
      this.#found.push(...error.errors.filter(({ path, message }) => !known.has(`${path} ${message}`)));
      return undefined;
    }
  }

  /** Throws `unprocessable` with everything that was refused. */
  throwIfAny(): void {
    if (this.#found.length === 0) return;
    const detail = this.#found.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new ParetuneError('unprocessable', detail, this.#found);
  }
}
