import { ModelCallError } from '../domain/model.ts';

/** The promise; when it rejects because the job was cancelled, in whatever words, as the one error for that. */
export async function orCancelled<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    if (signal.aborted && !(error instanceof ModelCallError)) {
      throw new ModelCallError('cancelled', 'the job was cancelled');
    }
    throw error;
  }
}
