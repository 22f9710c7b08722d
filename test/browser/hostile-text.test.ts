import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createClient } from '../../src/client/index.ts';
import { launch, open } from './browser.ts';

const environment = inject('environment');
/** Would run in every place where a text becomes HTML, an attribute or an address. */
const HOSTILE = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>"'javascript:window.hacked=1`;

describe.skipIf(environment.chromium === null)('what users and models write', () => {
  let browser: Browser;
  let jobId: string;
  beforeAll(async () => {
    browser = await launch(environment.chromium ?? '');
    const client = createClient({ url: environment.url });
    const model = { provider: 'openai' as const, baseUrl: `${environment.modelUrl}/v1` };
    const rows = Array.from({ length: 30 }, (_, index) => ({
      id: `row ${index} ${HOSTILE}`,
      input: `${HOSTILE} ${index}`,
      expected: `${HOSTILE} ${index % 3}`,
      cohort: HOSTILE,
      split: (['train', 'validation', 'test'] as const)[index % 3],
    }));
    const job = await client.jobs.submit({
      name: HOSTILE,
      prompt: {
        messages: [
          { role: 'system', content: HOSTILE },
          { role: 'user', content: '{{input}}' },
        ],
      },
      dataset: { rows },
      suite: { evaluators: [{ id: 'right', type: 'exact-match' }] },
      models: {
        task: { ...model, model: 'sim-task', temperature: 0, maxOutputTokens: 60 },
        reflection: { ...model, model: 'sim-reflect', temperature: 1, maxOutputTokens: 4000 },
      },
      budget: { rollouts: 60 },
      force: true,
    });
    jobId = job.id;
    for await (const _event of client.jobs.events(jobId)) {
      // Until it has ended.
    }
  }, 120_000);
  afterAll(() => browser.close());

  it.each([
    ['the list', () => '/jobs'],
    ['the overview', () => `/jobs/${jobId}`],
    ['the best prompt', () => `/jobs/${jobId}/best`],
    ['the report', () => `/jobs/${jobId}/report`],
    ['a form made from it', () => `/jobs/new?from=${jobId}`],
    ['the same as text', () => `/jobs/new?from=${jobId}&view=text`],
    ['an address', () => `/jobs/${encodeURIComponent(HOSTILE)}`],
  ])('is text in %s', async (_place, path) => {
    const { page } = await open(browser, `${environment.url}${path()}`);
    await page
      .getByText('onerror', { exact: false })
      .or(page.locator('textarea, input'))
      .first()
      .waitFor({ state: 'attached' });
    expect(await page.locator('#root img, #root script').count()).toBe(0);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    await page.context().close();
  });
});
