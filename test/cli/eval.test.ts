import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
  const { rows, prompts, spent } = JSON.parse(out);
  const truth = rowResults('support-triage', baselineTexts('support-triage'), loadTask('support-triage').rows);
  expect(rows).toBe(240);
  expect(prompts[0].metrics.queue.value).toBeCloseTo(truth.filter(({ right }) => right).length / 240, 10);
  expect(prompts[0].metrics.queue.interval.low).toBeLessThan(prompts[0].metrics.queue.value);
  expect(prompts[0].comparison).toBeNull();
  expect(spent.rollouts).toBe(240);
  expect(code).toBe(0);
});

it('compares prompts row by row, and fails on a gate of the suite that the last one misses', async () => {
  const better = await run(['eval', 'gated.yaml', '--prompt', 'better.json'], folder, environment);
  expect(better.out).toMatch(/METRIC \(72 rows\) +prompt of the job +better/);
  expect(better.out).toMatch(/better: promote: A real gain: queue goes from 0\.\d{3} to 0\.9\d{2}/);
  expect(better.out).toMatch(/^PASS queue ≥ 0\.9: 0\.9\d{2}$/m);
  expect(better.code).toBe(0);
  const same = await run(['eval', 'gated.yaml'], folder, environment);
  expect(same.out).toMatch(/^FAIL queue ≥ 0\.9: 0\.[0-8]\d{2}$/m);
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
