import type { Journal, JournalEntry } from '../domain/record.ts';

/** A journal in memory, for benches, tests and runs that need no restart. `entries` is in the order of the writes. */
export interface MemoryJournal extends Journal {
  readonly entries: readonly JournalEntry[];
}

export function createMemoryJournal(
  entries: readonly JournalEntry[] = [],
  earlier?: NonNullable<Journal['earlier']>,
): MemoryJournal {
  const byId = new Map(entries.map((entry) => [entry.callId, entry]));
  return {
    ...(earlier && { earlier }),
    get entries() {
      return [...byId.values()];
    },
    get: (callId) => byId.get(callId),
    put: (entry) => {
      byId.set(entry.callId, entry);
      return Promise.resolve();
    },
  };
}
