import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/jobs/checks.ts';
import { jobYaml, run, startWorld, type World } from './testing.ts';

let world: World;
let environment: Record<string, string>;
beforeAll(async () => {
  world = await startWorld();
  environment = { PARETUNE_URL: world.url };
});
afterAll(() => world?.close());

const doctor = (name: string, yaml: string, ...args: string[]) => {
  writeFileSync(join(world.folder, name), yaml);
  return run(['doctor', name, ...args], world.folder, environment);
};
const levels = (out: string): Record<string, string> =>
  Object.fromEntries(
    (JSON.parse(out) as { checks: { code: string; level: string }[] }).checks.map(({ code, level }) => [code, level]),
  );

describe('paretune doctor', () => {
  it('lists every check of something that the job has, and calls no model', async () => {
    const before = JSON.stringify(world.model.stats());
    const ran = await doctor('fine.yaml', jobYaml(world.model.url), '--json');
    expect(ran.code).toBe(0);
    const absent = Object.keys(CHECKS).filter((code) => !Object.hasOwn(levels(ran.out), code));
    expect(absent).toEqual([
      'small-cohort',
      'baseline-over-limit',
      'judge-is-task-model',
      'judge-uncalibrated',
      'judge-low-agreement',
      'judge-inconsistent',
      'judge-position-bias',
      'judge-fails',
    ]);
    expect(levels(ran.out)).toMatchObject({
      'few-proposals': 'ok',
      'no-safety-metric': 'warning',
      'unpinned-model': 'warning',
    });
    expect(JSON.stringify(world.model.stats())).toBe(before);
  });

  it('says what would be refused beside everything else, with the fix, and ends with 2', async () => {
    const ran = await doctor('poor.yaml', jobYaml(world.model.url, { rollouts: 80 }));
    expect(ran.code).toBe(2);
    expect(ran.out).toMatch(
      /^REFUSED {2}the budget buys enough proposals {2}\[few-proposals\]\n {9}.*raise the budget/m,
    );
    expect(ran.out).toMatch(/^warning {2}safety is watched {2}\[no-safety-metric\]\n {9}no evaluator watches safety/m);
    expect(ran.out).toMatch(/^ok {7}no input stands in two splits$/m);
    expect(ran.out).toMatch(/1 refused; nothing was paid\n$/);
  });

  it('tells all that cannot work at once, by line', async () => {
    const yaml = jobYaml(world.model.url, { evaluator: 'exact-mach' })
      .replace('type: gepa', 'type: gepp')
      .replace(/budget:\n {2}rollouts: \d+/, 'budget: {}');
    const ran = await doctor('broken.yaml', yaml);
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(/broken\.yaml:\d+ suite\.evaluators\.0\.type: there is no evaluator "exact-mach"/);
    expect(ran.err).toMatch(/broken\.yaml:\d+ optimizer.*: there is no optimizer "gepp"/);
    expect(ran.err).toMatch(/broken\.yaml:\d+ budget: set at least one limit/);
  });

  it('sees a headline of form, a baseline over its limit, a missing price, and small cohorts', async () => {
    const yaml = jobYaml(world.model.url, {
      extra: `objectives:
  - { metric: short, goal: maximize, headline: true }
  - { metric: queue, goal: maximize, notWorseThanBaseline: 0.05, perCohort: cohort }
  - { metric: promptTokens, goal: minimize, limit: 5 }
`,
    }).replace(
      '      type: exact-match\n',
      '      type: exact-match\n    - { id: short, type: word-count, options: { max: 5 } }\n',
    );
    const { out } = await doctor('form.yaml', yaml, '--json');
    expect(levels(out)).toMatchObject({
      'style-headline': 'warning',
      'baseline-over-limit': 'warning',
      'no-price': 'warning',
      'small-cohort': 'warning',
    });
  });

  it('claims nothing about judges, labels, a verdict or prices where there are none', async () => {
    const rows = readFileSync(join(world.folder, 'support mails.jsonl'), 'utf8');
    writeFileSync(join(world.folder, 'unlabelled.jsonl'), rows.replace(/"expected":"\w+",/g, ''));
    const bare = jobYaml(world.model.url, { evaluator: 'one-line' })
      .replaceAll('provider: openai,', 'provider: openai-compatible,')
      .replace(/(\n {2}rollouts: \d+)/, '$1\n  confirmationRollouts: 0');
    const { out } = await doctor('bare.yaml', bare.replace('support mails.jsonl', 'unlabelled.jsonl'), '--json');
    const told = levels(out);
    expect(told).toMatchObject({ 'no-verdict': 'warning', 'missing-expected': 'warning', 'style-only': 'warning' });
    for (const code of [
      'short-confirmation',
      'no-power',
      'no-aa-run',
      'one-expected-answer',
      'conflicting-expected',
      'style-headline',
      'unpinned-model',
      'no-price',
      'judge-uncalibrated',
    ])
      expect(told).not.toHaveProperty(code);
  });

  it('speaks of a judge as soon as there is one', async () => {
    const judge = `judge: { provider: openai-compatible, model: sim-judge, baseUrl: "${world.model.url}/v1" }`;
    const yaml = jobYaml(world.model.url)
      .replace(
        '- id: queue',
        '- { id: judged, type: closed-qa, options: { criterion: "Is it right?" } }\n    - id: queue',
      )
      .replace('models:', `models:\n  ${judge}`);
    const { out } = await doctor('judged.yaml', yaml, '--json');
    expect(levels(out)).toMatchObject({ 'judge-is-task-model': 'ok', 'judge-uncalibrated': 'warning' });
    // What only a card tells.
    expect(levels(out)).not.toHaveProperty('judge-low-agreement');
  });

  it('works without a service, on a database of its own', async () => {
    writeFileSync(join(world.folder, 'alone.yaml'), jobYaml(world.model.url));
    const ran = await run(['doctor', 'alone.yaml', '--data-dir', 'memory'], world.folder, {
      OPENAI_API_KEY: 'simulated',
    });
    expect([ran.code, ran.out]).toEqual([0, expect.stringContaining('nothing was paid')]);
  });
});
