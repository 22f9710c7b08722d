interface Running {
  readonly controller: AbortController;
  readonly settled: Promise<void>;
}

/** The jobs that this process runs, so that a cancellation or a shutdown reaches them at once. */
export class RunningJobs {
  readonly #running = new Map<string, Running>();

  ids(): string[] {
    return [...this.#running.keys()];
  }

  /** Nothing happens when the job does not run here. */
  abort(jobId: string, reason: 'cancelled' | 'shutdown'): void {
    this.#running.get(jobId)?.controller.abort(reason);
  }

  abortAll(reason: 'shutdown'): void {
    for (const { controller } of this.#running.values()) controller.abort(reason);
  }

  /**
   * Runs a job. `claim` is aborted when the queue has given the job to somebody else; a job that this process itself still runs from an
   * earlier claim is stopped first, so that it never runs twice here.
   */
  async run(
    jobId: string,
    claim: AbortSignal,
    handler: (jobId: string, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    for (let earlier = this.#running.get(jobId); earlier; earlier = this.#running.get(jobId)) {
      earlier.controller.abort('shutdown');
      await earlier.settled;
    }
    const controller = new AbortController();
    const lost = () => controller.abort('shutdown');
    if (claim.aborted) lost();
    else claim.addEventListener('abort', lost, { once: true });
    const result = Promise.resolve().then(() => handler(jobId, controller.signal));
    const entry = { controller, settled: result.catch(() => {}) };
    this.#running.set(jobId, entry);
    try {
      await result;
    } finally {
      claim.removeEventListener('abort', lost);
      this.#running.delete(jobId);
    }
  }
}
