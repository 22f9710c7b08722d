import { createHash } from 'node:crypto';
import type { SplitRatio } from '../domain/dataset.ts';
import { canonicalJson } from '../domain/json.ts';
import type { StoredRow } from '../store/dataset-rows.ts';

/** Content address of a dataset, computed while its rows pass: SHA-256 over one line of canonical JSON per row, in upload order. */
export class DatasetHash {
  readonly #hash = createHash('sha256');
  #bytes = 0;

  /** Bytes of canonical JSON so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Returns the size of the row in bytes. */
  add(row: StoredRow): number {
    const { position, ...content } = row;
    const line = `${canonicalJson(content)}\n`;
    this.#hash.update(line);
    const bytes = Buffer.byteLength(line);
    this.#bytes += bytes;
    return bytes;
  }

  /** The ratio belongs to the content where rows were drawn by it. */
  digest(ratio: SplitRatio | null): string {
    return this.#hash.update(canonicalJson({ ratio })).digest('hex');
  }
}
