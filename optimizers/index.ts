import type { ListedOptimizer } from '../src/search/contract.ts';
import { gepa } from './gepa/index.ts';
import { protegi } from './protegi/index.ts';

/** All optimizers. Adding one: its folder, and a line here. */
export const optimizers: readonly ListedOptimizer[] = [gepa, protegi];
