import { z } from 'zod';
import { ParetuneError } from '../domain/errors.ts';
import type { ModelConfig, Usage } from '../domain/model.ts';
import type { ModelPrice, ModelRates } from '../domain/price.ts';
import { priceLineSchema } from './price-line.ts';
import { LIST_PRICES } from './price-list.ts';

/** What `PARETUNE_PRICES` holds: its lines come before the built-in ones. */
const priceOverridesSchema = z.strictObject({ models: z.array(priceLineSchema) });

/** Usage with the part of the input that was written to the provider's prompt cache. */
export interface BilledUsage extends Usage {
  readonly cacheWriteTokens: number;
}

/** Costs are nano-USD (1e-9 USD), rounded up: one dollar per million tokens is 1000 nano-USD per token. */
export interface Price {
  readonly line: ModelPrice;
  cost(usage: BilledUsage): number;
  /** The most that so many tokens can cost. `cacheWrites`: the call asks for the prompt cache to be written. */
  worst(inputTokens: number, outputTokens: number, cacheWrites: boolean): number;
}

export interface PriceTable {
  /** Null: no price is known, and a budget in dollars cannot be kept. */
  priceOf(config: Pick<ModelConfig, 'provider' | 'model'>): Price | null;
}

/** Prices have at most a few decimals; rounding hides the binary noise of 0.1 × 3 before rounding up. */
const ceil = (nano: number) => Math.ceil(Number(nano.toFixed(3)));

function priceFrom(line: ModelPrice): Price {
  const { longPrompt } = line;
  const short = ratesOf(line);
  const long = longPrompt === undefined ? short : ratesOf(longPrompt);
  const rates = (inputTokens: number) => (inputTokens > (longPrompt?.above ?? Number.POSITIVE_INFINITY) ? long : short);
  // From GPT-5.6 on, OpenAI writes its cache unasked and takes a price for it; others do when a call asks for it.
  const writesUnasked = line.provider === 'openai' && line.cacheWrite !== undefined;
  return {
    line,
    cost: (usage) => {
      const { input, cached, write, output } = rates(usage.inputTokens);
      const fresh = Math.max(0, usage.inputTokens - usage.cachedInputTokens - usage.cacheWriteTokens);
      return ceil(
        fresh * input + usage.cachedInputTokens * cached + usage.cacheWriteTokens * write + usage.outputTokens * output,
      );
    },
    worst: (inputTokens, outputTokens, cacheWrites) => {
      const { input, cached, write, output } = rates(inputTokens);
      const dearest = Math.max(input, cached, cacheWrites || writesUnasked ? write : 0);
      return ceil(inputTokens * dearest + outputTokens * output);
    },
  };
}

/** In nano-USD per token. */
const ratesOf = ({ input, cachedInput, cacheWrite, output }: ModelRates) => ({
  input: input * 1000,
  cached: (cachedInput ?? input) * 1000,
  write: (cacheWrite ?? 2 * input) * 1000,
  output: output * 1000,
});

/** `gpt-4o` also names its dated snapshots `gpt-4o-2024-08-06`; `*` stands for anything. */
function matcher(pattern: string): RegExp {
  const body = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${body}(-\\d{4}-?\\d{2}-?\\d{2}|-latest)?$`);
}

/**
 * The price table: overrides first, then the built-in list. `overrides` is the parsed content of a price file; throws `invalid_request`
 * when it does not have the shape.
 */
export function createPriceTable(overrides?: unknown): PriceTable {
  const parsed = overrides === undefined ? null : priceOverridesSchema.safeParse(overrides);
  if (parsed?.success === false) {
    throw new ParetuneError(
      'invalid_request',
      `the price file is not valid: ${z.prettifyError(parsed.error)}`,
      parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
    );
  }
  const lines = [...(parsed?.data.models ?? []), ...LIST_PRICES].map((line) => ({
    provider: line.provider,
    matches: matcher(line.model),
    price: priceFrom(line),
  }));
  const known = new Map<string, Price | null>();
  return {
    priceOf: ({ provider, model }) => {
      const key = `${provider} ${model}`;
      let price = known.get(key);
      if (price === undefined) {
        price = lines.find((line) => line.provider === provider && line.matches.test(model))?.price ?? null;
        known.set(key, price);
      }
      return price;
    },
  };
}

/** These prices and no others, by the very model id. */
export function createFixedPrices(lines: readonly ModelPrice[]): PriceTable {
  const prices = lines.map((line) => priceFrom(line));
  return {
    priceOf: ({ provider, model }) =>
      prices.find(({ line }) => line.provider === provider && line.model === model) ?? null,
  };
}
