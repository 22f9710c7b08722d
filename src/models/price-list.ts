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

export const LIST_PRICES: readonly PriceLine[] = [
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
