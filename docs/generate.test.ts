import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { referencePages } from './generator/index.ts';

const folder = join(import.meta.dirname, 'reference');

it('docs/reference says what the code says (else: npm run docs)', async () => {
  const pages = await referencePages();
  expect((await readdir(folder)).sort()).toEqual([...pages.keys()].sort());
  for (const [name, text] of pages) expect(await readFile(join(folder, name), 'utf8'), name).toBe(text);
});

it('gives every field of a job, an option or a setting a meaning', async () => {
  const withoutMeaning = [...(await referencePages())].flatMap(([name, text]) =>
    text
      .split('\n')
      .filter((line) => /^\| `.*\|\s*\|$/.test(line))
      .map((line) => `${name}: ${line}`),
  );
  expect(withoutMeaning).toEqual([]);
});
