import { defineConfig } from 'vitest/config';

const BROWSER_TESTS = 'test/browser/**/*.test.ts';
const DOCUMENTED_BLOCKS = 'docs/blocks.test.ts';

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    // One process for many files: loading the modules anew for each would take as long as half of the tests.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['{src,optimizers,evaluators,fixtures,bench,docs,test,web}/**/*.test.ts'],
          exclude: [BROWSER_TESTS, DOCUMENTED_BLOCKS, '**/node_modules/**'],
        },
      },
      // Whole jobs, page by page: minutes. `npm test` leaves them to `npm run docs:test`.
      { extends: true, test: { name: 'docs', include: [DOCUMENTED_BLOCKS] } },
      // One service and one set of jobs for all of them.
      { extends: true, test: { name: 'browser', include: [BROWSER_TESTS], globalSetup: 'test/browser/fixture.ts' } },
    ],
  },
});
