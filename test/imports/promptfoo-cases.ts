/** Configurations in promptfoo's own format, with an output for each test. What promptfoo makes of them: promptfoo-results.json. */
export interface Case {
  readonly name: string;
  readonly config: string;
  /** One per test, in order. */
  readonly outputs: readonly string[];
  /** Of the provider, for assertions that look at it. */
  readonly response?: { readonly cost?: number; readonly finishReason?: string; readonly latencyMs?: number };
  /** Where we differ, and why; the results are then ours. */
  readonly differs?: string;
}

const one = (name: string, assertion: string, outputs: readonly string[], more: Partial<Case> = {}): Case => ({
  name,
  config: `prompts: ["Say {{word}}"]\ntests:\n${outputs.map(() => `  - vars: {word: hello}\n    assert:\n      - ${assertion}`).join('\n')}\n`,
  outputs,
  ...more,
});

export const cases: readonly Case[] = [
  one('equals', '{type: equals, value: "Hello"}', ['Hello', 'hello', ' Hello']),
  one('equals, a variable', '{type: equals, value: "{{word}}!"}', ['hello!', 'hello']),
  one('equals, JSON', '{type: equals, value: {a: 1, b: [2, 3]}}', ['{"b": [2,3], "a": 1}', '{"a": 1}']),
  one('not-equals', '{type: not-equals, value: "no"}', ['yes', 'no']),
  one('contains', '{type: contains, value: "ell"}', ['hello', 'HELLO']),
  one('contains, a number', '{type: contains, value: 42}', ['it is 42', 'it is 24']),
  one('not-contains', '{type: not-contains, value: "sorry"}', ['sorry to say', 'Sorry to say']),
  one('icontains', '{type: icontains, value: "ELL"}', ['hello', 'hi']),
  one('not-icontains', '{type: not-icontains, value: "SORRY"}', ['sorry to say', 'fine']),
  one('contains-any, a list', '{type: contains-any, value: [a1, b2]}', ['x b2', 'x']),
  one('contains-any, commas', '{type: contains-any, value: "a1, b2"}', ['x b2', 'x']),
  one('contains-any, quoted commas', `{type: contains-any, value: '"a, 1", b2'}`, ['x a, 1', 'a', 'b2']),
  one('not-contains-any', '{type: not-contains-any, value: [a1, b2]}', ['x b2', 'x']),
  one('contains-all', '{type: contains-all, value: [a1, b2]}', ['a1 b2', 'a1', 'x']),
  one('not-contains-all', '{type: not-contains-all, value: [a1, b2]}', ['a1 b2', 'a1']),
  one('icontains-any', '{type: icontains-any, value: [A1, B2]}', ['x b2', 'x']),
  one('icontains-all', '{type: icontains-all, value: [A1, B2]}', ['a1 b2', 'a1']),
  one('starts-with', '{type: starts-with, value: "Yes"}', ['Yes, sir', ' Yes', 'yes']),
  one('not-starts-with', '{type: not-starts-with, value: "Yes"}', ['Yes, sir', 'No']),
  one('regex', `{type: regex, value: '^\\d{3}-\\d{4}$'}`, ['555-1234', 'call 555-1234']),
  one('not-regex', `{type: not-regex, value: '[0-9]'}`, ['none', 'one 1']),
  one('word-count, a number', '{type: word-count, value: 3}', ['one two three', 'one two']),
  one('word-count, a range', '{type: word-count, value: {min: 2, max: 3}}', ['one two three', 'one', 'a b c d']),
  one('not-word-count', '{type: not-word-count, value: {max: 2}}', ['one two three', 'one']),
  one('is-json', '{type: is-json}', ['{"a": 1}', '[1]', '"text"', 'no', 'so: {"a": 1}']),
  one('is-json, a schema', '{type: is-json, value: {type: object, required: [a], properties: {a: {type: number}}}}', [
    '{"a": 1}',
    '{"a": "x"}',
    '{}',
    'no',
  ]),
  one('not-is-json', '{type: not-is-json}', ['{"a": 1}', 'no']),
  one('is-xml', '{type: is-xml}', ['<a><b>1</b></a>', '<a><b></a>', 'no']),
  one('is-xml, required elements', '{type: is-xml, value: {requiredElements: [order.item]}}', [
    '<order><item>1</item></order>',
    '<order><thing/></order>',
  ]),
  one('is-sql, PostgreSQL', '{type: is-sql, value: {databaseType: PostgreSQL}}', [
    'SELECT a FROM b WHERE c = 1',
    'SELEC a FROM b',
  ]),
  one('levenshtein, default 5', '{type: levenshtein, value: "hello world"}', [
    'hello wxrld',
    'goodbye moon',
    'hello world',
  ]),
  one('levenshtein, threshold', '{type: levenshtein, value: "hello", threshold: 1}', ['hallo', 'hullas']),
  one('not-levenshtein', '{type: not-levenshtein, value: "hello", threshold: 1}', ['hallo', 'goodbye']),
  one('rouge-n', '{type: rouge-n, value: "the cat sat on the mat"}', ['the cat sat on the mat', 'dogs bark loudly']),
  one('not-rouge-n', '{type: not-rouge-n, value: "the cat sat on the mat"}', [
    'the cat sat on the mat',
    'dogs bark loudly',
  ]),
  one('bleu', '{type: bleu, value: "the cat sat on the mat today"}', [
    'the cat sat on the mat today',
    'dogs bark loudly at night',
  ]),
  one('rouge-n, partly', '{type: rouge-n, value: "the cat sat on the mat", threshold: 0.4}', ['the cat', 'mat']),
  one('not-rouge-n, partly', '{type: not-rouge-n, value: "the cat sat on the mat", threshold: 0.4}', [
    'the cat',
    'mat',
  ]),
  one('bleu, partly', '{type: bleu, value: "the cat sat on the mat", threshold: 0.1}', [
    'the cat',
    'the cat sat on a mat',
    'on',
  ]),
  one('latency', '{type: latency, threshold: 5000}', ['x'], { response: { latencyMs: 100 } }),
  one('cost', '{type: cost, threshold: 0.01}', ['x'], { response: { cost: 0.002 } }),
  one('cost, over', '{type: cost, threshold: 0.001}', ['x'], { response: { cost: 0.002 } }),
  one('finish-reason', '{type: finish-reason, value: stop}', ['x'], { response: { finishReason: 'stop' } }),
  one('is-refusal', '{type: is-refusal}', ["I'm sorry, but I can't help with that.", 'Here is the recipe.']),
  one('not-is-refusal', '{type: not-is-refusal}', ["I'm sorry, but I can't help with that.", 'Here is the recipe.']),
  {
    name: 'weights',
    config: `prompts: ["{{q}}"]
tests:
  - vars: {q: a}
    assert:
      - {type: contains, value: x, weight: 3}
      - {type: contains, value: y}
`,
    outputs: ['x'],
  },
  {
    name: 'weights and a threshold of the test',
    config: `prompts: ["{{q}}"]
tests:
  - vars: {q: a}
    threshold: 0.7
    assert:
      - {type: contains, value: x, weight: 3}
      - {type: contains, value: y}
  - vars: {q: b}
    threshold: 0.8
    assert:
      - {type: contains, value: x, weight: 3}
      - {type: contains, value: y}
`,
    outputs: ['x', 'x'],
  },
  {
    name: 'a weight of 0 decides nothing',
    config: `prompts: ["{{q}}"]
tests:
  - vars: {q: a}
    assert:
      - {type: contains, value: x}
      - {type: contains, value: y, weight: 0}
`,
    outputs: ['x'],
  },
  {
    name: 'assert-set with a threshold',
    config: `prompts: ["{{q}}"]
tests:
  - vars: {q: a}
    assert:
      - type: assert-set
        threshold: 0.5
        assert:
          - {type: contains, value: x}
          - {type: contains, value: y}
      - {type: contains, value: z}
`,
    outputs: ['x z'],
  },
  {
    name: 'assert-set without a threshold',
    config: `prompts: ["{{q}}"]
tests:
  - vars: {q: a}
    assert:
      - type: assert-set
        weight: 2
        assert:
          - {type: contains, value: x}
          - {type: contains, value: y}
      - {type: contains, value: z}
`,
    outputs: ['x z'],
  },
  {
    name: 'defaultTest: variables, assertions and a threshold',
    config: `prompts: ["{{greeting}} {{q}}"]
defaultTest:
  vars: {greeting: Hi}
  threshold: 0.5
  assert:
    - {type: icontains, value: "{{greeting}}"}
tests:
  - vars: {q: a}
    assert: [{type: contains, value: z}]
  - vars: {q: b, greeting: Hey}
  - vars: {q: c}
    options: {disableDefaultAsserts: true}
    assert: [{type: contains, value: z}]
`,
    outputs: ['hi', 'hi', 'z'],
  },
  {
    name: 'lists of variables are combined',
    config: `prompts: ["{{a}} {{b}}"]
tests:
  - vars: {a: [x, y], b: ['1', '2'], c: [1, 2]}
    assert: [{type: contains, value: "{{a}}"}]
`,
    outputs: ['x', 'x', 'x', 'x'],
  },
  {
    name: 'scenarios',
    config: `prompts: ["{{a}} {{b}}"]
scenarios:
  - config:
      - vars: {a: x}
      - vars: {a: y}
    tests:
      - vars: {b: 1}
        assert: [{type: contains, value: "{{a}}"}]
`,
    outputs: ['x', 'x'],
  },
  {
    name: 'assertion templates',
    config: `prompts: ["{{q}}"]
assertionTemplates:
  polite: {type: icontains, value: please}
tests:
  - vars: {q: a}
    assert: [{$ref: "#/assertionTemplates/polite"}]
`,
    outputs: ['Please wait'],
  },
];
