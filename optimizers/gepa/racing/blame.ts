export { suspects } from '../../../src/search/blame.ts';
