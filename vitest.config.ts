import { defineConfig } from 'vitest/config';

const BROWSER_TESTS = 'test/browser/**/*.test.ts';

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['{src,optimizers,evaluators,fixtures,bench,docs,test,web}/**/*.test.ts'],
          exclude: [BROWSER_TESTS, '**/node_modules/**'],
        },
      },
      // One service and one set of jobs for all of them.
      { extends: true, test: { name: 'browser', include: [BROWSER_TESTS], globalSetup: 'test/browser/fixture.ts' } },
    ],
  },
});
