import type { ListedOptimizer } from '../src/search/contract.ts';

/** All optimizers. Adding one: its folder, and a line here. */
export const optimizers: readonly ListedOptimizer[] = [];
