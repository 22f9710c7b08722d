import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { CHECKS } from '../src/jobs/checks.ts';
import { sidebar } from './.vitepress/sidebar.ts';
import { allPages, ROOT as root } from './testing/markdown.ts';

const pages = new Map(allPages().map((page) => [page.path, page]));
const external = new Set<string>();
afterAll(() => {
  process.stdout.write(`external links, not fetched:\n${[...external].sort().join('\n')}\n`);
});

describe.each([...pages.values()])('$path', ({ path, links, opening }) => {
  it('links to files and headings that exist', () => {
    const broken = links.filter((target) => {
      if (/^[a-z]+:/.test(target)) {
        external.add(target);
        return false;
      }
      const [file = '', anchor] = target.split('#');
      const found = file === '' ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(root, found))) return true;
      // A folder has no page on the site.
      if (statSync(join(root, found)).isDirectory())
        return anchor !== undefined || !pages.has(join(found, 'README.md'));
      return anchor !== undefined && !pages.get(found)?.anchors.has(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('begins with a sentence, not with a block', () => {
    expect(opening.length).toBeGreaterThan(30);
  });
});

it('the sidebar of the site has every page, and no other', () => {
  const shown = sidebar
    .flatMap(({ items = [] }) => items)
    .map(({ link = '' }) => (/\/$/.test(link) ? `${link}README` : link).replace(/^\/(.*)$/, '$1.md'));
  const wanted = [...pages.keys()].filter((path) => !/^docs\/decisions\/(?!README)|^(examples|fixtures)\//.test(path));
  expect([...shown].sort()).toEqual(wanted.sort());
});

it('docs/architecture.md names every wall that is enforced', () => {
  const rules = z
    .object({ forbidden: z.array(z.object({ name: z.string() })) })
    .parse(createRequire(import.meta.url)('../.dependency-cruiser.cjs'));
  const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  expect(rules.forbidden.map(({ name }) => name).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

it.each(['job.yaml', 'job.anthropic.yaml', 'job.compatible.yaml'])(
  'README.md shows the models of examples/%s',
  (name) => {
    const models = z.object({ models: z.unknown() });
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const after = readme.slice(readme.indexOf(`: \`examples/${name}\``));
    const shown = /```yaml\n([\s\S]*?)```/.exec(after)?.[1] ?? '';
    const used = models.parse(parse(readFileSync(join(root, 'examples', name), 'utf8')));
    expect(models.parse(parse(shown)).models).toEqual(used.models);
  },
);

it('docs/doctor.md names every check', () => {
  const text = readFileSync(join(import.meta.dirname, 'doctor.md'), 'utf8');
  expect(Object.keys(CHECKS).filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
});
