import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { z } from 'zod';

export type Scheme = 'light' | 'dark';

export interface Look {
  readonly scheme?: Scheme;
  readonly width?: number;
}

/** A page of the browser that keeps account of everything that went wrong in it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of scripts, of the console (violations of the content security policy among them) and answers of 5xx. */
  readonly errors: readonly string[];
}

export const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox'] });

export const newContext = (browser: Browser, { scheme = 'light', width = 1440 }: Look = {}): Promise<BrowserContext> =>
  browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, reducedMotion: 'reduce' });

/** Opens an address in a context of its own: nothing is kept from earlier pages. */
export const open = async (browser: Browser, url: string, look?: Look): Promise<WatchedPage> =>
  openIn(await newContext(browser, look), url);

/** Opens an address in a context that has the scripts of earlier pages. */
export async function openIn(context: BrowserContext, url: string): Promise<WatchedPage> {
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('response', (response) => {
    if (response.status() >= 500) errors.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(url);
  await settled(page);
  return { page, errors };
}

/** Until nothing is loading any more: a page with a live stream never gets to "no connection". */
async function settled(page: Page): Promise<void> {
  await page.locator('main').waitFor();
  await page.locator('main :is(h1, form)').first().waitFor();
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' });
}

const violationsSchema = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      impact: z.string().nullish(),
      help: z.string(),
      nodes: z.array(z.object({ html: z.string() })),
    }),
  ),
});

/** What of a page may differ in another scheme or width. */
export const LOOK_RULES = ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable', 'target-size'];

/** Serious and critical violations of accessibility rules (default: all), one line each. */
export async function accessibilityViolations(page: Page, rules?: readonly string[]): Promise<string[]> {
  // A colour that is still changing has the contrast of neither scheme. What turns for ever, as a sign of loading, does not end.
  // Looked at frame by frame: the promise of an animation that begins anew while one waits for it is never kept.
  await page.evaluate(`new Promise((resolve) => {
    const turns = (each) => each.effect.getComputedTiming().endTime === Infinity;
    const look = () =>
      document.getAnimations().every((each) => each.playState !== 'running' || turns(each))
        ? resolve(null)
        : requestAnimationFrame(look);
    look();
  })`);
  await page.evaluate(axe.source);
  const { violations } = violationsSchema.parse(
    await page.evaluate(
      `axe.run(document, ${JSON.stringify({ resultTypes: ['violations'], ...(rules && { runOnly: rules }) })})`,
    ),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

/** By how many pixels the whole page is wider than the window. */
export async function sidewaysScroll(page: Page): Promise<number> {
  return z
    .number()
    .parse(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'));
}
