export { RejectionMemory } from '../../../src/search/rejection-memory.ts';
