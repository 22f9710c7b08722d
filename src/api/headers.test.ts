import { describe, expect, it } from 'vitest';
import { preferredType } from './accept.ts';
import { matchesEtag } from './etag.ts';
import { isLoopbackHost, isLoopbackOrigin } from './loopback.ts';

describe('Accept', () => {
  const offered = ['application/json', 'text/markdown', 'text/html'] as const;
  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['text/markdown', 'text/markdown'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
    ['text/*;q=0.5, text/html;q=0.9, application/json;q=0.1', 'text/html'],
    ['application/json;q=0, text/*', 'text/markdown'],
    ['image/png', 'application/json'],
  ])('%s picks %s', (accept, type) => {
    expect(preferredType(accept, offered)).toBe(type);
  });
});

describe('If-None-Match', () => {
  it.each([
    [undefined, false],
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['*', true],
    ['"b"', false],
  ])('%s', (header, matches) => {
    expect(matchesEtag(header, '"a"')).toBe(matches);
  });
});

describe('names of this machine', () => {
  it.each([
    'localhost',
    'localhost:8080',
    'LOCALHOST:1',
    'api.localhost:80',
    '127.0.0.1',
    '127.8.8.8:99',
    '[::1]:8080',
    '[::1]',
  ])('%s is one', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });
  it.each([
    '',
    'example.com',
    'localhost.example.com',
    '127.0.0.1.nip.io',
    '10.0.0.1:80',
    '0.0.0.0',
    '2130706433',
    '[::2]',
  ])('%s is none', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
  it('reads origins in the same way', () => {
    expect(isLoopbackOrigin('http://localhost:3000')).toBe(true);
    expect(isLoopbackOrigin('https://evil.example')).toBe(false);
    expect(isLoopbackOrigin('null')).toBe(false);
  });
});
