/**
 * Keeps the last reads of a few large things. Who asks names the version that there is now: with another one it is read again, so that nobody
 * gets what is older than the version asked for.
 */
export class KeptReads<T> {
  readonly #kept = new Map<string, { readonly version: number; readonly value: Promise<T> }>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string, version: number, read: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key);
    // The one that was used last is dropped last.
    this.#kept.delete(key);
    const kept = known?.version === version ? known : { version, value: read() };
    this.#kept.set(key, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#most) break;
      this.#kept.delete(oldest);
    }
    kept.value.catch(() => {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
    });
    return kept.value;
  }
}
