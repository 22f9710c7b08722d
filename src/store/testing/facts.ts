import type { JournalEntry } from '../../domain/record.ts';
import type { Rollout } from '../../domain/rollout.ts';

/** A journal entry whose answer is `text`. */
export function journalEntry(callId: string, text = `answer of ${callId}`): JournalEntry {
  return {
    callId,
    role: 'task',
    provider: 'openai',
    model: 'some-model',
    request: { messages: [{ role: 'user', content: `question of ${callId}` }] },
    outcome: {
      ok: true,
      completion: {
        text,
        toolCalls: [],
        finish: 'stop',
        model: 'some-model-2026',
        usage: { inputTokens: 10, cachedInputTokens: 4, outputTokens: 5 },
        cost: 2_000,
        latencyMs: 12.5,
      },
    },
    reusedFrom: null,
    lost: { attempts: 0, tokens: 0, nanoUsd: 0 },
    at: new Date('2026-11-20T10:00:00.123Z'),
  };
}

/** A scored rollout. */
export function rollout(candidateId: string, rowId: string, repeat = 0): Rollout {
  return {
    candidateId,
    rowId,
    repeat,
    output: `output of ${candidateId} on ${rowId}`,
    steps: [],
    scores: {
      routing: { value: 1, pass: true, feedback: 'right', category: null },
      tone: { value: null, pass: false, feedback: '', category: 'evaluator-error', details: { attempts: 2 } },
    },
    values: { routing: 1, tone: null, promptTokens: 12 },
  };
}
