import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { referencePages } from './generator/index.ts';

/** `npm run docs` writes docs/reference; `npm run docs -- --check` fails when a page there is not what the code says. */
const folder = join(import.meta.dirname, 'reference');
const pages = await referencePages();
await mkdir(folder, { recursive: true });
const there = (await readdir(folder)).filter((name) => name.endsWith('.md'));
const superfluous = there.filter((name) => !pages.has(name));

if (process.argv.includes('--check')) {
  const stale: string[] = [...superfluous];
  for (const [name, text] of pages) {
    const current = await readFile(join(folder, name), 'utf8').catch(() => null);
    if (current !== text) stale.push(name);
  }
  if (stale.length > 0) {
    console.error(`docs/reference is stale: ${stale.join(', ')}; run "npm run docs"`);
    process.exitCode = 1;
  } else console.log(`docs/reference is up to date: ${pages.size} pages`);
} else {
  for (const [name, text] of pages) await writeFile(join(folder, name), text);
  for (const name of superfluous) await rm(join(folder, name));
  console.log(`docs/reference: ${pages.size} pages written`);
}
