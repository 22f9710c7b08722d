import { z } from 'zod';
import type { Candidate } from '../src/domain/candidate.ts';
import type { Row } from '../src/domain/dataset.ts';
import type { ModelGateway } from '../src/domain/gateway.ts';
import type { CatalogueEvaluator } from '../src/lab/evaluator.ts';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { defineOptimizer, type ListedOptimizer } from '../src/search/contract.ts';
import { createRandom } from '../src/search/random.ts';

/** A world in which the truth about every prompt is known: what a prompt scores on a row is drawn, and nothing about it can be learned. */
export interface LuckWorld {
  readonly seed: number;
  /** `binary`: right or wrong. `graded`: the share of four parts that are right. */
  readonly scores: 'binary' | 'graded';
  /** True gain of every candidate over the baseline. */
  readonly gain: number;
  /** Share of answers that are drawn again at each call: 0 is a deterministic model. */
  readonly redrawn: number;
}

/** A row is right with a probability between 0.3 and 0.9 of its own: 0.6 on average. */
const EASE = { least: 0.3, spread: 0.6, mean: 0.6 };
/** Share of parts of rows that another wording draws anew: what makes two equally good prompts differ. */
const REWORDED = 0.25;
const PARTS = { binary: 1, graded: 4 } as const;

/** The score of a prompt (0 = the baseline) on a row, in [0, 1]. */
function scoreOf({ seed, scores, gain, redrawn }: LuckWorld, rowId: string, prompt: number, repeat: number): number {
  const row = createRandom(seed, 'row', rowId);
  const own = createRandom(seed, 'prompt', rowId, prompt);
  const call = createRandom(seed, 'call', rowId, prompt, repeat);
  const ease = EASE.least + EASE.spread * row.next();
  const parts = PARTS[scores];
  let right = 0;
  for (let part = 0; part < parts; part++) {
    let luck = row.next();
    if (prompt > 0 && own.next() < REWORDED) luck = own.next();
    if (call.next() < redrawn) luck = call.next();
    // A better prompt gets right what would be wrong, with the probability that makes the gain on average.
    const better = own.next() < gain / (1 - EASE.mean);
    if (luck < ease || (prompt > 0 && better)) right += 1;
  }
  return right / parts;
}

const promptText = (prompt: number) => `Answer as prompt number ${prompt} says.`;

/** Answers with the score that the world gives to the prompt on the row. */
export function luckGateway(world: LuckWorld): ModelGateway {
  return {
    bound: () => ({ inputTokens: 1, outputTokens: 1, cost: null }),
    isAnswered: () => false,
    complete: async ({ messages, ordinal, config }, reservation) => {
      const prompt = Number(/number (\d+)/.exec(messages[0]?.content ?? '')?.[1]);
      const rowId = messages[1]?.content ?? '';
      const usage = { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 };
      reservation.spend({ tokens: 2 });
      return {
        text: String(scoreOf(world, rowId, prompt, ordinal)),
        toolCalls: [],
        finish: 'stop',
        model: config.model,
        usage,
        cost: null,
        latencyMs: 1,
        callId: `${prompt}:${rowId}:${ordinal}`,
        replayed: false,
      };
    },
  };
}

/** Reads the score that the world has answered with. */
export const luckEvaluator: CatalogueEvaluator = defineEvaluator({
  type: 'luck',
  title: 'Luck',
  description: 'The number in the output.',
  needs: ['output'],
  options: z.strictObject({}),
  defaultThreshold: 1,
  evaluate: ({ output }) => ({ value: Number(output), feedback: '', category: null }),
});

/** A search that proposes so many prompts, validates each, and leaves the choice to the job. */
export function luckySearch(candidates: number): ListedOptimizer {
  return defineOptimizer({
    type: 'luck',
    title: 'Luck',
    source: 'none',
    options: z.strictObject({}),
    proposals: () => candidates,
    search: async (task) => {
      const rowIds = task.validation.map(({ id }) => id);
      const validate = async (candidate: Candidate) => {
        await task.lab.measure(candidate, rowIds);
        task.record.validated(candidate);
      };
      await validate(task.baseline);
      for (let prompt = 1; prompt <= candidates; prompt++) {
        const proposed = task.record.propose({
          components: { prompt: promptText(prompt) },
          parents: [task.baseline],
          operator: 'luck',
          reason: 'one more',
        });
        if (!proposed.ok) throw new Error(`prompt ${prompt} was refused: ${proposed.detail}`);
        await validate(proposed.candidate);
      }
      return { stop: 'search-complete' };
    },
  });
}

export const luckPrompt = {
  messages: [
    { role: 'system', content: promptText(0) },
    { role: 'user', content: '{{input}}' },
  ],
} as const;

export const luckRows = (split: string, count: number): Row[] =>
  Array.from({ length: count }, (_, index) => {
    const id = `${split}-${index}`;
    return { id, input: id, context: [], metadata: {} };
  });
