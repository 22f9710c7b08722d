import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, startWorld, type World } from './testing.ts';

let world: World;
let environment: Record<string, string>;
beforeAll(async () => {
  world = await startWorld();
  environment = { PARETUNE_URL: world.url };
  writeFileSync(
    join(world.folder, 'triage.yaml'),
    `prompts: ["Sort: {{mail}}"]
providers: [openai:gpt-5.1]
tests:
  - vars: {mail: I was charged twice}
    assert: [{type: equals, value: billing}, {type: not-contains, value: sorry}]
  - vars: {mail: The app crashes}
    assert: [{type: equals, value: bug}, {type: javascript, value: "true"}]
`,
  );
});
afterAll(() => world?.close());

describe('paretune import <format>', () => {
  it('registers prompt, suite and rows, and names what it left out', async () => {
    const { code, out, err } = await run(['import', 'promptfoo', 'triage.yaml'], world.folder, environment);
    expect(out).toBe('prompt   triage@1\nsuite    triage@1\ndataset  triage@1  2 rows\n');
    expect(err).toMatch(/not imported: triage\.yaml providers: providers: models are chosen in the job/);
    expect(err).toMatch(/not imported: triage\.yaml tests\[1\]\.assert\[1\]: javascript: it runs code/);
    expect(code).toBe(0);
  });

  it('--strict registers nothing when something is left out', async () => {
    const ran = await run(
      ['import', 'promptfoo', 'triage.yaml', '--name', 'other', '--strict'],
      world.folder,
      environment,
    );
    expect([ran.code, ran.out]).toEqual([2, '']);
  });

  it('--out writes files, without a service', async () => {
    const ran = await run(['import', 'promptfoo', 'triage.yaml', '--out', 'made', '--json'], world.folder, {
      PARETUNE_URL: 'http://127.0.0.1:1',
    });
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toMatchObject({ items: [{}, {}, { rows: 2 }], notImported: [{}, {}] });
    expect(readFileSync(join(world.folder, 'made/triage.jsonl'), 'utf8')).toContain('I was charged twice');
    expect(JSON.parse(readFileSync(join(world.folder, 'made/triage.suite.json'), 'utf8'))).toMatchObject({
      evaluators: [{ type: 'row-checks' }, {}],
    });
  });

  it('maps columns, and says what is wrong with a mapping or a format', async () => {
    writeFileSync(join(world.folder, 'q.csv'), 'question,answer\na,A\nb,B\n');
    const mapped = ['import', 'csv', 'q.csv', '--map', 'input=question', '--map', 'expected=answer'];
    expect((await run(mapped, world.folder, environment)).out).toBe('dataset  q@1  2 rows\n');
    const wrong = await run(['import', 'csv', 'q.csv', '--map', 'input=queston'], world.folder, environment);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('has no "queston"')]);
    const unknown = await run(['import', 'promptfo', 'q.csv'], world.folder, environment);
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('promptfoo, openai-evals')]);
    const absent = await run(['import', 'langfuse', 'nowhere.json'], world.folder, environment);
    expect([absent.code, absent.err]).toEqual([2, expect.stringContaining('there is no such file')]);
  });
});

describe('paretune export', () => {
  it('promptfoo: a configuration that imports again', async () => {
    writeFileSync(join(world.folder, 'labels.suite.json'), '{"evaluators":[{"id":"label","type":"exact-match"}]}');
    const args = [
      'export',
      'promptfoo',
      '--prompt',
      'triage@1',
      '--suite',
      'labels.suite.json',
      '--dataset',
      'q@1',
      '--out',
      'q.yaml',
    ];
    const ran = await run(args, world.folder, environment);
    expect([ran.code, ran.err]).toEqual([
      0,
      'not exported: providers: the model: replace "echo" by the provider that answers\nq.yaml: 2 tests\n',
    ]);
    const { file, tests, notExported } = JSON.parse((await run([...args, '--json'], world.folder, environment)).out);
    expect([file, tests, notExported]).toEqual(['q.yaml', 2, [expect.objectContaining({ at: 'providers' })]]);
    const again = await run(['import', 'promptfoo', 'q.yaml', '--out', 'again'], world.folder, environment);
    expect(again.code).toBe(0);
    expect(readFileSync(join(world.folder, 'again/q.jsonl'), 'utf8')).toContain('"expected":"A"');
  });

  it('jsonl: the rows with the hash of content and file', async () => {
    const ran = await run(
      ['export', 'jsonl', '--dataset', 'q@1', '--out', 'q.jsonl', '--json'],
      world.folder,
      environment,
    );
    const text = readFileSync(join(world.folder, 'q.jsonl'), 'utf8');
    expect(JSON.parse(ran.out)).toMatchObject({
      dataset: 'q@1',
      rows: 2,
      fileSha256: createHash('sha256').update(text).digest('hex'),
    });
    // Its splits are drawn already, and stay with the rows.
    expect(text).toMatch(/^\{"id":"row-1","input":"a","expected":"A","split":"(?:train|validation|test)"/m);
    const again = await run(['import', 'datasets', 'q.jsonl', '--name', 'copy'], world.folder, environment);
    expect(again.out).toMatch(/^copy@1 .*2 rows/);
  });

  it('refuses what it does not know', async () => {
    expect((await run(['export', 'xlsx'], world.folder, environment)).err).toMatch(
      /known: promptfoo, jsonl, junit, evidence/,
    );
    const given = ['--prompt', 'triage@1', '--suite', 'labels.suite.json', '--dataset', 'q@1'];
    for (const [args, ...said] of [
      [['jsonl', '--dataset', 'q'], '--dataset: "q" is no version; name one, such as rows@3'],
      [['jsonl'], '--dataset: is missing; name one, such as rows@3'],
      [['jsonl', '--dataset', 'q@9'], '--dataset: the dataset version "q@9" does not exist; name a version'],
      [['jsonl', '--dataset', 'q@1', '--out', 'nowhere/q.jsonl'], '--out: there is no directory'],
      [['promptfoo'], '--prompt: is missing', '--suite: is missing; name a version such as suite@3, or a file'],
      [['promptfoo', ...given, '--prompt', 'triage@9'], '--prompt: the prompt version "triage@9" does not exist'],
      [['promptfoo', ...given, '--dataset', 'q@9'], '--dataset: the dataset version "q@9" does not exist'],
      [['promptfoo', ...given, '--out', '.'], 'is a directory; name a file in it'],
    ] as const) {
      const refused = await run(['export', ...args], world.folder, environment);
      expect(refused.code).toBe(2);
      for (const text of said) expect(refused.err).toContain(text);
    }
  });
});
