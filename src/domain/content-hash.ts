import { createHash } from 'node:crypto';
import { canonicalJson } from './json.ts';

/** Content address: SHA-256 (hex) of the canonical JSON. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
