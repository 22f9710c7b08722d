import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launch, open } from './browser.ts';

const environment = inject('environment');
const { finishedJob, winner } = environment;

describe.skipIf(environment.chromium === null)('what a search has found', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(environment.chromium ?? '');
  });
  afterAll(() => browser.close());
  const at = (path: string) => open(browser, `${environment.url}${path}`);

  it('leads from the candidates over filters and differences to a single rollout and its request', async () => {
    const { page, errors } = await at(`/jobs/${finishedJob}/candidates`);
    const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
    await row('c1').first().waitFor();
    await page.getByRole('button', { name: /queue, score/ }).click();
    await page.waitForURL(/sort=score/);
    // The winner breaks no constraint and has the best score of its search.
    await page.getByRole('combobox', { name: 'Fate' }).click();
    await page.getByRole('option', { name: /^accepted/ }).click();
    await page.keyboard.press('Escape');
    await page.waitForURL(/fate=accepted/);
    await row('c1').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: winner, exact: true }).first().click();
    await page.getByRole('heading', { name: `Candidate ${winner}, the best` }).waitFor();
    await page.locator('ins').first().waitFor();
    await page
      .getByText(/^Ablation: \d/)
      .first()
      .waitFor();
    await page.getByRole('radio', { name: 'The text' }).press('Space');
    await page.waitForURL(/against=none/);
    await page.getByRole('radiogroup', { name: 'Against' }).getByText('Against the baseline').click();
    await page.waitForURL(/versus=c0/);
    await page
      .getByRole('link', { name: /^rollout of b on/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'The request, as it was sent' }).waitFor();
    const output = await page.getByRole('region', { name: 'Output' }).textContent();
    const expected = await page.getByRole('region', { name: 'Expected' }).textContent();
    expect(output).not.toBe('');
    expect(expected).not.toBe('');
    await page.getByText('passed').or(page.getByText('failed')).first().waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('shows the lineage as a tree that the arrow keys open', async () => {
    const { page, errors } = await at(`/jobs/${finishedJob}/lineage`);
    const grid = page.getByRole('treegrid', { name: 'Lineage' });
    const rows = () => grid.locator('[role=row][aria-level]').count();
    const before = await rows();
    const closed = grid.locator('[role=row][aria-expanded=false]').first();
    await grid.locator('[role=row][aria-level]').first().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    for (let step = 0; step < before; step++) {
      if (await closed.evaluate((row) => row === row.ownerDocument.activeElement)) break;
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/open=c/);
    await grid.locator('[role=row][aria-level="2"]').first().waitFor();
    expect(await rows()).toBeGreaterThan(before);
    await page.keyboard.press('ArrowLeft');
    await grid.locator('[role=row][aria-level="2"]').first().waitFor({ state: 'detached' });
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: `Candidate ${winner}, the best` }).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('compares two candidates row by row, and narrows the rows to a cohort of the chart', async () => {
    const { page, errors } = await at(`/compare?a=${finishedJob}/c0&b=${finishedJob}/${winner}&split=test`);
    await page.getByText('Sealed rows', { exact: true }).waitFor();
    const table = page.getByRole('table', { name: 'Rows side by side' });
    await table.getByRole('row').nth(1).waitFor();
    const outcomes = await table.locator('.mantine-Badge-label').allTextContents();
    const order = ['lost', 'won', 'tied', 'missing'];
    expect(outcomes.map((each) => order.indexOf(each))).toEqual(
      outcomes.map((each) => order.indexOf(each)).toSorted((x, y) => x - y),
    );
    await page
      .getByRole('list', { name: /^Contributions/ })
      .getByRole('button')
      .first()
      .click();
    await page.waitForURL(/cohort=/);
    await page.getByRole('combobox', { name: 'Outcome' }).click();
    await page.getByRole('option', { name: /^won/ }).click();
    await page.waitForURL(/outcome=won/);
    await page.getByRole('row').filter({ hasText: 'tied' }).first().waitFor({ state: 'detached' });
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('offers to measure what was never measured together, and shows what came of it', async () => {
    const { page, errors } = await at(`/compare?a=support-triage@1&b=${finishedJob}/${winner}`);
    await page.getByRole('button', { name: 'Evaluate both' }).click();
    await page.getByRole('link', { name: 'Show what was measured' }).click();
    await page.waitForURL(/a=eval_.*\/c0&b=eval_.*\/c1/);
    await page.getByRole('heading', { name: 'Measured of both' }).waitFor();
    await page.getByRole('cell', { name: 'queue', exact: true }).first().waitFor();
    await page.locator('ins').first().waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
