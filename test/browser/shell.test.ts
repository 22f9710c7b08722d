import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createApiKey } from '../../src/store/api-keys.ts';
import { DEFAULT_PROJECT } from '../../src/store/schema.ts';
import { launch, open } from './browser.ts';
import { listeningService } from './listening-service.ts';
import { startPrefixProxy } from './prefix-proxy.ts';

const environment = inject('environment');

describe.skipIf(environment.chromium === null)('the console', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(environment.chromium ?? '');
  });
  afterAll(() => browser.close());

  it('shows the jobs, follows a link, and keeps filters in the address', async () => {
    const { page, errors } = await open(browser, environment.url);
    expect(new URL(page.url()).pathname).toBe('/jobs');
    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'succeeded' }).click();
    await page.waitForURL(/status=succeeded/);
    await page.getByRole('row').filter({ hasText: 'running' }).waitFor({ state: 'detached' });
    const row = page.getByRole('row').filter({ hasText: 'Support triage, finished' });
    expect(await row.getByRole('link', { name: 'support-triage@1' }).getAttribute('href')).toBe(
      '/prompts/support-triage/versions/1',
    );
    expect(await row.textContent()).toContain('gepa, preset racing');
    await page.getByRole('link', { name: 'Support triage, finished' }).click();
    await page.getByRole('heading', { level: 1, name: 'Support triage, finished' }).waitFor();
    expect(await page.title()).toBe('Support triage, finished · Paretune');
    await page.getByRole('link', { name: 'Best prompt' }).click();
    await page.locator('ins').first().waitFor();
    await page.goBack();
    await page.goBack();
    expect(page.url()).toContain('status=succeeded');
    expect(errors).toEqual([]);
  });

  it('works under a path that a proxy strips, deep links included', async () => {
    const proxy = await startPrefixProxy(environment.url, '/tools/paretune');
    try {
      const { page, errors } = await open(browser, `${proxy.url}/tools/paretune/jobs/${environment.finishedJob}`);
      await page.getByRole('heading', { level: 1, name: 'Support triage, finished' }).waitFor();
      await page.getByRole('link', { name: 'Jobs' }).click();
      await page.getByRole('link', { name: 'Support triage, running' }).waitFor();
      expect(new URL(page.url()).pathname).toBe('/tools/paretune/jobs');
      expect(proxy.outside).toEqual([]);
      expect(errors).toEqual([]);
    } finally {
      await proxy.close();
    }
  });

  it('asks for a key where the service does, keeps it in the tab, and forgets it', async () => {
    const service = await listeningService();
    try {
      const { key } = await createApiKey(
        service.database.db,
        { projectId: DEFAULT_PROJECT, name: 'browser', role: 'viewer' },
        new Date(),
      );
      const { page } = await open(browser, `${service.url}/jobs?status=failed`);
      await page.getByRole('textbox', { name: 'API key' }).fill('pt_wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('the API key is wrong or revoked').waitFor();
      await page.getByRole('textbox', { name: 'API key' }).fill(key);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('No job is like that').waitFor();
      expect(page.url()).toBe(`${service.url}/jobs?status=failed`);
      expect(await page.evaluate('localStorage.length + document.cookie.length')).toBe(0);
      await page.reload();
      await page.getByText('No job is like that').waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('textbox', { name: 'API key' }).waitFor();
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
      await page.context().close();
    } finally {
      await service.close();
    }
  });

  it('has a menu on a narrow screen that closes with a choice, and says aloud which page is shown', async () => {
    const { page, errors } = await open(browser, environment.url, { width: 390 });
    const menu = page.getByRole('button', { name: 'Navigation' });
    await menu.click();
    await page.locator('nav').getByRole('link', { name: 'Prompts' }).click();
    await page.getByRole('status').filter({ hasText: 'Prompts · Paretune' }).waitFor({ state: 'attached' });
    expect(await menu.getAttribute('aria-expanded')).toBe('false');
    // The page that is shown is a choice, too.
    await menu.click();
    await page.locator('nav').getByRole('link', { name: 'Prompts' }).click();
    await page.locator('[aria-label="Navigation"][aria-expanded="false"]').waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('shows the chosen tab on a narrow screen, and no limit in a chart that ends before it', async () => {
    const { page } = await open(browser, `${environment.url}/jobs/${environment.finishedJob}/report`, { width: 390 });
    const box = await page.getByRole('link', { name: 'Diagnosis and report' }).boundingBox();
    expect((box?.x ?? Number.POSITIVE_INFINITY) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText('on the frontier').waitFor();
    expect(await page.getByText('forbidden by a hard limit').count()).toBe(0);
    await page.context().close();
  });

  it('can be used by keyboard from the skip link on, and keeps the chosen scheme', async () => {
    const { page } = await open(browser, environment.url);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('MAIN');
    await page.getByRole('radio', { name: 'Dark' }).press('Space');
    await page.reload();
    expect(await page.evaluate('document.documentElement.dataset.mantineColorScheme')).toBe('dark');
  });
});
