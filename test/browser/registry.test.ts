import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createClient } from '../../src/client/index.ts';
import { accessibilityViolations, launch, open } from './browser.ts';
import { listeningService } from './listening-service.ts';
import { HOSTILE } from './registry.ts';

const environment = inject('environment');

describe.skipIf(environment.chromium === null)('the registry in the console', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(environment.chromium ?? '');
  });
  afterAll(() => browser.close());
  const at = (path: string) => open(browser, `${environment.url}${path}`);
  /** Texts of users stand there as texts, and none of them has run. */
  const rendersAsText = async (page: Page) => {
    await page.getByText('<script>window.hacked=1</script>').first().waitFor();
    expect(await page.evaluate('[typeof window.hacked, document.querySelectorAll("main img").length].join()')).toBe(
      'undefined,0',
    );
  };

  it.each(['/prompts/hostile/versions/2', '/datasets/tickets/versions/2', '/suites/graded'])(
    '%s shows the texts of users as texts',
    async (path) => {
      const { page } = await at(path);
      await rendersAsText(page);
      await page.context().close();
    },
  );

  it('lists versions with where they came from, compares any two by words, and adds an edit as a new one', async () => {
    const client = createClient({ url: environment.url });
    const draft = await client.jobs.import(environment.finishedJob, { candidate: 'c0', prompt: 'from-a-job' });
    const { page, errors } = await at('/prompts/from-a-job');
    await page.getByRole('link', { name: 'a job' }).click();
    await page.waitForURL(`**/jobs/${environment.finishedJob}`);
    await page.goto(`${environment.url}/prompts/hostile`);
    await page.getByRole('link', { name: 'from version 1' }).click();
    await page.waitForURL(/from=1&to=2/);
    expect(await page.locator('ins').first().textContent()).toContain('Answer with its name only.');
    await page.goto(`${environment.url}/new-prompt?from=from-a-job&version=${draft.version}`);
    const text = page.getByRole('textbox', { name: 'Text of message 1' });
    await text.fill(`${await text.inputValue()}\nBe brief.`);
    await page.getByRole('textbox', { name: 'Output schema' }).fill('{ no');
    await page.getByRole('button', { name: 'Add the version' }).click();
    await page.getByText('Output schema: this is not JSON').waitFor();
    await page.getByRole('textbox', { name: 'Output schema' }).fill('');
    await page.getByRole('textbox', { name: 'What changed' }).fill('brevity');
    await page.getByRole('button', { name: 'Add the version' }).click();
    await page.waitForURL(/\/prompts\/from-a-job\/versions\/2$/);
    expect(await client.prompts.version('from-a-job', 2)).toMatchObject({
      parent: 'from-a-job@1',
      message: 'brevity',
      content: {
        messages: expect.arrayContaining([{ role: 'system', content: expect.stringMatching(/Be brief\.$/) }]),
      },
    });
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('finds rows by split, cohort and text, and keeps the row that is looked at in the address', async () => {
    const { page } = await at('/datasets/tickets/versions/2');
    await page.getByText('120 rows').or(page.getByText('100 rows so far')).first().waitFor();
    await page.getByRole('combobox', { name: 'Cohort' }).selectOption('business');
    await page.getByText('40 rows').waitFor();
    await page.getByRole('textbox', { name: 'Text' }).fill('NUMBER 10 ABOUT');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('1 row', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'ticket-11' }).click();
    await page.waitForURL(/cohort=business.*row=ticket-11/);
    await page.reload();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('question number 10 about refunds').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('row=');
    await page.context().close();
  });

  it('shows what speaks against an upload before anything is stored', async () => {
    const client = createClient({ url: environment.url });
    const { page } = await at('/upload');
    const rows = Array.from({ length: 12 }, (_, index) => `the same question,answer ${index % 2}`);
    await page.locator('input[type=file]').setInputFiles({
      name: 'few rows.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(['input,expected', ...rows].join('\n')),
    });
    await page.getByRole('button', { name: 'Look at it' }).click();
    await page.getByText('conflicting-expected').waitFor();
    expect((await client.datasets.list()).items.map(({ name }) => name)).not.toContain('few-rows');
    await page.getByRole('button', { name: 'Store it as a version' }).click();
    await page.waitForURL(/\/datasets\/few-rows\/versions\/1$/);
    expect(await client.datasets.version('few-rows', 1)).toMatchObject({ rowCount: 12 });
    await page.context().close();
  });

  it('tells of suites who grades them and how far that one agrees with people, and of evaluators their options', async () => {
    const { page } = await at('/suites/graded');
    await page
      .getByText(/exact: at least 0.6 and at most 0.02 worse than the baseline, in each cohort too\./)
      .waitFor();
    await page.getByRole('link', { name: 'Its card' }).click();
    await page
      .getByText(/kappa 0\.\d\d/)
      .first()
      .waitFor();
    await page.goto(`${environment.url}/evaluators`);
    await page.getByRole('textbox', { name: 'Search' }).fill('json-schema');
    const entry = page.getByRole('article').first();
    await entry.getByRole('rowheader', { name: 'schema', exact: true }).waitFor();
    await page.context().close();
  });

  it('says of each candidate of an evaluation what was decided, in a sentence, with its gates', async () => {
    const { page } = await at(`/evaluations/${environment.evaluation}`);
    const candidate = page.getByRole('region', { name: 'Candidate c1' });
    await candidate.getByRole('list', { name: 'Gates' }).getByText(/queue/).first().waitFor();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(HOSTILE);
    await candidate
      .getByRole('cell', { name: /^0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]$/ })
      .first()
      .waitFor();
    await page.context().close();
  });

  it('makes keys whose secret is shown once, and does not let one lock itself out by accident', async () => {
    const service = await listeningService();
    try {
      const { page } = await open(browser, `${service.url}/keys`);
      const make = async (name: string) => {
        await page.getByRole('button', { name: 'New key' }).click();
        await page.getByRole('textbox', { name: 'Name' }).fill(name);
        await page.getByRole('button', { name: 'Make the key' }).click();
        const secret = (await page.getByText(/^pt_\w{12}_[\w-]{43}$/).textContent()) ?? '';
        await page.getByRole('button', { name: 'I have kept it' }).click();
        return secret;
      };
      const first = await make('operations');
      const rows = page.getByRole('table', { name: 'API keys' });
      await rows.getByText('(you)').waitFor();
      const second = await make(HOSTILE);
      await rows.getByText(HOSTILE).waitFor();
      expect(await accessibilityViolations(page)).toEqual([]);
      for (const secret of [first, second]) expect(await page.content()).not.toContain(secret.slice(16));
      await page.getByRole('button', { name: 'Revoke operations' }).click();
      await page.getByText('This is the key that you are signed in with').waitFor();
      await page.getByRole('button', { name: 'Revoke my own key' }).click();
      await page.getByText(/last admin key of the project/).waitFor();
      await page.getByRole('button', { name: 'Keep it' }).click();
      await page.getByRole('button', { name: `Revoke ${HOSTILE}` }).click();
      await page.getByRole('button', { name: 'Revoke it' }).click();
      await rows.getByText('revoked').waitFor();
      const client = createClient({ url: service.url, apiKey: second, retries: 0 });
      await expect
        .poll(
          () =>
            client.keys.list().then(
              () => 'let in',
              () => 'refused',
            ),
          { timeout: 5_000 },
        )
        .toBe('refused');
      await page.context().close();
    } finally {
      await service.close();
    }
  });
});
