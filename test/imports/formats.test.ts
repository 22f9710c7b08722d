import { describe, expect, it } from 'vitest';
import { rowSchema } from '../../src/domain/dataset.ts';
import { promptContentSchema } from '../../src/domain/prompt.ts';
import { suiteSchema } from '../../src/domain/suite.ts';
import { imported } from './testing.ts';

const lines = (...records: readonly unknown[]) => records.map((record) => JSON.stringify(record)).join('\n');
const rowsOf = (format: string, text: string, map: Readonly<Record<string, readonly string[]>> = {}) => {
  const made = imported(format, { 'rows.jsonl': text }, { map });
  const rows = made.datasets[0]?.rows ?? [];
  for (const row of rows) expect(rowSchema.safeParse(row).success).toBe(true);
  return { rows, notMapped: made.notMapped };
};

describe('dataset exports', () => {
  it('Langfuse items', () => {
    const { rows, notMapped } = rowsOf(
      'langfuse',
      JSON.stringify({
        data: [
          {
            id: 'i1',
            datasetName: 'support',
            input: { q: 'a' },
            expectedOutput: { answer: 'A' },
            metadata: { tier: 'gold' },
            status: 'ACTIVE',
            sourceTraceId: 't1',
            createdAt: '2026-01-01',
          },
          { id: 'i2', input: 'b', expectedOutput: 'B', status: 'ARCHIVED' },
          { id: 'i3', input: 'c', surprise: 1 },
        ],
        meta: { page: 1 },
      }),
    );
    expect(rows).toEqual([
      { id: 'i1', input: { q: 'a' }, expected: 'A', metadata: { tier: 'gold', sourceTraceId: 't1' } },
      { id: 'i2', input: 'b', expected: 'B', excluded: 'archived in Langfuse' },
      { id: 'i3', input: 'c' },
    ]);
    expect(notMapped).toMatchObject([{ at: 'rows.jsonl data[2]', what: 'field "surprise"' }]);
  });

  it('LangSmith examples, with their splits', () => {
    const { rows, notMapped } = rowsOf(
      'langsmith',
      lines(
        {
          id: 'e1',
          inputs: { question: 'a' },
          outputs: { answer: 'A' },
          metadata: { dataset_split: ['train'] },
          created_at: '',
        },
        { id: 'e2', inputs: { question: 'b' }, outputs: { answer: 'B', source: 'x' }, split: 'test' },
        { id: 'e3', inputs: { question: 'c' }, outputs: null, split: 'base' },
      ),
    );
    expect(rows.map(({ expected, split }) => [expected, split])).toEqual([
      ['A', 'train'],
      [{ answer: 'B', source: 'x' }, 'test'],
      [undefined, undefined],
    ]);
    expect(notMapped).toMatchObject([{ at: 'rows.jsonl:3', what: 'split "base"' }]);
  });

  it('Braintrust, Phoenix and MLflow records', () => {
    expect(
      rowsOf(
        'braintrust',
        lines({ id: 'b', input: 'a', expected: 'A', tags: ['x'], metadata: { k: 1 }, _xact_id: '1' }),
      ).rows,
    ).toEqual([{ id: 'b', input: 'a', expected: 'A', metadata: { k: 1, tags: ['x'] } }]);
    expect(
      rowsOf(
        'phoenix',
        JSON.stringify({
          data: { x: 1 },
          examples: [{ id: 'p', input: { q: 'a' }, output: { a: 'A' }, metadata: { split: 'dev' } }],
        }),
      ).rows,
    ).toEqual([{ id: 'p', input: { q: 'a' }, expected: 'A', metadata: { split: 'dev' }, split: 'validation' }]);
    expect(
      rowsOf(
        'mlflow',
        lines(
          {
            inputs: { q: 'a' },
            expectations: { expected_response: 'A', guidelines: ['short'] },
            tags: { tier: 'gold' },
          },
          { inputs: { q: 'b' }, outputs: 'B' },
        ),
      ).rows,
    ).toEqual([
      { input: { q: 'a' }, expected: 'A', metadata: { tier: 'gold', expectations: { guidelines: ['short'] } } },
      { input: { q: 'b' }, expected: 'B' },
    ]);
  });

  it('answers of an API and cells of a spreadsheet are opened as far as they are wrapped', () => {
    const examples = [{ id: 'p', input: { q: 'a' }, output: { a: 'A' }, metadata: { tier: 'gold' } }];
    expect(rowsOf('phoenix', JSON.stringify({ data: { dataset_id: 'd', version_id: 'v', examples } })).rows).toEqual([
      { id: 'p', input: { q: 'a' }, expected: 'A', metadata: { tier: 'gold' } },
    ]);
    const cells = imported('langfuse', {
      'items.csv': 'id,input,expectedOutput,metadata\ni1,"{""q"":""a""}",A,"{""tier"":""gold""}"\n',
    });
    expect(cells.datasets[0]?.rows).toEqual([
      { id: 'i1', input: { q: 'a' }, expected: 'A', metadata: { tier: 'gold' } },
    ]);
    expect(() => imported('phoenix', { 'rows.csv': 'example_id,input_q,output_a\ne1,a,A\n' })).toThrow(
      /has no input.*there are example_id, input_q, output_a.*--map input=/,
    );
  });

  it('a record that is none is named by its line', () => {
    expect(() => rowsOf('langfuse', '{"id":"a","input":"x"}\nnot json\n')).toThrow(/rows\.jsonl:2/);
    expect(() => rowsOf('langfuse', lines({ id: 'a' }))).toThrow(/no input/);
  });
});

describe('JSON lines and CSV with a mapping', () => {
  it('takes fields by path, several into one input, the rest into metadata', () => {
    const { rows } = rowsOf('jsonl', lines({ n: 7, q: { text: 'a' }, topic: 't', gold: 'A', tier: 'x' }), {
      id: ['n'],
      input: ['q.text', 'topic'],
      expected: ['gold'],
    });
    expect(rows).toEqual([{ id: '7', input: { text: 'a', topic: 't' }, expected: 'A', metadata: { tier: 'x' } }]);
  });

  it('reads CSV, quotes and all', () => {
    const made = imported(
      'csv',
      { 'rows.csv': 'question,answer,tier\n"a, b",A,gold\n' },
      { map: { input: ['question'], expected: ['answer'], cohort: ['tier'] } },
    );
    expect(made.datasets[0]?.rows).toEqual([{ input: 'a, b', expected: 'A', cohort: 'gold' }]);
  });

  it('names a field that is not there', () => {
    expect(() => rowsOf('jsonl', lines({ a: 1 }), { input: ['question'] })).toThrow(/has no "question".*there are a/);
    expect(() => rowsOf('jsonl', lines({ a: 1 }), { inptu: ['a'] })).toThrow(/"inptu" is no field of a row/);
  });
});

describe('OpenAI evals', () => {
  it('open source: the messages that all rows share are the prompt', () => {
    const system = { role: 'system', content: 'Answer in one word.' };
    const made = imported('openai-evals', {
      'samples.jsonl': lines(
        { input: [system, { role: 'user', content: 'a?' }], ideal: 'A' },
        { input: [system, { role: 'user', content: 'b?' }], ideal: ['B', 'b'] },
      ),
    });
    expect(made.prompts[0]?.prompt).toEqual({ messages: [system, { role: 'user', content: '{{input}}' }] });
    expect(made.datasets[0]?.rows).toEqual([
      { input: 'a?', expected: 'A' },
      { input: 'b?', expected: ['B', 'b'] },
    ]);
    expect(made.notMapped).toMatchObject([{ what: 'several ideal answers' }]);
  });

  it('hosted: criteria become evaluators, and their reference the expected answer', () => {
    const criteria = [
      {
        type: 'string_check',
        name: 'Label match',
        input: '{{sample.output_text}}',
        operation: 'eq',
        reference: '{{ item.label }}',
      },
      {
        type: 'string_check',
        name: 'No apology',
        input: '{{sample.output_text}}',
        operation: 'ne',
        reference: 'Sorry.',
      },
      {
        type: 'text_similarity',
        name: 'Near',
        input: '{{sample.output_text}}',
        reference: '{{item.label}}',
        evaluation_metric: 'fuzzy_match',
        pass_threshold: 0.8,
      },
      {
        type: 'text_similarity',
        name: 'Meteor',
        input: '{{sample.output_text}}',
        reference: '{{item.label}}',
        evaluation_metric: 'meteor',
      },
      { type: 'score_model', name: 'Judge', input: [], model: 'o9' },
      { type: 'python', name: 'Code', source: 'x' },
    ];
    const made = imported('openai-evals', {
      'eval.json': JSON.stringify({ name: 'e', data_source_config: {}, testing_criteria: criteria }),
      'rows.jsonl': lines(
        { item: { ticket: 'a', label: 'A' } },
        { item: { ticket: 'b', label: 'B' }, sample: { output_text: 'x' } },
      ),
    });
    expect(made.datasets[0]?.rows).toEqual([
      { input: { ticket: 'a' }, expected: 'A' },
      { input: { ticket: 'b' }, expected: 'B' },
    ]);
    expect(made.suites[0]?.suite.evaluators).toEqual([
      { id: 'Label-match', type: 'exact-match', options: { trim: false } },
      { id: 'No-apology', type: 'regex', options: { pattern: '\\ASorry\\.\\z' }, negate: true },
      { id: 'Near', type: 'levenshtein', threshold: 0.8 },
    ]);
    expect(suiteSchema.safeParse(made.suites[0]?.suite).success).toBe(true);
    expect(made.notMapped.map(({ what }) => what)).toEqual([
      'text_similarity "Meteor"',
      'score_model "Judge"',
      'python "Code"',
      'field "sample"',
    ]);
  });
});

describe('DSPy', () => {
  it('examples, inputs by mapping as with_inputs() has them', () => {
    const { rows } = rowsOf('dspy', lines({ question: 'a', answer: 'A', topic: 't' }), {
      input: ['question'],
      expected: ['answer'],
    });
    expect(rows).toEqual([{ input: { question: 'a' }, expected: 'A', metadata: { topic: 't' } }]);
    expect(() => rowsOf('dspy', lines({ question: 'a' }, { question: 'b' }))).toThrow(/--map input=question/);
  });

  it('the state of a program: one prompt per predictor, demonstrations as messages', () => {
    const state = {
      'generate.predict': {
        traces: [],
        train: [],
        demos: [{ augmented: true, question: '1+1', reasoning: 'add', answer: '2' }, { answer: 'lost' }],
        signature: {
          instructions: 'Answer the question.',
          fields: [
            { prefix: 'Question:', description: 'the question' },
            { prefix: 'Reasoning:', description: ['$', '{reasoning}'].join('') },
            { prefix: 'Answer:', description: ['$', '{answer}'].join('') },
          ],
        },
        lm: null,
      },
      metadata: { dependency_versions: { dspy: '3.0' } },
    };
    const made = imported('dspy', { 'program.json': JSON.stringify(state) }, { map: { input: ['question'] } });
    expect(made.prompts).toHaveLength(1);
    const [prompt] = made.prompts;
    expect(promptContentSchema.safeParse(prompt?.prompt).success).toBe(true);
    expect(prompt?.prompt).toMatchObject({
      messages: [
        { role: 'system', content: expect.stringContaining('Answer the question.') },
        { role: 'user', content: 'Question: 1+1' },
        { role: 'assistant', content: 'Reasoning: add\nAnswer: 2' },
        { role: 'user', content: 'Question: {{question}}' },
      ],
    });
    expect(made.notMapped).toMatchObject([{ at: expect.stringContaining('demos[1]') }]);
  });

  it('fields are called what their descriptions say, whatever their prefixes; a chain of thought adds no input', () => {
    const named = (name: string, prefix: string) => ({ prefix, description: `\${${name}}` });
    const fields = [
      named('question', 'Question:'),
      named('reasoning', "Reasoning: Let's think step by step in order to"),
      named('answer', 'Answer:'),
    ];
    const demos = [{ question: '1+1', reasoning: 'add', answer: '2' }];
    const state = { predict: { demos, signature: { instructions: 'Answer.', fields } } };
    const made = imported('dspy', { 'program.json': JSON.stringify(state) });
    expect(made.prompts[0]?.prompt).toMatchObject({
      messages: [
        {},
        { content: 'Question: 1+1' },
        { content: "Reasoning: Let's think step by step in order to add\nAnswer: 2" },
        { content: 'Question: {{question}}' },
      ],
    });
    expect(made.notMapped).toMatchObject([{ why: expect.stringContaining('taken: question;') }]);
  });
});

it('Bedrock: a prompt, a dataset and a rubric per line', () => {
  const made = imported('bedrock', {
    'jobs.jsonl': lines({
      version: 'bedrock-2026-05-14',
      templateId: 'triage 1',
      promptTemplate: 'Sort {{ticket}} for {{team}}',
      steeringCriteria: ['CONCISE'],
      evaluationMetricLambdaArn: 'arn:x',
      evaluationSamples: [{ inputVariables: [{ ticket: 'a' }, { team: 'b' }], referenceResponse: 'A' }],
    }),
  });
  expect(made.prompts).toEqual([
    { name: 'triage-1', prompt: { messages: [{ role: 'user', content: 'Sort {{ticket}} for {{team}}' }] } },
  ]);
  expect(made.datasets).toEqual([{ name: 'triage-1', rows: [{ input: { ticket: 'a', team: 'b' }, expected: 'A' }] }]);
  expect(made.suites[0]?.suite.evaluators[0]).toMatchObject({ type: 'rubric' });
  expect(made.notMapped).toMatchObject([{ what: 'evaluationMetricLambdaArn' }]);
});
