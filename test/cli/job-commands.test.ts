import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/index.ts';
import { readConfig } from '../../src/config.ts';
import { startService } from '../../src/main.ts';
import { jobYaml, run, start, startWorld, type World } from './testing.ts';

let world: World;
let environment: Record<string, string>;
/** The job that `submit --watch` ran to its end. */
let jobId = '';
beforeAll(async () => {
  world = await startWorld();
  environment = { PARETUNE_URL: world.url };
});
afterAll(() => world?.close());

const files = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));

describe('a job from file to repository', () => {
  it('is submitted with its files, watched to its end and reported, without control codes in a log', async () => {
    const ran = await start(['submit', 'job.yaml', '--watch'], world.folder, environment).ended;
    expect(ran.err).toMatch(/dataset support-mails@1: 240 rows/);
    expect(ran.err).toMatch(/baseline: queue 0\.\d{3} on 72 validation rows/);
    expect(ran.err).toMatch(/new best c\d+: queue 0\.\d{3} on 72 validation rows \(\d+ rollouts, [^)]* tokens\): \w+/);
    const leaders = Array.from(ran.err.matchAll(/^new best (c\d+):/gm), (match) => match[1]);
    expect(leaders.some((leader, at) => leader === leaders[at - 1])).toBe(false);
    expect(ran.out).toMatch(/PROMOTE: A real gain: queue goes from 0\.\d{3} to 0\.\d{3} on 72 sealed rows/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    expect(`${ran.out}${ran.err}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(ran.code).toBe(0);
    jobId = /^job (\S+)$/m.exec(ran.err)?.[1] ?? '';
    expect(jobId).not.toBe('');
  });

  it('is watched again as JSON lines: every event once and in order, then the job', async () => {
    const { code, out, err } = await run(['watch', jobId, '--json'], world.folder, environment);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line): { type: string; id?: number; job?: { id: string } } => JSON.parse(line));
    const ids = lines.flatMap(({ id }) => (id === undefined ? [] : [id]));
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    expect(lines[0]?.type).toBe('started');
    expect(lines.filter(({ type }) => type === 'curve').length).toBeGreaterThan(2);
    expect(lines.at(-1)).toMatchObject({ type: 'result', job: { id: jobId, status: 'succeeded' } });
    expect([code, err]).toEqual([0, '']);
  });

  it('is watched at a terminal in lines that fit it, with spending and reasons', async () => {
    for (const columns of [80, 60]) {
      const terminal = { live: true, color: false, unicode: true, columns: () => columns, rows: () => 24 };
      const { err, out } = await run(['watch', jobId], world.folder, environment, terminal);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes that redraw in place
      const frames = err.split(/\u001b\[\d+A\u001b\[0J/);
      expect(frames.length).toBeGreaterThan(1);
      const drawn = frames.filter((frame) => frame.includes('\nspent '));
      for (const frame of drawn) for (const line of frame.split('\n')) expect(line.length, line).toBeLessThan(columns);
      const last = drawn.at(-1) ?? '';
      expect(last).toMatch(/^[█░]+ +\d+ % · queue 0\.\d{3} → 0\.\d{3}/m);
      expect(last).toMatch(/^spent [\d.]+[kM]? tokens · \d+ proposals: \d+ accepted/m);
      expect(last).toMatch(/^best c\d+, on 72 validation rows: \w+/m);
      for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(columns);
    }
  });

  it('shows its best prompt and its report in each form', async () => {
    const best = await run(['best', jobId], world.folder, environment);
    expect(best.out).toMatch(/^## system\n\nYou sort e-mails/);
    expect(best.err).toMatch(/verdict: promote/);
    const asJson = await run(['best', jobId, '--json'], world.folder, environment);
    expect(JSON.parse(asJson.out)).toMatchObject({ isBaseline: false, verdict: { decision: 'promote' } });
    expect((await run(['report', jobId, '--format', 'markdown'], world.folder, environment)).out).toMatch(/^# /);
    expect((await run(['report', jobId, '--format', 'html'], world.folder, environment)).out).toMatch(/<svg/);
    expect(JSON.parse((await run(['report', jobId, '--json'], world.folder, environment)).out)).toHaveProperty(
      'outcome',
    );
  });

  it('leaves its evidence, and that of an evaluation, as files whose hashes a manifest has', async () => {
    const { id } = JSON.parse((await run(['eval', 'job.yaml', '--json'], world.folder, environment)).out);
    for (const [of, files] of [
      [
        jobId,
        ['job.json', 'report.json', 'report.md', 'report.html', 'candidates.json', 'curve.json', 'rollouts.jsonl'],
      ],
      [id, ['evaluation.json', 'gate.md', 'gate.xml', 'rollouts.jsonl']],
    ] as const) {
      const out = join('evidence', of);
      const ran = await run(['export', 'evidence', of, '--out', out], world.folder, environment);
      expect([ran.code, ran.err]).toEqual([0, `${of}: ${files.length} files and manifest.json in ${out}\n`]);
      const written = files.map((file) => ({ file, text: readFileSync(join(world.folder, out, file)) }));
      const manifest = JSON.parse(readFileSync(join(world.folder, out, 'manifest.json'), 'utf8'));
      expect(manifest).toMatchObject({ format: 'paretune-evidence/1', decision: of === jobId ? 'promote' : null });
      expect(manifest.files).toEqual(
        written.map(({ file, text }) => ({
          file,
          bytes: text.length,
          sha256: createHash('sha256').update(text).digest('hex'),
        })),
      );
      const { spent, ...view } = JSON.parse(readFileSync(join(world.folder, out, files[0]), 'utf8'));
      expect(view.id).toBe(of);
      const rollouts = String(written.find(({ file }) => file === 'rollouts.jsonl')?.text)
        .trim()
        .split('\n');
      expect(rollouts).toHaveLength(spent.rollouts + (spent.confirmationRollouts ?? 0));
      expect(JSON.parse(rollouts[0] ?? '')).toHaveProperty('scores');
      const again = await run(['export', 'evidence', '--of', of, '--out', out], world.folder, environment);
      expect([again.code, again.err]).toEqual([2, expect.stringContaining('has files in it')]);
    }
    for (const [args, said] of [
      [['--of', 'triage@1', '--out', 'x'], 'id: "triage@1" is no job'],
      [['--out', 'x'], 'id: is missing; name one, such as job_'],
      [[id], '--out: name the directory'],
      [['job_none', '--out', 'x'], 'there is no job "job_none"'],
      [[id, '--out', 'job.yaml'], 'job.yaml is a file; name a directory'],
      [[id, '--out', 'job.yaml/x'], 'job.yaml is a file; name a directory'],
    ] as const) {
      const refused = await run(['export', 'evidence', ...args], world.folder, environment);
      expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(said)]);
    }
    expect(existsSync(join(world.folder, 'x'))).toBe(false);
  });

  it('exports the decision of an evaluation as the JUnit XML that the gate writes, whatever the decision is', async () => {
    const { id } = JSON.parse((await run(['eval', 'job.yaml', '--json'], world.folder, environment)).out);
    const gated = await run(['gate', id, '--junit', 'gate.xml'], world.folder, environment);
    expect(gated.code).toBe(1);
    const xml = readFileSync(join(world.folder, 'gate.xml'), 'utf8');
    expect(xml).toMatch(/<testsuite name=".*" tests="1" failures="1"/);
    const shown = await run(['export', 'junit', id], world.folder, environment);
    expect([shown.code, shown.out]).toEqual([0, xml]);
    const written = await run(['export', 'junit', id, '--out', 'out.xml'], world.folder, environment);
    expect([written.code, readFileSync(join(world.folder, 'out.xml'), 'utf8')]).toEqual([0, xml]);
    for (const [args, why] of [
      [[], /id: is missing; name one, such as eval_/],
      [[jobId], /id: "job_\S+" is no evaluation; .*paretune gate job_… --junit/],
      [['eval_none'], /there is no evaluation "eval_none"/],
      [[id, '--out', 'nowhere/out.xml'], /--out: there is no directory \S+nowhere; make it/],
      [[id, '--out', '.'], /--out: \S+ is a directory; name a file in it/],
    ] as const) {
      const refused = await run(['export', 'junit', ...args], world.folder, environment);
      expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(why)]);
    }
    const nowhere = await run(['gate', id, '--junit', 'nowhere/out.xml'], world.folder, environment);
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining('--junit: there is no directory')]);
  });

  it('passes its gate, fails a stricter one, and says which rule with what figures', async () => {
    const passed = await start(['gate', jobId, '--min', 'queue=0.6'], world.folder, environment).ended;
    expect(passed.out).toMatch(
      /^PASS job: .*\nPASS verdict: promote: .*\nPASS queue ≥ 0\.6: 0\.\d{3} on 72 sealed test rows/,
    );
    expect(passed.code).toBe(0);
    const summary = join(world.folder, 'step.md');
    const failed = await run(['gate', jobId, '--min', 'queue=0.999', '--markdown', 'own.md'], world.folder, {
      ...environment,
      GITHUB_STEP_SUMMARY: summary,
    });
    expect(failed.out).toMatch(/FAIL queue ≥ 0\.999: 0\.\d{3}/);
    expect(failed.code).toBe(1);
    expect(readFileSync(summary, 'utf8')).toMatch(/Prompt gate: failed/);
    expect(readFileSync(join(world.folder, 'own.md'), 'utf8')).toMatch(/\| queue \| 0\.\d{3} \| 0\.\d{3} \|/);
    const unknown = await run(['gate', jobId, '--max', 'latency=5', '--json'], world.folder, environment);
    expect(JSON.parse(unknown.out)).toMatchObject({ passed: false });
    expect(unknown.code).toBe(1);
  });

  it('is compared with its baseline, measured anew beside it on the service, and gated there by the evaluation', async () => {
    const { candidateId } = await createClient({ url: world.url }).jobs.best(jobId);
    const measured = await run(['compare', `${jobId}/c0`, `${jobId}/${candidateId}`], world.folder, environment);
    expect(measured.out).toMatch(
      new RegExp(`^A {2}${jobId}/c0 \\(support-mails@1\\)\nB {2}${jobId}/${candidateId} \\(support-mails@1\\)\n`),
    );
    expect(measured.out).toMatch(/queue +0\.\d{3} +0\.\d{3} +0\.\d{3} +0\.\d{3} to 0\.\d{3} +\d+ won, \d+ lost/);
    expect(measured.out).toMatch(/\nrows lost in queue:\n/);
    expect(measured.code).toBe(0);

    const args = ['eval', 'job.yaml', '--prompt', `${jobId}/${candidateId}`, '--split', 'test', '--json'];
    const ran = await run(args, world.folder, environment);
    const evaluation: { id: string; decision: string; spent: { saved: { calls: number } } } = JSON.parse(ran.out);
    expect(ran.err).toMatch(/warning: the sealed test rows of support-mails@1 are read/);
    expect([evaluation.decision, ran.code]).toEqual(['promote', 0]);
    // The job has asked the same: nothing is paid for twice.
    expect(evaluation.spent.saved.calls).toBe(144);
    const gated = await run(['gate', evaluation.id], world.folder, environment);
    expect(gated.out).toMatch(/^PASS better queue: queue is better than the baseline/);
    expect(gated.code).toBe(0);
    expect((await run(['gate', evaluation.id, '--min', 'queue=1'], world.folder, environment)).code).toBe(2);
    expect((await run(['gate', 'eval_none'], world.folder, environment)).code).toBe(2);
  });

  it('is pulled as a draft and as files that a second pull leaves as they are', async () => {
    const first = await start(['pull', jobId, '--name', 'triage', '--json'], world.folder, environment).ended;
    expect(first.code).toBe(0);
    expect(JSON.parse(first.out)).toMatchObject({
      draft: 'triage@1',
      paths: expect.arrayContaining(['prompts/triage/prompt.json']),
    });
    const folder = join(world.folder, 'prompts/triage');
    const before = files(folder);
    expect(Object.keys(before).sort()).toEqual(
      ['REPRODUCE.md', 'dataset.json', 'job.json', 'metrics.json', 'model.json', 'prompt.json', 'prompt.md'].sort(),
    );
    expect((await run(['pull', jobId, '--name', 'triage'], world.folder, environment)).err).toBe('draft triage@1\n');
    expect(files(folder)).toEqual(before);

    const best = await createClient({ url: world.url }).jobs.best(jobId);
    expect(JSON.parse(before['prompt.json'] ?? '')).toEqual(best.prompt);
    expect(JSON.parse(before['metrics.json'] ?? '').sealed).toEqual(best.test);
    expect(JSON.parse(before['dataset.json'] ?? '')).toMatchObject({ ref: 'support-mails@1', rows: { test: 72 } });
    expect(before['REPRODUCE.md']).toMatch(/seed: 7/);
    for (const text of Object.values(before)) expect(text.endsWith('\n')).toBe(true);
    // The draft can be gated under its own name, and the written job is the same job.
    expect((await run(['gate', 'triage@1'], world.folder, environment)).code).toBe(0);
    expect((await run(['gate', 'triage@latest'], world.folder, environment)).code).toBe(0);
    const told = await run(['submit', 'prompts/triage/job.json', '--dry-run'], world.folder, environment);
    expect(told.out).toMatch(
      /proposals +about \d+\n.*\n.*\nverdict +on 72 sealed rows: shows true gains from about \+0\.\d+ \(power 80 %\)\nrows for +\+0\.02: [\d,]+ rows, \+0\.05: \d+ rows/,
    );
    const plan = await run(['submit', 'prompts/triage/job.json', '--dry-run', '--json'], world.folder, environment);
    expect(JSON.parse(plan.out).resolvedSha256).toBe(
      (await createClient({ url: world.url }).jobs.get(jobId)).resolvedSha256,
    );
  });

  it('is listed', async () => {
    expect((await run(['jobs'], world.folder, environment)).out).toMatch(
      new RegExp(`${jobId}  succeeded +promote +0\\.\\d{3} → 0\\.\\d{3}`),
    );
    expect((await run(['status', '--status', 'failed'], world.folder, environment)).out).toBe('no jobs\n');
  });
});

describe('bad input', () => {
  const broken = async (name: string, text: string) => {
    writeFileSync(join(world.folder, name), text);
    return run(['submit', name], world.folder, environment);
  };

  it('ends with 2 and names line and field of the file, before anything is sent', async () => {
    writeFileSync(join(world.folder, 'bad.yaml'), jobYaml(world.model.url).replace('rollouts: 800', 'rollouts: many'));
    const ran = await start(['submit', 'bad.yaml', '--json'], world.folder, { PARETUNE_URL: 'http://127.0.0.1:9' })
      .ended;
    expect(ran.err).toMatch(/bad\.yaml:13 budget\.rollouts: must be a number, not "many"/);
    expect(JSON.parse(ran.out).error.errors).toEqual([
      expect.objectContaining({ path: 'bad.yaml:13 budget.rollouts' }),
    ]);
    expect(ran.code).toBe(2);
  });

  it('of what only the service can know is told with the line, too', async () => {
    const ran = await broken('unknown.yaml', jobYaml(world.model.url, { evaluator: 'exact-macth' }));
    expect(ran.err).toMatch(/unknown\.yaml:7 suite\.evaluators\.0\.type: .*exact-match/);
    expect(ran.code).toBe(2);
  });

  it('that cannot work is refused with the line and the way round it, which works', async () => {
    const ran = await broken('hopeless.yaml', jobYaml(world.model.url, { rollouts: 15 }));
    expect(ran.err).toMatch(/hopeless\.yaml:1[23] budget: .*at least 3 are needed.*\(--force\)/);
    expect(ran.code).toBe(2);
    const plan = await run(['submit', 'hopeless.yaml', '--force', '--dry-run'], world.folder, environment);
    expect(plan.out).toMatch(/warning: the budget \(rollouts 15\) buys about \d proposals/);
    expect(plan.code).toBe(0);
    const forced = await run(['submit', 'hopeless.yaml', '--force'], world.folder, environment);
    expect(forced.err).toMatch(/warning: the budget/);
    expect((await run(['cancel', forced.out.trim()], world.folder, environment)).code).toBe(0);
  });

  it('in a file that a job names is told with that file', async () => {
    writeFileSync(join(world.folder, 'broken.jsonl'), '{"input":"a","expected":"b"}\n{"input":\n');
    const rows = await broken('rows.yaml', jobYaml(world.model.url).replace('support mails.jsonl', 'broken.jsonl'));
    expect(rows.err).toMatch(/broken\.jsonl:2: /);
    writeFileSync(join(world.folder, 'broken.json'), '{\n  "messages": [{ "role": "boss", "content": "x" }]\n}\n');
    const prompt = await broken('prompt.yaml', jobYaml(world.model.url).replace('./prompt.json', './broken.json'));
    expect(prompt.err).toMatch(/broken\.json:2 messages\.0\.role: /);
    const missing = await broken('missing.yaml', jobYaml(world.model.url).replace('./prompt.json', './gone.md'));
    expect(missing.err).toMatch(/missing\.yaml:2 prompt: there is no file .*gone\.md/);
    const yaml = await broken('syntax.yaml', 'prompt: [a\nbudget: {');
    expect(yaml.err).toMatch(/syntax\.yaml:\d+: /);
    expect([rows.code, prompt.code, missing.code, yaml.code]).toEqual([2, 2, 2, 2]);
  });

  it('on the command line ends with 2', async () => {
    expect((await run(['submit'], world.folder, environment)).code).toBe(2);
    expect((await run(['demo', '--rollouts', 'few'], world.folder, environment)).code).toBe(2);
    expect((await run(['gate', 'job_1', '--min', 'queue'], world.folder, environment)).code).toBe(2);
    expect((await run(['jobs', '--url', 'nowhere'], world.folder, environment)).code).toBe(2);
    expect((await run(['watch', 'job_none'], world.folder, environment)).code).toBe(2);
    expect((await run(['--help'], world.folder, environment)).code).toBe(0);
  });
});

it('a service that is not there ends with 3 and its address', async () => {
  const ran = await start(['watch', jobId || 'job_1', '--url', 'http://127.0.0.1:9'], world.folder).ended;
  expect(ran.err).toMatch(/cannot reach Paretune at http:\/\/127\.0\.0\.1:9.*paretune serve/);
  expect(ran.code).toBe(3);
});

it('registry files, schedules and cancelling', async () => {
  const cwd = world.folder;
  writeFileSync(join(cwd, 'greeting.md'), 'You greet people.\n');
  const imported = await run(['import', 'prompts', 'greeting.md', '--json'], cwd, environment);
  expect(JSON.parse(imported.out).items).toEqual([expect.objectContaining({ ref: 'greeting@1' })]);
  expect((await run(['import', 'suite', 'suite.json', '--name', 'gate'], cwd, environment)).out).toMatch(/^gate@1 /);
  expect((await run(['import', 'nonsense', 'suite.json'], cwd, environment)).code).toBe(2);

  mkdirSync(join(cwd, 'nightly'), { recursive: true });
  writeFileSync(
    join(cwd, 'nightly/schedule.yaml'),
    'name: nightly\ncron: "0 3 * * *"\ntimezone: Europe/Berlin\njob: ../job.yaml\n',
  );
  expect((await run(['schedule', 'create', 'nightly/schedule.yaml'], cwd, environment)).code).toBe(0);
  expect((await run(['schedule', 'list'], cwd, environment)).out).toMatch(/nightly +0 3 \* \* \* +Europe\/Berlin/);
  const started = await run(['schedule', 'run', 'nightly', '--json'], cwd, environment);
  const { id } = JSON.parse(started.out);
  expect((await run(['cancel', id], cwd, environment)).code).toBe(0);
  expect((await run(['watch', id], cwd, environment)).code).toBe(130);
  expect((await run(['schedule', 'remove', 'nightly'], cwd, environment)).code).toBe(0);
  expect((await run(['schedule', 'remove', 'nightly'], cwd, environment)).code).toBe(2);

  writeFileSync(join(cwd, 'cron.yaml'), 'name: x\ncron: "61 * * * *"\njob: ./job.yaml\n');
  const cron = await run(['schedule', 'create', 'cron.yaml'], cwd, environment);
  expect(cron.err).toMatch(/cron\.yaml:2 cron: /);
  expect(cron.code).toBe(2);
});

it('the examples are jobs that a service takes, and differ in their models only', async () => {
  const service = await startService({
    config: readConfig({ PORT: '0', PARETUNE_DATA_DIR: 'memory', LOG_LEVEL: 'silent' }),
    environment: { OPENAI_API_KEY: 'x', ANTHROPIC_API_KEY: 'x' },
    worker: false,
  });
  try {
    const examples = fileURLToPath(new URL('../../examples', import.meta.url));
    const plans = [];
    for (const file of ['job.yaml', 'job.anthropic.yaml', 'job.compatible.yaml']) {
      const ran = await run(['submit', file, '--dry-run', '--json'], examples, { PARETUNE_URL: service.url });
      expect([ran.code, ran.err]).toEqual([0, expect.not.stringContaining('error')]);
      const { resolved, warnings, advice } = JSON.parse(ran.out);
      expect(advice.minimumDetectableEffect).toBeGreaterThan(0.05);
      // Sixty rows are an example, not a measurement.
      const codes = warnings.map(({ code }: { code: string }) => code);
      // OpenAI has published no dated snapshot of the task model of the example.
      const unpinned = file === 'job.yaml' ? ['unpinned-model'] : [];
      expect(codes.filter((code: string) => code !== 'tiny-split')).toEqual(unpinned);
      plans.push(resolved);
    }
    const [first, ...others] = plans.map(({ models: _models, evaluatorVersions: _versions, ...rest }) => rest);
    for (const other of others) expect(other).toEqual(first);
    expect((await run(['schedule', 'create', 'schedule.yaml'], examples, { PARETUNE_URL: service.url })).code).toBe(0);
  } finally {
    await service.close();
  }
});
