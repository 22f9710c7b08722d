import { APIError as AnthropicApiError } from '@anthropic-ai/sdk';
import { APIError as OpenAIApiError } from 'openai';
import { type AttemptFailure, httpFailure, transportFailure } from './failure.ts';
import { PostRefused } from './signed-post.ts';

/** What an error thrown by a provider SDK means. Imported only after the first call failed, so its imports cost a start nothing. */
export function sdkFailure(error: unknown, now: Date): AttemptFailure {
  if (error instanceof PostRefused) {
    const { status, message, headers } = error;
    // The words are ours, not the server's.
    return { ...httpFailure({ status, message, code: '', headers }, now), message };
  }
  if (error instanceof OpenAIApiError && error.status !== undefined) {
    const code = error.code ?? error.type ?? '';
    return httpFailure({ status: error.status, message: error.message, code, headers: error.headers }, now);
  }
  if (error instanceof AnthropicApiError && error.status !== undefined) {
    const message = error.apiMessage === null ? error.message : `${error.status} ${error.apiMessage}`;
    return httpFailure({ status: error.status, message, code: error.type ?? '', headers: error.headers }, now);
  }
  return transportFailure(error);
}
