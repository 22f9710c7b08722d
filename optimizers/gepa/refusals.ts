export { Refusals } from '../../src/search/refusals.ts';
