import { describe, expect, it } from 'vitest';
import { score } from './common/testing.ts';
import { containsLink } from './contains-link.ts';

describe('contains-link', () => {
  const docs = { domains: ['docs.example.com', 'Bücher.de'] };

  it.each<[string, object, number]>([
    ['see https://example.com/a_(b)?x=1.', {}, 1],
    ['see [the page](http://localhost:3000/x)', {}, 1],
    ['HTTPS://EXAMPLE.COM', {}, 1],
    ['see example.com or www.example.com', {}, 0],
    ['mailto:a@example.com ftp://example.com //example.com javascript:alert(1)', {}, 0],
    ['https://', {}, 0],
    ['', {}, 0],
    ['https://docs.example.com/x', docs, 1],
    ['https://eu.docs.example.com/x', docs, 1],
    ['https://bücher.de and https://xn--bcher-kva.de', docs, 1],
    ['https://example.com', docs, 0],
    ['https://notdocs.example.com', docs, 0],
    ['https://docs.example.com.evil.org', docs, 0],
    ['https://docs.example.com@evil.org/', docs, 0],
    ['https://docs.example.com https://evil.org', docs, 0.5],
    ['no link', docs, 0],
  ])('%j with %j: %d', (output, options, value) => {
    expect(score(containsLink, output, options).value).toBe(value);
  });

  it('names the links that lead elsewhere', () => {
    expect(score(containsLink, 'https://docs.example.com and https://evil.org/x', docs)).toMatchObject({
      category: 'foreign-link:evil.org',
      feedback:
        'expected links to "docs.example.com", "xn--bcher-kva.de" alone, got 1 of 2 that lead elsewhere: "https://evil.org/x"',
    });
  });

  it('refuses what is no domain', () => {
    for (const domain of ['https://example.com', 'example.com/docs', 'a b', 'x@y.z'])
      expect(() => containsLink.prepare({ domains: [domain] }), domain).toThrow(/domain alone/);
  });
});
