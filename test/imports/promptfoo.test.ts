import { describe, expect, it } from 'vitest';
import { sampleOf } from '../../evaluators/common/testing.ts';
import { evaluators } from '../../evaluators/index.ts';
import { type RowInput, rowSchema } from '../../src/domain/dataset.ts';
import { ParetuneError } from '../../src/domain/errors.ts';
import type { FinishReason } from '../../src/domain/model.ts';
import { promptContentSchema } from '../../src/domain/prompt.ts';
import { type Suite, suiteSchema } from '../../src/domain/suite.ts';
import type { Imported } from '../../src/imports/contract.ts';
import { exportPromptfoo } from '../../src/imports/export-promptfoo.ts';
import { gradeAll, prepareSuite } from '../../src/lab/suite.ts';
import { checkSuite } from '../../src/registry/check-suite.ts';
import { type Case, cases } from './promptfoo-cases.ts';
import results from './promptfoo-results.json' with { type: 'json' };
import { imported } from './testing.ts';

const read = (config: string, files: Readonly<Record<string, string>> = {}): Imported =>
  imported('promptfoo', { 'promptfooconfig.yaml': config, ...files }, { files: ['promptfooconfig.yaml'] });

/** What the imported suite makes of an output. */
async function scored(
  { suites: [made] }: Imported,
  row: RowInput | undefined,
  output: string,
  response: Case['response'] = {},
) {
  if (!made || !row) throw new Error('nothing was imported');
  checkSuite(made.suite, evaluators);
  const finish: FinishReason = response.finishReason === 'length' ? 'length' : 'stop';
  const usage = {
    promptTokens: 1,
    inputTokens: 1,
    outputTokens: 1,
    cost: response.cost ?? null,
    latencyMs: response.latencyMs ?? 1,
  };
  const { assertions, passed } = await gradeAll(
    prepareSuite(made.suite, evaluators),
    { output, steps: [] },
    (scores) => sampleOf(output, { metadata: row.metadata ?? {}, expected: row.expected, scores, finish, usage }),
    () => [{ judge: nobody, post: nobody, embed: nobody }],
  );
  return { pass: passed?.pass, score: assertions?.value };
}

const nobody = () => Promise.reject(new Error('nobody is asked'));

const known = new Map(Object.entries(results));

describe('promptfoo configurations score as promptfoo 0.121.20 scores them', () => {
  it.each(cases.map((each) => [each.name, each] as const))('%s', async (name, { config, outputs, response }) => {
    const made = read(config);
    expect(made.notMapped).toEqual([]);
    const rows = made.datasets[0]?.rows ?? [];
    const theirs = known.get(name) ?? [];
    expect(rows).toHaveLength(theirs.length);
    for (const [index, row] of rows.entries()) {
      expect(rowSchema.safeParse(row).success).toBe(true);
      const { pass, score } = await scored(made, row, outputs[index] ?? '', response);
      expect([pass, Math.round((score ?? -1) * 1e6) / 1e6], `output ${index + 1}`).toEqual(theirs[index]);
    }
  });

  it('knows every result', () => {
    expect([...known.keys()].sort()).toEqual(cases.map(({ name }) => name).sort());
  });
});

describe('prompts and files', () => {
  it('reads texts, chats, labelled prompts and files of several', () => {
    const made = read(
      `prompts:
  - "Classify: {{text}}"
  - {raw: "Be brief. {{text}}", label: brief}
  - file://chat.json
  - file://two.txt
defaultTest: {options: {prefix: "[", suffix: "]"}}
`,
      {
        'chat.json': '[{"role":"system","content":"You sort."},{"role":"user","content":"{{text}}"}]',
        'two.txt': 'First {{text}}\n---\nSecond {{text}}\n',
      },
    );
    expect(made.prompts.map(({ name }) => name)).toEqual([
      'support-1',
      'support-brief',
      'support-chat.json',
      'support-two.txt-1',
      'support-two.txt-2',
    ]);
    for (const { prompt } of made.prompts) expect(promptContentSchema.safeParse(prompt).success).toBe(true);
    expect(made.prompts[0]?.prompt).toEqual({ messages: [{ role: 'user', content: '[Classify: {{text}}]' }] });
    expect(made.prompts[2]?.prompt).toEqual({
      messages: [
        { role: 'system', content: '[You sort.' },
        { role: 'user', content: '{{text}}]' },
      ],
    });
    expect(made.notMapped).toEqual([]);
  });

  it('reads tests from YAML, JSON lines and CSV, and variables from files', () => {
    const made = read('prompts: ["{{q}}"]\ntests: [file://a.yaml, file://b.jsonl, file://c.csv]\n', {
      'a.yaml': '- vars: {q: file://long.txt}\n  assert: [{type: equals, value: A}]\n',
      'b.jsonl': '{"vars":{"q":"two"},"assert":[{"type":"contains","value":"B"}]}\n',
      'c.csv':
        'q,__expected,__expected2,__threshold,__metadata:tier\nthree,contains:C,levenshtein(2):Cx,0.5,gold\nfour,plain,,,\n',
      'long.txt': 'a long text\n',
    });
    expect(made.notMapped).toEqual([]);
    const rows = made.datasets[0]?.rows ?? [];
    expect(rows.map(({ input }) => input)).toEqual([{ q: 'a long text' }, { q: 'two' }, { q: 'three' }, { q: 'four' }]);
    expect(rows[0]?.expected).toBe('A');
    expect(rows[2]?.metadata).toMatchObject({ tier: 'gold', checks: { threshold: 0.5 } });
    expect(rows[3]?.expected).toBe('plain');
  });

  it('names a file that is not there', () => {
    expect(() => read('prompts: [file://nowhere.txt]\n')).toThrow(/nowhere\.txt/);
    expect(() => read('a: [')).toThrow(ParetuneError);
  });
});

describe('what has no equal is named with its place, and nothing else is lost', () => {
  const made = read(`
description: a suite
providers: [openai:gpt-5.1]
prompts: ["{{ text | upper }}", prompt.py]
evaluateOptions: {repeat: 3}
defaultTest:
  options: {transform: "output.trim()"}
  assert: [{type: llm-rubric, value: is polite}]
tests:
  - vars: {text: a}
    assert:
      - {type: javascript, value: "output.length"}
      - {type: contains-json}
      - {type: is-sql}
      - {type: regex, value: "(?<=a)b"}
      - {type: contains, value: "{{ text | upper }}"}
      - {type: contains, value: x, transform: "output.trim()"}
      - {type: 'similar:dot', value: near}
      - {type: no-such-type}
      - {type: factuality, value: the truth}
      - {type: contains, value: kept}
  - vars: {text: b}
    threshold: 0.5
    provider: openai:o9
    assert: [{type: g-eval, value: only here}]
`);

  it('by name, place and reason', () => {
    const places = made.notMapped.map(({ at, what }) => `${at.replace('promptfooconfig.yaml ', '')} = ${what}`);
    for (const place of [
      'providers = providers',
      'evaluateOptions = evaluateOptions',
      'prompts[0] = the template expression {{ text | upper }}',
      'prompts[1] = prompt.py',
      'defaultTest.options.transform = transform',
      'tests[0].assert[0] = javascript',
      'tests[0].assert[1] = contains-json',
      'tests[0].assert[2] = is-sql',
      'tests[0].assert[3] = regex',
      'tests[0].assert[4] = contains',
      'tests[0].assert[5] = contains',
      'tests[0].assert[6] = similar:dot',
      'tests[0].assert[7] = no-such-type',
      'tests[1].provider = provider',
    ])
      expect(places).toContain(place);
    for (const { why } of made.notMapped) expect(why.length).toBeGreaterThan(10);
  });

  it('while the rest is there', () => {
    expect(made.datasets[0]?.rows[0]?.metadata).toEqual({
      checks: {
        checks: [
          { type: 'rubric', options: { criteria: [{ criterion: 'is polite' }] } },
          { type: 'factual-accuracy', expected: 'the truth' },
          { type: 'contains', options: { value: 'kept' } },
        ],
      },
    });
    expect(made.suites[0]?.suite.evaluators.map(({ type, options }) => [type, options?.['judgeCalls']])).toEqual([
      ['judged-row-checks', 2],
      ['judged-row-checks', 2],
    ]);
    expect(suiteSchema.safeParse(made.suites[0]?.suite).success).toBe(true);
  });
});

it('similarity by embeddings becomes an evaluator, scores as the cosine, and passes where promptfoo does, also negated', async () => {
  const made = read(`
prompts: ["{{q}}"]
defaultTest: {assert: [{type: similar, value: "{{a}}"}, {type: not-similar, value: "{{a}}", threshold: 0.9}]}
tests:
  - {vars: {q: a, a: near}}
  - {vars: {q: b, a: far}}
`);
  expect(made.notMapped).toEqual([]);
  expect(made.datasets[0]?.rows.map(({ expected }) => expected)).toEqual(['near', 'far']);
  const suite = made.suites[0]?.suite;
  const model = { provider: 'openai', model: 'text-embedding-3-large' };
  expect(suite?.evaluators).toEqual([
    { id: 'embedding-similarity-1', type: 'embedding-similarity', options: { model }, threshold: 0.75 },
    { id: 'embedding-similarity-2', type: 'embedding-similarity', options: { model }, threshold: 0.1, negate: true },
  ]);
  if (!suite) throw new Error('there is no suite');
  checkSuite(suite, evaluators);
  // Cosines of 1, 0.8 and 0.6 with the output.
  const vectors: Readonly<Record<string, readonly [number, number]>> = {
    out: [1, 0],
    near: [0.8, 0.6],
    far: [0.6, 0.8],
  };
  const embed = async (_model: unknown, text: string) => Float32Array.from(vectors[text] ?? [1, 0]);
  const graded = await Promise.all(
    ['near', 'far'].map((expected) =>
      gradeAll(
        prepareSuite(suite, evaluators),
        { output: 'out', steps: [] },
        (scores) => sampleOf('out', { expected, scores }),
        () => [{ judge: nobody, post: nobody, embed }],
      ),
    ),
  );
  const told = graded.map((scores) => Object.values(scores).map(({ value, pass }) => [(value ?? -1).toFixed(3), pass]));
  expect(told).toEqual([
    [
      ['0.800', true],
      ['0.200', true],
    ],
    [
      ['0.600', false],
      ['0.400', true],
    ],
  ]);
});

it('model-graded assertions of all tests become evaluators of the suite, their references the expected answers', () => {
  const made = read(`
prompts: ["{{q}}"]
tests:
  - {vars: {q: a, context: some facts}, assert: [{type: factuality, value: one}, {type: context-faithfulness, threshold: 0.9}, {type: not-model-graded-closedqa, value: Is it rude?}]}
  - {vars: {q: b, context: other facts}, assert: [{type: factuality, value: two}, {type: context-faithfulness, threshold: 0.9}, {type: not-model-graded-closedqa, value: Is it rude?}]}
`);
  expect(made.notMapped).toEqual([]);
  expect(made.datasets[0]?.rows.map(({ expected, context }) => [expected, context])).toEqual([
    ['one', 'some facts'],
    ['two', 'other facts'],
  ]);
  expect(made.suites[0]?.suite.evaluators).toEqual([
    { id: 'factual-accuracy-1', type: 'factual-accuracy' },
    { id: 'faithfulness-2', type: 'faithfulness', threshold: 0.9 },
    { id: 'closed-qa-3', type: 'closed-qa', options: { criterion: 'Is it rude?' }, negate: true },
  ]);
  if (made.suites[0]) checkSuite(made.suites[0].suite, evaluators);
});

describe('model-graded assertions of single tests are scored with the others of their test', () => {
  /** A judge that gives every criterion this score of 1 to 5, and embeddings with a cosine of 0.8. */
  const judged = async (config: string, row: number, score: number, output = 'out') => {
    const made = read(config);
    expect(made.notMapped).toEqual([]);
    const suite = made.suites[0]?.suite;
    if (!suite) throw new Error('there is no suite');
    checkSuite(suite, evaluators);
    const given = made.datasets[0]?.rows[row];
    const { assertions, passed } = await gradeAll(
      prepareSuite(suite, evaluators),
      { output, steps: [] },
      (scores) => sampleOf(output, { metadata: given?.metadata ?? {}, expected: given?.expected, scores }),
      () => [
        {
          judge: async (request) => request.schema.parse({ criteria: [{ criterion: 1, reason: 'so it is', score }] }),
          post: nobody,
          embed: async (_model, text) => Float32Array.from(text === output ? [1, 0] : [0.8, 0.6]),
        },
      ],
    );
    return [Number(assertions?.value?.toFixed(3)), passed?.pass];
  };

  const WEIGHED = `prompts: ["{{q}}"]
tests:
  - vars: {q: a}
    assert:
      - {type: llm-rubric, value: is polite, weight: 3, metric: manners}
      - {type: contains, value: out}
  - vars: {q: b}
    threshold: 0.8
    assert: [{type: llm-rubric, value: "names {{q}}", threshold: 0.9}, {type: contains, value: out}]
  - vars: {q: c}
    assert: [{type: contains, value: out}]
`;
  it('by weight, metric and threshold, and tests without one by theirs', async () => {
    expect(await judged(WEIGHED, 0, 3)).toEqual([0.625, true]);
    expect(await judged(WEIGHED, 0, 1)).toEqual([0.25, false]);
    // The test's threshold decides alone.
    expect(await judged(WEIGHED, 1, 4)).toEqual([0.875, true]);
    expect(await judged(WEIGHED, 1, 3)).toEqual([0.75, false]);
    expect(await judged(WEIGHED, 2, 1)).toEqual([1, true]);
    expect(read(WEIGHED).datasets[0]?.rows[1]?.metadata).toMatchObject({
      checks: { threshold: 0.8, checks: [{ options: { criteria: [{ criterion: 'names b' }] } }, {}] },
    });
  });

  it('inside sets, and negated', async () => {
    const sets = `prompts: ["{{q}}"]
tests:
  - vars: {q: a}
    assert:
      - type: assert-set
        threshold: 0.4
        assert: [{type: llm-rubric, value: is polite}, {type: contains, value: nowhere}]
      - {type: not-g-eval, value: is long}
`;
    expect(await judged(sets, 0, 3)).toEqual([0.375, false]);
    expect(await judged(sets, 0, 5)).toEqual([0.25, false]);
    expect(await judged(sets.replace('0.4', '0.2'), 0, 3)).toEqual([0.375, true]);
  });

  it('also those of embeddings, by the model of the suite', async () => {
    const near = `prompts: ["{{q}}"]
tests:
  - vars: {q: a}
    assert: [{type: similar, value: near}, {type: not-similar, value: far, threshold: 0.9}]
  - vars: {q: b}
    assert: [{type: similar, value: near, threshold: 0.85}]
`;
    expect(await judged(near, 0, 1)).toEqual([0.5, true]);
    expect(await judged(near, 1, 1)).toEqual([0.8, false]);
    const suite = read(near).suites[0]?.suite;
    expect(suite?.evaluators[0]?.options).toEqual({ model: { provider: 'openai', model: 'text-embedding-3-large' } });
  });

  it('what cannot be asked stays listed', () => {
    const made = read(`prompts: ["{{q}}"]
tests:
  - {vars: {q: a}, assert: [{type: llm-rubric, value: {no: text}}, {type: llm-rubric, value: is polite}]}
  - {vars: {q: b}, assert: [{type: 'similar:dot', value: near}]}
`);
    expect(made.notMapped.map(({ at, what }) => `${at.replace('promptfooconfig.yaml ', '')} = ${what}`)).toEqual([
      'tests[0].assert[0] = llm-rubric',
      'tests[1].assert[0] = similar:dot',
    ]);
  });
});

it('what is exported imports again, and scores the same', async () => {
  const suite: Suite = {
    evaluators: [
      { id: 'label', type: 'exact-match' },
      { id: 'short', type: 'word-count', options: { max: 2 } },
      { id: 'no-refusal', type: 'refusal' },
      { id: 'refuses', type: 'refusal', negate: true },
      { id: 'edit', type: 'token-f1' },
    ],
  };
  const rows: RowInput[] = [
    { id: 'r1', input: 'a mail', expected: 'billing', cohort: 'gold', split: 'test' },
    { id: 'r2', input: { text: 'b', lang: 'en' }, expected: 'other' },
    { id: 'r3', input: 'gone', excluded: true },
  ];
  const prompt = {
    messages: [
      { role: 'system' as const, content: 'Sort.' },
      { role: 'user' as const, content: '{{input}}' },
    ],
  };
  const { yaml, notMapped } = exportPromptfoo({ description: 'support', prompt, suite, rows });
  expect(notMapped.map(({ what }) => what)).toEqual(['edit (token-f1)', 'the model']);
  const made = read(yaml);
  expect(made.prompts[0]?.prompt).toEqual(prompt);
  expect(made.datasets[0]?.rows.map(({ input, expected }) => [input, expected])).toEqual([
    [{ input: 'a mail' }, 'billing'],
    [{ text: 'b', lang: 'en' }, 'other'],
  ]);
  // Right and short, but not refused: three of four assertions.
  expect(await scored(made, made.datasets[0]?.rows[0], 'billing')).toEqual({ pass: false, score: 0.75 });
});
