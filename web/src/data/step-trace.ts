import { z } from 'zod';

const stepSchema = z.looseObject({
  component: z.string().default('prompt'),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })).default([]),
  output: z.string().default(''),
  toolCalls: z.array(z.unknown()).default([]),
  finish: z.string().nullish(),
  callId: z.string().nullish(),
  usage: z
    .looseObject({ inputTokens: z.number(), cachedInputTokens: z.number().default(0), outputTokens: z.number() })
    .nullish(),
  /** 1e-9 USD; null without a price. */
  cost: z.number().nullish(),
  latencyMs: z.number().nullish(),
});
export type Step = z.infer<typeof stepSchema>;

/** The model calls of a rollout, as far as the record has them. */
export const stepsOfRollout = (steps: readonly unknown[]): Step[] => steps.map((step) => stepSchema.parse(step));

const NANO = 1e9;

/** Dollars of a step; null without a price. */
export const usdOf = ({ cost }: Step): number | null => (cost === null || cost === undefined ? null : cost / NANO);

export const textOf = (content: unknown): string =>
  typeof content === 'string' ? content : JSON.stringify(content, null, 2);
