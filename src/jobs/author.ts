import { contentHash } from '../domain/content-hash.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import type { Ledger, Reservation } from '../domain/ledger.ts';
import { type Completion, ModelCallError, type ModelConfig, type ModelRequest } from '../domain/model.ts';
import { type Author, type AuthorAnswer, type AuthorRequest, UnusableAnswer } from '../search/contract.ts';

/** A rewritten prompt must fit into the answer, whatever the model's own default is. */
const REFLECTION_OUTPUT_TOKENS = 4_096;

const REPAIR =
  'Your answer could not be read: {problem}. Send the same content again in the requested format, with nothing else before or after it.';

export interface AuthorParts {
  readonly gateway: ModelGateway;
  readonly ledger: Ledger;
  readonly model: ModelConfig;
  /** Told of each request that brought nothing, with its number in the order of asking and the reason. */
  readonly unusable: (request: number, purpose: string, reason: string) => void;
}

export interface JobAuthor extends Author {
  /** Resolves when nothing is in flight, whatever came of it: a search that ends early leaves requests behind that are owed. */
  idle(): Promise<void>;
}

/**
 * The reflection model. Every request reserves its upper bound at the call, in the order of the calls. A truncated answer is never
 * adopted; a broken format is asked for once more (the format only, never other content).
 */
export function createAuthor(parts: AuthorParts): JobAuthor {
  const asked = new Map<string, number>();
  const open = new Set<Promise<unknown>>();
  let requests = 0;

  const call = async (request: ModelRequest, reservation: Reservation): Promise<Completion | string> => {
    try {
      const answer = await parts.gateway.complete(request, reservation);
      if (answer.finish === 'stop' || answer.finish === 'tool-calls') return answer;
      return answer.finish === 'length' ? 'the answer was truncated' : `the answer ended with "${answer.finish}"`;
    } catch (error) {
      if (error instanceof ModelCallError && error.failure !== 'cancelled' && !error.hopeless) return error.message;
      throw error;
    }
  };

  const answerOf = async <T>(request: AuthorRequest<T>): Promise<AuthorAnswer<T> | null> => {
    const content = contentHash([request.purpose, request.messages, request.schema ?? null]);
    const ordinal = asked.get(content) ?? 0;
    asked.set(content, ordinal + 1);
    const number = requests++;
    const model: ModelRequest = {
      role: 'reflection',
      config: {
        maxOutputTokens: REFLECTION_OUTPUT_TOKENS,
        ...parts.model,
        ...(request.temperature !== undefined &&
          parts.model.temperature === undefined && { temperature: request.temperature }),
      },
      messages: request.messages,
      ...(request.schema && { schema: request.schema }),
      ordinal,
    };
    const reservation = await reserve(parts, model);
    let answer: Completion | string;
    try {
      answer = await call(model, reservation);
    } finally {
      reservation.release();
    }
    for (let repaired = false; ; repaired = true) {
      if (typeof answer === 'string') {
        parts.unusable(number, request.purpose, answer);
        return null;
      }
      try {
        return { value: request.parse(answer.text), text: answer.text, callId: answer.callId };
      } catch (error) {
        if (!(error instanceof UnusableAnswer)) throw error;
        if (repaired) {
          parts.unusable(number, request.purpose, `the format was broken twice: ${error.message}`);
          return null;
        }
        const again: ModelRequest = {
          ...model,
          messages: [
            ...request.messages,
            { role: 'assistant', content: answer.text },
            { role: 'user', content: REPAIR.replace('{problem}', () => error.message) },
          ],
        };
        const second = await reserve(parts, again);
        try {
          answer = await call(again, second);
        } finally {
          second.release();
        }
      }
    }
  };

  return {
    async ask<T>(request: AuthorRequest<T>): Promise<AuthorAnswer<T> | null> {
      const answer = answerOf(request);
      open.add(answer);
      try {
        return await answer;
      } finally {
        open.delete(answer);
      }
    },
    async idle() {
      while (open.size > 0) await Promise.allSettled(open);
    },
  };
}

function reserve({ gateway, ledger }: AuthorParts, request: ModelRequest): Promise<Reservation> {
  const bound = gateway.bound(request);
  const tokens = bound.inputTokens + bound.outputTokens;
  return ledger.reserve({ tokens, reflectionTokens: tokens, nanoUsd: bound.cost ?? 0 });
}
