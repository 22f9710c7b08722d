import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createClient } from '../../src/client/index.ts';
import { launch, open } from './browser.ts';

const environment = inject('environment');

describe.skipIf(environment.chromium === null)('from a job to a draft', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(environment.chromium ?? '');
  });
  afterAll(() => browser.close());

  it('submits, sees the curve move, reads what the best prompt changes, and imports it', async () => {
    const { page, errors } = await open(browser, `${environment.url}/jobs/${environment.finishedJob}`);
    await page.getByRole('link', { name: 'Submit again' }).click();
    await page.getByRole('textbox', { name: 'Name of the job' }).fill('Walk');
    await page.getByRole('textbox', { name: 'rollouts', exact: true }).fill('240');
    // The text is the same job, and what only it can say survives the way back.
    await page.getByText('Text', { exact: true }).click();
    const text = page.getByRole('textbox', { name: 'The job as YAML or JSON' });
    const written = await text.inputValue();
    expect(written).toContain('name: Walk');
    expect(written).toContain('rollouts: 240');
    await text.fill(
      `# of its own\n${written.replace('reuse: true', 'reuse: false').replace('aaRun: 17', 'aaRun: false')}`,
    );
    await page.getByText('Form', { exact: true }).click();
    expect(await page.getByRole('textbox', { name: 'Name of the job' }).inputValue()).toBe('Walk');
    await page.getByText('Text', { exact: true }).click();
    expect(await text.inputValue()).toContain('# of its own');
    await page.getByText(/^\d+ rollouts, [\d,]+ tokens, \$/).waitFor();
    await page.getByRole('button', { name: 'Submit the job' }).click();

    await page.getByRole('heading', { level: 1, name: 'Walk' }).waitFor();
    const curve = page.getByRole('figure', { name: /^queue by Rollouts/ });
    await curve.waitFor();
    const first = await curve.getAttribute('aria-label');
    await page
      .getByRole('figure', { name: /best so far/ })
      .and(page.locator(`:not([aria-label="${first}"])`))
      .waitFor();
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 90_000 });
    expect(
      await page.locator('figure svg [aria-label="dot"] circle, figure svg [aria-label="dot"] path').count(),
    ).toBeGreaterThan(2);

    await page.getByRole('link', { name: 'Best prompt' }).click();
    await page.getByRole('region', { name: 'Differences in prompt' }).locator('ins').first().waitFor();
    await page.getByRole('textbox', { name: 'Message' }).fill('from a walk');
    await page.getByRole('button', { name: /^Import c/ }).click();
    await page.getByRole('link', { name: 'support-triage@2' }).click();
    await page.getByRole('heading', { level: 1, name: /support-triage/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/prompts/support-triage/versions/2');
    const version = await createClient({ url: environment.url }).prompts.version('support-triage', 2);
    expect(version['message']).toBe('from a walk');
    expect(errors).toEqual([]);
  }, 240_000);

  it('says at the field what is wrong with it, and takes nothing', async () => {
    const { page } = await open(browser, `${environment.url}/jobs/new?from=${environment.finishedJob}`);
    await page
      .getByRole('combobox', { name: 'Dataset' })
      .or(page.getByRole('textbox', { name: 'Dataset' }))
      .first()
      .fill('nobody@9');
    await page.getByRole('button', { name: 'Submit the job' }).click();
    await page.getByText('The job was not taken').waitFor();
    expect(new URL(page.url()).pathname).toBe('/jobs/new');
  });
});
