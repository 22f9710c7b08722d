import { randomBytes } from 'node:crypto';
import type { Clock, IdSource } from './domain/clock.ts';

export const systemClock: Clock = { now: () => new Date() };

/** `prefix_<time in ms, base 36><10 random bytes>`: sorts by time, unique across processes. */
export function systemIds(clock: Clock): IdSource {
  return {
    next: (prefix) =>
      `${prefix}_${clock.now().getTime().toString(36).padStart(9, '0')}${randomBytes(10).toString('hex')}`,
  };
}
