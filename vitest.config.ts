import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,optimizers,evaluators,fixtures,bench,docs,test}/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
