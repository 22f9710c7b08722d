import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SimulatedModel, startSimulatedModel } from '../../fixtures/simulated-model/index.ts';
import { baselineTexts, loadTask, optimumPrompt, rowResults } from '../../fixtures/tasks/index.ts';
import { jobYaml, run } from './testing.ts';

let model: SimulatedModel;
let folder: string;
const environment = { OPENAI_API_KEY: 'simulated' };
beforeAll(async () => {
  model = await startSimulatedModel();
  folder = mkdtempSync(join(tmpdir(), 'paretune-eval-'));
  const task = fileURLToPath(new URL('../../fixtures/tasks/support-triage', import.meta.url));
  cpSync(join(task, 'prompt.json'), join(folder, 'prompt.json'));
  cpSync(join(task, 'dataset.jsonl'), join(folder, 'support mails.jsonl'));
  writeFileSync(join(folder, 'better.json'), JSON.stringify(optimumPrompt('support-triage')));
  writeFileSync(join(folder, 'job.yaml'), jobYaml(model.url));
  const gated = '      type: exact-match\n  gates:\n    - { metric: queue, min: 0.9 }';
  writeFileSync(join(folder, 'gated.yaml'), jobYaml(model.url).replace('      type: exact-match', gated));
});
afterAll(async () => {
  await model?.close();
  rmSync(folder, { recursive: true, force: true });
});

it('measures a prompt on all rows of a split, as the rows say', async () => {
  const { code, out } = await run(['eval', 'job.yaml', '--split', 'all', '--json'], folder, environment);
  const { dataset, candidates, spent } = JSON.parse(out);
  const truth = rowResults('support-triage', baselineTexts('support-triage'), loadTask('support-triage').rows);
  expect(dataset.rows).toBe(240);
  expect(candidates[0].metrics.queue.value).toBeCloseTo(truth.filter(({ right }) => right).length / 240, 10);
  expect(candidates[0].metrics.queue.interval.low).toBeLessThan(candidates[0].metrics.queue.value);
  expect(candidates[0].comparison).toBeNull();
  expect(spent.rollouts).toBe(240);
  expect(code).toBe(0);
});

it('compares prompts row by row, and fails on a gate of the suite that the last one misses', async () => {
  const better = await run(['eval', 'gated.yaml', '--prompt', 'better.json'], folder, environment);
  expect(better.out).toMatch(/METRIC \(72 rows\) +baseline +better/);
  expect(better.out).toMatch(/better: promote: queue is better than the baseline: 0\.\d{3} to 0\.9\d{2}/);
  expect(better.out).toMatch(/^PASS queue 0\.9\d{2} ≥ 0\.9(;|$)/m);
  expect(better.code).toBe(0);
  const same = await run(['eval', 'gated.yaml'], folder, environment);
  expect(same.out).toMatch(/^FAIL queue 0\.[0-8]\d{2} < 0\.9(;|$)/m);
  expect(same.out).toMatch(/FAILS MOST/);
  expect(same.code).toBe(1);
});

it("keeps to the operator's limits of a provider, as a job does", async () => {
  const slow = await startSimulatedModel({ latencyMs: 10 });
  writeFileSync(join(folder, 'slow.yaml'), jobYaml(slow.url));
  const limits = join(folder, 'limits.json');
  const inFlight = async (concurrency: number) => {
    writeFileSync(limits, JSON.stringify([{ provider: 'openai', concurrency }]));
    slow.reset();
    const { code } = await run(['eval', 'slow.yaml'], folder, { ...environment, PARETUNE_LIMITS: limits });
    expect(code).toBe(0);
    return slow.stats().maxInFlight;
  };
  expect(await inFlight(1)).toBe(1);
  expect([2, 3, 4]).toContain(await inFlight(4));
  await slow.close();
});

it('refuses what it cannot measure before anything is paid', async () => {
  const before = JSON.stringify(model.stats());
  const noKey = await run(['eval', 'job.yaml'], folder, {});
  expect(noKey.err).toMatch(/OPENAI_API_KEY/);
  const split = await run(['eval', 'job.yaml', '--split', 'some'], folder, environment);
  const prompt = await run(['eval', 'job.yaml', '--prompt', 'neither'], folder, environment);
  expect(prompt.err).toMatch(/--prompt: "neither" is neither a file nor a reference/);
  expect([noKey.code, split.code, prompt.code]).toEqual([2, 2, 2]);
  expect(JSON.stringify(model.stats())).toBe(before);
});

it('keeps to the tokens of the job, and tells a provider that does not answer from bad input', async () => {
  writeFileSync(join(folder, 'poor.yaml'), jobYaml(model.url).replace('rollouts: 800', 'tokens: 2000'));
  const poor = await run(['eval', 'poor.yaml'], folder, environment);
  expect(poor.err).toMatch(/tokens/);
  expect(poor.code).toBe(2);
  writeFileSync(join(folder, 'refused.yaml'), jobYaml(model.url).replaceAll('sim-task', 'no-such-model'));
  expect((await run(['eval', 'refused.yaml'], folder, environment)).code).toBe(3);
});

it('says where it looked for an evaluation that is not there', async () => {
  const ran = await run(
    ['compare', 'eval_1/c0', 'eval_1/c1', '--data-dir', join(folder, 'empty')],
    folder,
    environment,
  );
  expect(ran.err).toMatch(/there is no evaluation "eval_1".*looked in .*empty.*--url.*--data-dir/);
  expect(ran.code).toBe(2);
});

/** An evaluation file over the files of the folder. */
const evaluationYaml = (gates: string, split = 'validation') => `\
baseline: ./prompt.json
candidates: [./better.json]
dataset: { file: support mails.jsonl }
split: ${split}
suite:
  evaluators: [{ id: queue, type: exact-match }]
gates:
${gates}
models:
  task: { provider: openai, model: sim-task, baseUrl: "${model.url}/v1", temperature: 0, maxOutputTokens: 60 }
`;

/** What a real parser reads of a JUnit file: throws for what is not well-formed. */
function junitOf(xml: string) {
  const suites: { name: string; tests: number; failures: number }[] = [];
  const cases: { name: string; failure: string | null }[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const text = (key: string) => String(attributes[key] ?? '');
    if (name === 'testsuite')
      suites.push({ name: text('name'), tests: Number(text('tests')), failures: Number(text('failures')) });
    if (name === 'testcase') cases.push({ name: text('name'), failure: null });
    if (name === 'failure') cases.push({ ...(cases.pop() ?? { name: '' }), failure: text('message') });
  });
  parser.write(xml).close();
  return { suites, cases };
}

it('gates an evaluation file: exit code, JUnit, Markdown and JSON tell the same', async () => {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  writeFileSync(
    join(folder, 'eval.yaml'),
    evaluationYaml(
      '  - { metric: queue, min: 0.9 }\n  - { metric: promptTokens, max: 10 }\n  - { metric: queue, notWorseThanBaseline: 0, perCohort: cohort }',
    ),
  );
  const args = ['gate', 'eval.yaml', '--max', 'errorRate=0', '--junit', 'out.xml', '--markdown', 'out.md', '--json'];
  const ran = await run(args, folder, environment);
  expect(ran.code, ran.err).toBe(1);
  const told: {
    passed: boolean;
    candidates: { name: string; reason: string; rules: { name: string; outcome: string; text: string }[] }[];
  } = JSON.parse(ran.out);
  const [candidate] = told.candidates;
  expect(told.passed).toBe(false);
  expect(candidate?.reason).toMatch(/^do_not_promote: promptTokens [\d,]+ tokens > 10 tokens$/);
  const rules = candidate?.rules ?? [];
  expect(rules.map(({ name, outcome }) => [name, outcome])).toEqual(
    expect.arrayContaining([
      ['min queue', 'pass'],
      ['max promptTokens', 'fail'],
      ['not-worse queue', 'pass'],
      ['max errorRate', 'pass'],
    ]),
  );
  const { suites, cases } = junitOf(read('out.xml'));
  const failed = rules.filter(({ outcome }) => outcome !== 'pass');
  expect(suites).toEqual([{ name: candidate?.name, tests: rules.length + 1, failures: failed.length + 1 }]);
  expect(cases).toEqual([
    ...rules.map(({ name, outcome, text }) => ({ name, failure: outcome === 'pass' ? null : text })),
    { name: 'decision', failure: candidate?.reason },
  ]);
  const markdown = read('out.md');
  expect(markdown).toMatch(/^### Prompt gate: failed \(eval\.yaml\)/);
  expect(markdown).toMatch(/\| max promptTokens \| \*\*failed\*\* \| promptTokens [\d,]+ tokens > 10 tokens \|/);
  expect(markdown).toMatch(/\| queue \| 0\.\d{3} \| 0\.\d{3} \| 0\.\d{3} \| 0\.\d{3} to 0\.\d{3} \| 72 \|/);
});

it('passes a gate that holds, leaves open what rows cannot show, and ends with 2 for a file that is wrong', async () => {
  writeFileSync(join(folder, 'good.yaml'), evaluationYaml('  - { metric: queue, min: 0.9 }'));
  const good = await run(['gate', 'good.yaml'], folder, environment);
  expect(good.out).toMatch(/^PASS better queue: .*\nPASS min queue: queue 0\.9\d{2} ≥ 0\.9/);
  expect(good.code, good.err).toBe(0);
  writeFileSync(join(folder, 'open.yaml'), evaluationYaml('  - { metric: latency.p99, max: 100000, confident: true }'));
  const open = await run(['gate', 'open.yaml'], folder, environment);
  expect(open.out).toMatch(/^OPEN max latency\.p99: .*72 rows do not prove it, about 368 rows would$/m);
  expect(open.code).toBe(1);
  expect((await run(['gate', 'open.yaml', '--allow', 'inconclusive'], folder, environment)).code).toBe(0);
  writeFileSync(join(folder, 'bad.yaml'), evaluationYaml('  - { metric: queue, mini: 0.9 }'));
  const bad = await run(['gate', 'bad.yaml'], folder, environment);
  expect(bad.err).toMatch(/bad\.yaml:8 gates\.0\.mini: is not a known field; did you mean "min"\?/);
  expect(bad.code).toBe(2);
});

it('compares two files row by row, and shows what is lost', async () => {
  const ran = await run(
    ['compare', 'better.json', 'prompt.json', '--with', 'job.yaml', '--limit', '2'],
    folder,
    environment,
  );
  expect(ran.out).toMatch(
    /rows lost in queue:\n\S+ {2}1\.000 → 0(\.000)?\n {2}input .*\n {2}expected .*\n {2}before .*\n {2}after /,
  );
  expect(ran.out).toMatch(/and more: see --json and --limit/);
  expect(ran.code, ran.err).toBe(0);
  const without = await run(['compare', 'better.json', 'prompt.json'], folder, environment);
  expect(without.err).toMatch(
    /--with: is missing: "prompt\.json" is no measured candidate|--with: is missing: "better\.json"/,
  );
  expect(without.code).toBe(2);
});

it('measures the noise of a prompt against itself', async () => {
  const { out, code } = await run(['eval', 'job.yaml', '--aa'], folder, environment);
  expect(out).toMatch(/noise: 0\.0 % of 72 rows turn out differently when run again/);
  expect(out).toMatch(/baseline against itself: inconclusive: queue is not shown to be better/);
  expect(code).toBe(0);
});
