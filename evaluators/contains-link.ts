import { LinkifyIt } from 'linkify-it';
import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { category, graded, right, wrong } from './common/grade.ts';
import { quote, quoteList } from './common/text.ts';

const domainSchema = z
  .string()
  .min(1)
  .max(253)
  .transform((domain, context) => {
    const host = hostOf(`http://${domain}`);
    if (host !== null && !/[/@:?#]/.test(domain)) return host;
    context.addIssue({ code: 'custom', message: 'must be a domain alone, such as "example.com"' });
    return z.NEVER;
  });

const options = z.strictObject({
  domains: z
    .array(domainSchema)
    .min(1)
    .max(100)
    .optional()
    .describe('Where links may lead: these domains and their subdomains. Default: anywhere.'),
});

/** Links that are written out: a bare `example.com` is as often the name of a file. A link `https://user@host` leads to the host. */
const linkifier = new LinkifyIt({ fuzzyEmail: false, urlAuth: true })
  .add('ftp:', null)
  .add('mailto:', null)
  .add('//', null);

export const containsLink = defineEvaluator({
  type: 'contains-link',
  title: 'Contains a link',
  description:
    'The output contains an http or https link: 1 or 0. With `domains`, the share of its links that lead to one of them, and 0 without a link. ' +
    'Whether a page exists is not looked up. Negate it for outputs that must not link.',
  needs: ['output'],
  options,
  defaultThreshold: 1,
  evaluate({ output }, { domains }) {
    const links = linksIn(output);
    if (links.length === 0) {
      return wrong(
        'no-link',
        `expected a link${domains ? ` to ${quoteList(domains)}` : ''} (https://…), got none: ${quote(output)}`,
      );
    }
    const elsewhere = domains ? links.filter((link) => !leadsTo(link, domains)) : [];
    const [first] = elsewhere;
    const details = { links: links.length };
    if (first === undefined) return right(`the output contains the links ${quoteList(links)}`, details);
    return graded(
      (links.length - elsewhere.length) / links.length,
      category('foreign-link', hostOf(first) ?? first),
      `expected links to ${quoteList(domains ?? [])} alone, got ${elsewhere.length} of ${links.length} that lead elsewhere: ${quoteList(elsewhere)}`,
      details,
    );
  },
});

function linksIn(text: string): string[] {
  return (linkifier.match(text) ?? []).map(({ url }) => url);
}

function leadsTo(link: string, domains: readonly string[]): boolean {
  const host = hostOf(link);
  return host !== null && domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

/** The host as the network sees it: lower case, international names in their ASCII form. */
function hostOf(link: string): string | null {
  return URL.canParse(link) ? new URL(link).hostname : null;
}
