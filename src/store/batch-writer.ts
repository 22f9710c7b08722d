/** Collects items and writes them in batches, one batch at a time, in order. The first failure is final: every later call rejects with it. */
export interface BatchWriter<Item> {
  /** Takes an item. It is durable once the next `flush` resolves. */
  add(item: Item): void;
  /** Resolves when everything added so far is written; rejects when a write failed. */
  flush(): Promise<void>;
}

export interface BatchOptions {
  /** Milliseconds that an item may wait for company. */
  readonly delay: number;
  /** Items that are written at once without waiting. */
  readonly size: number;
}

export function batchWriter<Item>(
  write: (batch: readonly Item[]) => Promise<void>,
  { delay, size }: BatchOptions,
): BatchWriter<Item> {
  let pending: Item[] = [];
  let timer: NodeJS.Timeout | undefined;
  let failure: Error | undefined;
  /** The write under way and what follows it. */
  let tail: Promise<void> = Promise.resolve();
  /** The batch that waits for the write under way; everything added meanwhile joins it. */
  let next: Promise<void> | undefined;

  const writePending = async () => {
    next = undefined;
    const batch = pending;
    pending = [];
    if (failure) throw failure;
    if (batch.length === 0) return;
    try {
      await write(batch);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw failure;
    }
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (next === undefined) {
      next = tail.then(writePending);
      // A rejection reaches whoever flushes; nobody has to.
      tail = next.catch(() => {});
    }
    return next;
  };

  return {
    flush,
    add: (item) => {
      pending.push(item);
      if (pending.length >= size) flush().catch(() => {});
      else
        timer ??= setTimeout(() => {
          flush().catch(() => {});
        }, delay);
    },
  };
}
