import { fieldError } from '../domain/errors.ts';
import type { ModelPrice } from '../domain/price.ts';
import type { PriceOf } from './estimate.ts';
import type { UsedModel } from './job-models.ts';

/** The prices that a job is booked at: those of every model that it may call, as they are now. A model without a price is left out. */
export function pricesOf(used: readonly UsedModel[], priceOf: PriceOf): ModelPrice[] {
  const prices = new Map<string, ModelPrice>();
  for (const [, { provider, model }] of used) {
    const price = priceOf({ provider, model });
    if (price) prices.set(JSON.stringify([provider, model]), { ...price, provider, model });
  }
  return [...prices.values()];
}

/** Prices of a job that has kept them; an older one goes by the present list. */
export function priceOfJob(kept: readonly ModelPrice[] | null, now: PriceOf): PriceOf {
  if (kept === null) return now;
  return (config) => kept.find(({ provider, model }) => provider === config.provider && model === config.model) ?? null;
}

/** Throws `unprocessable` for a model without a price: a budget in money could not be kept. */
export function checkPrices(used: readonly UsedModel[], priceOf: PriceOf): void {
  for (const [path, model] of used) {
    if (!priceOf(model)) {
      throw fieldError(
        path,
        `"${model.model}" (${model.provider}) has no price, so budget.usd cannot be kept; add it to the file of PARETUNE_PRICES, or limit the job by tokens or rollouts instead`,
      );
    }
  }
}
