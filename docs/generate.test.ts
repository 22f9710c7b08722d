import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { referencePages } from './generator/index.ts';

const folder = join(import.meta.dirname, 'reference');

describe('docs/reference', () => {
  let pages: ReadonlyMap<string, string>;
  beforeAll(async () => {
    pages = await referencePages();
  });

  it('says what the code says (else: npm run docs)', async () => {
    expect((await readdir(folder)).sort()).toEqual([...pages.keys()].sort());
    for (const [name, text] of pages) expect(await readFile(join(folder, name), 'utf8'), name).toBe(text);
  });

  it('gives every field of a job, an option or a setting a meaning', () => {
    const withoutMeaning = ['job.md', 'metrics.md', 'evaluators.md', 'optimizers.md', 'configuration.md'].flatMap(
      (name) => (pages.get(name) ?? '').split('\n').filter((line) => /^\| `.*\|\s*\|$/.test(line)),
    );
    expect(withoutMeaning).toEqual([]);
  });
});
