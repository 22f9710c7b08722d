import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildWhenStale } from '../../web/build-when-stale.ts';
import { launch, open } from './browser.ts';
import { findChromium, startEnvironment } from './environment.ts';
import { PAGES } from './pages.ts';

/** `npm run screenshots -- FOLDER [NAME …]`: every page (or those whose name begins so), wide and narrow, light and dark, as PNG files. */
const [folder, ...names] = process.argv.slice(2);
const chromium = findChromium();
if (folder === undefined || chromium === null) {
  process.stderr.write(
    'usage: npm run screenshots -- FOLDER [NAME …]; Chromium is /usr/bin/chromium or PARETUNE_CHROMIUM\n',
  );
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
await buildWhenStale();
const environment = await startEnvironment(chromium);
const browser = await launch(chromium);
try {
  const wanted = PAGES.filter(({ name }) => names.length === 0 || names.some((start) => name.startsWith(start)));
  for (const { name, path } of wanted) {
    for (const width of [1440, 390]) {
      for (const scheme of ['light', 'dark'] as const) {
        const { page } = await open(browser, `${environment.url}${path(environment)}`, { scheme, width });
        await page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`), fullPage: true });
        await page.context().close();
      }
    }
    process.stderr.write(`${name}\n`);
  }
} finally {
  await browser.close();
  await environment.close();
}
