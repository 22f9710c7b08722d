import { expect, it } from 'vitest';
import { envSecrets, resolveKey } from './secrets.ts';

it('gives keys from the environment, and nothing else of it', () => {
  const secrets = envSecrets({ MY_API_KEY: 'k', DATABASE_URL: 'postgres://secret', EMPTY_KEY: '' });
  expect(secrets('env:MY_API_KEY')).toBe('k');
  expect(secrets('env:DATABASE_URL')).toBeUndefined();
  expect(secrets('env:EMPTY_KEY')).toBeUndefined();
  expect(() => resolveKey({ provider: 'anthropic' }, secrets)).toThrow(/ANTHROPIC_API_KEY/);
  expect(() => resolveKey({ provider: 'openai-compatible', apiKeyRef: 'env:DATABASE_URL' }, secrets)).toThrow(
    /DATABASE_URL/,
  );
});
