import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createClient } from '../../src/client/index.ts';
import { launch, open } from './browser.ts';

const environment = inject('environment');
/** Would run in every place where a text becomes HTML, an attribute or an address. */
const HOSTILE = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>"'javascript:window.hacked=1`;

/** Whether the page has it, as text or in a field. */
const SHOWN = `document.body.innerText.includes('onerror') ||
  [...document.querySelectorAll('textarea, input')].some(({ value }) => value.includes('onerror'))`;

describe.skipIf(environment.chromium === null)('what users and models write', () => {
  let browser: Browser;
  let jobId: string;
  let rowId: string;
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
    const [rollout] = (await client.jobs.rollouts(jobId, { candidate: 'c0', limit: 1 })).items;
    rowId = rollout?.rowId ?? '';
  }, 120_000);
  afterAll(() => browser.close());

  const job = (rest = '') => `/jobs/${jobId}${rest}`;
  it.each([
    ['the list', () => '/jobs'],
    ['the overview', () => job()],
    ['the best prompt', () => job('/best')],
    ['the report', () => job('/report')],
    ['the candidates', () => job('/candidates')],
    ['the lineage', () => job('/lineage?open=c0')],
    ['a candidate', () => job('/candidates/c0')],
    ['a rollout', () => job(`/candidates/c0/rows/${encodeURIComponent(rowId)}`)],
    ['a comparison', () => `/compare?a=${jobId}/c0&b=${jobId}/c1&split=open`],
    ['a form made from it', () => `/jobs/new?from=${jobId}`],
    ['the same as text', () => `/jobs/new?from=${jobId}&view=text`],
    ['an address', () => job(`/${encodeURIComponent(HOSTILE)}`)],
    ['the prompts', () => '/prompts'],
    ['the versions of a prompt', () => '/prompts/hostile'],
    ['the changes of a prompt', () => '/prompts/hostile/compare'],
    ['an edit of a prompt', () => '/new-prompt?from=hostile'],
    ['the versions of a dataset', () => '/datasets/tickets'],
    ['the changes of a dataset', () => '/datasets/tickets/compare'],
    ['a row', () => '/datasets/tickets/versions/2?row=ticket-3'],
    ['the evaluations', () => '/evaluations'],
    ['an evaluation', () => `/evaluations/${environment.evaluation}`],
  ])('is text in %s', async (_place, path) => {
    const { page } = await open(browser, `${environment.url}${path()}`);
    await expect.poll(() => page.evaluate(SHOWN), { timeout: 15_000 }).toBe(true);
    expect(await page.locator('#root img, #root script').count()).toBe(0);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    await page.context().close();
  });
});
