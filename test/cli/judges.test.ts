import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jobYaml, run, startWorld, type World } from './testing.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

let world: World;
let environment: Record<string, string>;
beforeAll(async () => {
  world = await startWorld();
  environment = { PARETUNE_URL: world.url };
  cpSync(join(EXAMPLES, 'labelled.jsonl'), join(world.folder, 'labelled.jsonl'));
});
afterAll(() => world?.close());

const write = (name: string, judge: string, rest = '') => {
  const text = `evaluator: { type: closed-qa, options: { criterion: "Is it right?", show: [expected] } }
judge: { ${judge}, baseUrl: "${world.model.url}/v1" }
dataset: ./labelled.jsonl
${rest}`;
  writeFileSync(join(world.folder, name), text);
};

it('calibrates the judge of a file, prints its card, and lists it', async () => {
  expect((await run(['judges', 'list'], world.folder, environment)).out).toContain('no judge cards');
  write('judge.yaml', 'provider: openai, model: sim-judge, temperature: 0');
  const { code, out, err } = await run(['judges', 'calibrate', 'judge.yaml'], world.folder, environment);
  expect(err).toMatch(/^calibration cal_\S+$/m);
  expect(err).toMatch(/^warning: the judge of "closed-qa" agrees with people only so far: kappa/m);
  expect(code).toBe(0);
  expect(out).toMatch(/^card {19}cal_[0-9a-z]+$/m);
  expect(out).toMatch(/^labels {17}24 rows of inline-/m);
  expect(out).toMatch(/^kappa {18}-?\d\.\d\d \(-?\d\.\d\d to \d\.\d\d\)$/m);
  expect(out).toMatch(/^same again {13}100\.0 % of 3 repeats$/m);
  const listed = await run(['judges', 'list'], world.folder, environment);
  expect(listed.out).toMatch(/CARD +DATE +EVALUATOR +JUDGE +KAPPA/);
  expect(listed.out).toMatch(/closed-qa +sim-judge/);
  const json = JSON.parse((await run(['judges', 'list', '--json'], world.folder, environment)).out);
  expect(json).toMatchObject({ items: [{ rows: 24, evaluator: { type: 'closed-qa' } }] });
});

it('a judge that a calibration exposes is told of in the jobs and evaluations that it has judged, and before the next', async () => {
  const judge = `provider: openai, model: sim-judge, temperature: 0, maxOutputTokens: 500`;
  const evaluator = 'type: closed-qa, options: { criterion: "Does it say the same?", show: [expected] }';
  writeFileSync(
    join(world.folder, 'judged.yaml'),
    jobYaml(world.model.url, { rollouts: 200 })
      .replace('- id: queue', `- { id: judged, ${evaluator} }\n    - id: queue`)
      .replace('models:', `models:\n  judge: { ${judge}, baseUrl: "${world.model.url}/v1" }`),
  );
  const submitted = await run(['submit', 'judged.yaml', '--watch', '--json'], world.folder, environment);
  expect(submitted.err).not.toContain('error');
  const { id: job } = JSON.parse(submitted.out);
  const measured = await run(['eval', 'judged.yaml', '--json'], world.folder, environment);
  const { id: evaluation } = JSON.parse(measured.out);
  const told = async () => {
    const report = async (accept: string) =>
      (await fetch(`${world.url}/v1/jobs/${job}/report`, { headers: { accept } })).text();
    const doctor = await run(['doctor', 'judged.yaml'], world.folder, environment);
    const { warnings, judges } = JSON.parse(await report('application/json'));
    const read = async (path: string) => JSON.parse(await (await fetch(`${world.url}/v1/evaluations${path}`)).text());
    const ofJudges = (list: readonly { code: string }[]) =>
      list.flatMap(({ code }) => (/^judge-/.test(code) ? [code] : []));
    const gated = await run(['gate', evaluation], world.folder, environment);
    return {
      warnings: ofJudges(warnings),
      evaluation: ofJudges((await read(`/${evaluation}`)).warnings),
      listed: ofJudges((await read('')).items[0].warnings),
      gate: gated.err.split('\n').filter((line) => /^warning: .*the judge of "judged"/.test(line)),
      judges,
      html: await report('text/html'),
      doctor: doctor.out.split('\n').flatMap((line) => /^warning .*\[(judge-.*)\]$/.exec(line)?.[1] ?? []),
    };
  };
  const before = await told();
  expect(before).toMatchObject({
    warnings: ['judge-uncalibrated'],
    evaluation: ['judge-uncalibrated'],
    listed: ['judge-uncalibrated'],
    gate: [expect.stringContaining('nobody has compared')],
    judges: [{ evaluator: 'judged', judges: ['sim-judge'], card: null }],
    doctor: ['judge-uncalibrated'],
  });
  expect(before.html).toContain('nobody has compared the judge of');

  writeFileSync(
    join(world.folder, 'exposed.yaml'),
    `evaluator: { ${evaluator} }\njudge: { ${judge}, baseUrl: "${world.model.url}/v1" }\ndataset: ./labelled.jsonl\n`,
  );
  expect((await run(['judges', 'calibrate', 'exposed.yaml'], world.folder, environment)).code).toBe(0);
  const after = await told();
  expect(after).toMatchObject({
    warnings: ['judge-low-agreement'],
    evaluation: ['judge-low-agreement'],
    listed: ['judge-low-agreement'],
    gate: [expect.stringContaining('agrees with people only so far')],
    judges: [{ evaluator: 'judged', card: { rows: 24, kappa: { value: expect.any(Number) } } }],
    doctor: ['judge-low-agreement'],
  });
  expect(after.html).toContain('agrees with people only so far: kappa');
  expect(after.html).not.toContain('nobody has compared');
  expect(after.html).toMatch(/Agreement of judges with people/);
});

it('names line and field of what is wrong, in the file and in its rows', async () => {
  write('wrong.yaml', 'provider: openai', 'repeats: 99');
  const wrong = await run(['judges', 'calibrate', 'wrong.yaml'], world.folder, environment);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('wrong.yaml:2 judge.model');
  expect(wrong.err).toContain('wrong.yaml:4 repeats');
  writeFileSync(
    join(world.folder, 'bad.jsonl'),
    '{"input":"a","output":"b","label":true}\n{"input":"a","label":"good"}\n',
  );
  writeFileSync(
    join(world.folder, 'bad.yaml'),
    'evaluator: { type: task-completion }\njudge: { provider: openai, model: m }\ndataset: ./bad.jsonl\n',
  );
  const bad = await run(['judges', 'calibrate', 'bad.yaml'], world.folder, environment);
  expect(bad.code).toBe(2);
  expect(bad.err).toContain('bad.jsonl:2');
  expect(bad.err).not.toContain('bad.jsonl:1');
});
