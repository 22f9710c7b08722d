import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { CHECKS } from '../src/jobs/checks.ts';

const root = join(import.meta.dirname, '..');
const pages = [
  join(root, 'README.md'),
  ...readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(import.meta.dirname, name)),
];

/** Anchors as GitHub makes them from headings. */
function anchors(text: string): Set<string> {
  return new Set(
    Array.from(text.matchAll(/^#{1,6} (.+)$/gm), ([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

describe.each(pages.map((page) => [relative(root, page), page] as const))('%s', (_name, page) => {
  it('links to files and headings that exist', () => {
    const prose = readFileSync(page, 'utf8').replace(/```[\s\S]*?```|`[^`\n]*`/g, '');
    const broken = Array.from(prose.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target).filter((target) => {
      if (/^[a-z]+:/.test(target)) return false;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(file)) return true;
      return anchor !== undefined && !anchors(readFileSync(file, 'utf8')).has(anchor);
    });
    expect(broken).toEqual([]);
  });
});

it('docs/architecture.md names every wall that is enforced', () => {
  const rules = z
    .object({ forbidden: z.array(z.object({ name: z.string() })) })
    .parse(createRequire(import.meta.url)('../.dependency-cruiser.cjs'));
  const text = readFileSync(join(import.meta.dirname, 'architecture.md'), 'utf8');
  expect(rules.forbidden.map(({ name }) => name).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

it.each(['job.yaml', 'job.anthropic.yaml', 'job.compatible.yaml'])(
  'README.md shows the models of examples/%s',
  (name) => {
    const models = z.object({ models: z.unknown() });
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const after = readme.slice(readme.indexOf(`optimize examples/${name}`));
    const shown = /```yaml\n([\s\S]*?)```/.exec(after)?.[1] ?? '';
    const used = models.parse(parse(readFileSync(join(root, 'examples', name), 'utf8')));
    expect(models.parse(parse(shown)).models).toEqual(used.models);
  },
);

it('docs/doctor.md names every check', () => {
  const text = readFileSync(join(import.meta.dirname, 'doctor.md'), 'utf8');
  expect(Object.keys(CHECKS).filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
});

it('docs/evaluators.md shows an evaluator as it is', () => {
  const shown = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(import.meta.dirname, 'evaluators.md'), 'utf8'))?.[1];
  expect(shown).toBe(readFileSync(join(root, 'evaluators', 'one-line.ts'), 'utf8'));
});
