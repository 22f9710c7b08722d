import { afterAll, beforeAll, describe, it, vi } from 'vitest';
import { allPages } from './testing/markdown.ts';
import { runPage, type Tally } from './testing/run-page.ts';
import { startWorld, type World } from './testing/world.ts';

/**
 * Every fenced block of the documentation is done as a reader would do it: commands are run, in order, in a fresh copy of the repository,
 * against a live service whose models are simulated; documents are sent to it. A block that cannot be run says why in the page's source:
 * `<!-- not run: … -->`.
 */
const pages = allPages().filter(({ path, blocks }) => blocks.length > 0 && !/^(bench|fixtures)/.test(path));
// As many readers at a time as there are cores on a small machine.
vi.setConfig({ maxConcurrency: 3, testTimeout: 600_000 });
const tally: Tally = new Map();
let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world?.close();
  const lines = [...tally].sort(([a], [b]) => a.localeCompare(b)).map(([became, at]) => `  ${at.length} ${became}`);
  const left = [...tally].filter(([became]) => became.startsWith('not run')).flatMap(([, at]) => at);
  process.stdout.write(`blocks of the documentation:\n${lines.join('\n')}\nnot run: ${left.join(', ') || 'none'}\n`);
});

describe.concurrent('what the pages say works', () => {
  it.each(pages)('$path', (page) => runPage(page, world, tally));
});
