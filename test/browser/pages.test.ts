import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { accessibilityViolations, LOOK_RULES, launch, newContext, openIn, sidewaysScroll } from './browser.ts';
import { PAGES } from './pages.ts';

const environment = inject('environment');

describe.skipIf(environment.chromium === null)('every page', () => {
  let browser: Browser;
  let context: BrowserContext;
  beforeAll(async () => {
    browser = await launch(environment.chromium ?? '');
    context = await newContext(browser);
  });
  afterAll(() => browser.close());

  it.each(PAGES)(
    '$name can be used by everybody, in both schemes and on a phone, without a script error',
    async (each) => {
      const { page, errors } = await openIn(context, `${environment.url}${each.path(environment)}`);
      expect(await accessibilityViolations(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await accessibilityViolations(page, LOOK_RULES)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      // Browsers log an answer of 404 as an error.
      expect(errors.filter((error) => each.name !== 'job-unknown' || !error.includes('404'))).toEqual([]);
      await page.close();
    },
  );
});
