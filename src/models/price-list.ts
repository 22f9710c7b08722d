import type { PriceLine } from './price-line.ts';

/**
 * Public list prices in US dollars per million tokens, standard tier. They are data to be checked: prices change without notice, and the
 * date says when a line was last believed to be right. A file named by `PARETUNE_PRICES` overrides any line and adds others; a model
 * that is not here has no price, and a budget in dollars with it is refused.
 */
const OPENAI = { provider: 'openai', date: '2026-01-15', source: 'https://openai.com/api/pricing' } as const;
const ANTHROPIC = {
  provider: 'anthropic',
  date: '2026-02-15',
  source: 'https://claude.com/pricing',
} as const;

/** Lines that were read on 2026-11-22, from copies of the providers' pages. */
const GPT_6 = {
  provider: 'openai',
  date: '2026-11-22',
  source: 'https://developers.openai.com/api/docs/pricing',
} as const;
const CLAUDE_5 = {
  provider: 'anthropic',
  date: '2026-11-22',
  source: 'https://platform.claude.com/docs/en/about-claude/pricing',
} as const;

/** From GPT-5.6 on: a quarter more for what is written to the cache, and other prices for the whole of a call with a long prompt. */
const sinceGpt56 = (input: number, cachedInput: number, output: number) => {
  const rates = (inputs: number, outputs: number) => ({
    input: inputs * input,
    cachedInput: inputs * cachedInput,
    cacheWrite: inputs * 1.25 * input,
    output: outputs * output,
  });
  return { ...rates(1, 1), longPrompt: { above: 272_000, ...rates(2, 1.5) } };
};

export const LIST_PRICES: readonly PriceLine[] = [
  { ...GPT_6, model: 'gpt-6-astra', ...sinceGpt56(10, 1, 50) },
  { ...GPT_6, model: 'gpt-6.1-sol', ...sinceGpt56(2, 0.1, 10) },
  { ...GPT_6, model: 'gpt-6-sol', ...sinceGpt56(2, 0.2, 10) },
  { ...GPT_6, model: 'gpt-6.1-terra', ...sinceGpt56(1, 0.05, 5) },
  { ...GPT_6, model: 'gpt-6-luna', ...sinceGpt56(0.1, 0.01, 0.5) },
  { ...GPT_6, model: 'gpt-5.6-sol', ...sinceGpt56(4, 0.4, 20) },
  { ...GPT_6, model: 'gpt-5.6-terra', ...sinceGpt56(2, 0.2, 12) },
  { ...GPT_6, model: 'gpt-5.6-luna', ...sinceGpt56(0.2, 0.02, 1.2) },
  { ...OPENAI, model: 'gpt-5.2', input: 1.75, cachedInput: 0.175, output: 14 },
  { ...OPENAI, model: 'gpt-5.1', input: 1.25, cachedInput: 0.125, output: 10 },
  { ...OPENAI, model: 'gpt-5', input: 1.25, cachedInput: 0.125, output: 10 },
  { ...OPENAI, model: 'gpt-5-chat', input: 1.25, cachedInput: 0.125, output: 10 },
  { ...OPENAI, model: 'gpt-5-mini', input: 0.25, cachedInput: 0.025, output: 2 },
  { ...OPENAI, model: 'gpt-5-nano', input: 0.05, cachedInput: 0.005, output: 0.4 },
  { ...OPENAI, model: 'gpt-4.1', input: 2, cachedInput: 0.5, output: 8 },
  { ...OPENAI, model: 'gpt-4.1-mini', input: 0.4, cachedInput: 0.1, output: 1.6 },
  { ...OPENAI, model: 'gpt-4.1-nano', input: 0.1, cachedInput: 0.025, output: 0.4 },
  // The first snapshot cost twice as much as those after it.
  { ...OPENAI, model: 'gpt-4o-2024-05-13', input: 5, output: 15 },
  { ...OPENAI, model: 'gpt-4o', input: 2.5, cachedInput: 1.25, output: 10 },
  { ...OPENAI, model: 'gpt-4o-mini', input: 0.15, cachedInput: 0.075, output: 0.6 },
  { ...OPENAI, model: 'o4-mini', input: 1.1, cachedInput: 0.275, output: 4.4 },
  { ...OPENAI, model: 'o3', input: 2, cachedInput: 0.5, output: 8 },
  { ...OPENAI, model: 'o3-mini', input: 1.1, cachedInput: 0.55, output: 4.4 },
  { ...OPENAI, model: 'o1', input: 15, cachedInput: 7.5, output: 60 },
  { ...OPENAI, model: 'text-embedding-3-small', input: 0.02, output: 0 },
  { ...OPENAI, model: 'text-embedding-3-large', input: 0.13, output: 0 },
  { ...CLAUDE_5, model: 'claude-opus-5-5', input: 4, output: 20 },
  { ...CLAUDE_5, model: 'claude-opus-5', input: 5, cachedInput: 0.5, output: 25 },
  { ...CLAUDE_5, model: 'claude-sonnet-5-5', input: 2, cachedInput: 0.1, output: 10 },
  {
    ...CLAUDE_5,
    model: 'claude-haiku-5-5',
    input: 0.1,
    cachedInput: 0.01,
    output: 0.5,
    longPrompt: { above: 100_000, input: 0.5, cachedInput: 0.05, output: 2.5 },
  },
  { ...ANTHROPIC, model: 'claude-opus-4-6', input: 5, cachedInput: 0.5, output: 25 },
  { ...ANTHROPIC, model: 'claude-opus-4-5', input: 5, cachedInput: 0.5, output: 25 },
  { ...ANTHROPIC, model: 'claude-opus-4-1', input: 15, cachedInput: 1.5, output: 75 },
  { ...ANTHROPIC, model: 'claude-opus-4', input: 15, cachedInput: 1.5, output: 75 },
  { ...ANTHROPIC, model: 'claude-sonnet-4-6', input: 3, cachedInput: 0.3, output: 15 },
  { ...ANTHROPIC, model: 'claude-sonnet-4-5', input: 3, cachedInput: 0.3, output: 15 },
  { ...ANTHROPIC, model: 'claude-sonnet-4', input: 3, cachedInput: 0.3, output: 15 },
  { ...ANTHROPIC, model: 'claude-haiku-4-5', input: 1, cachedInput: 0.1, output: 5 },
  { ...ANTHROPIC, model: 'claude-3-5-haiku', input: 0.8, cachedInput: 0.08, output: 4 },
  { ...ANTHROPIC, model: 'claude-3-haiku', input: 0.25, cachedInput: 0.03, output: 1.25 },
];
