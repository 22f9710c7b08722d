import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParetuneError } from '../../domain/errors.ts';
import { type ReadRow, type RowFormat, readRows } from './read-rows.ts';

async function* pieces(...parts: (string | Uint8Array)[]) {
  yield* parts;
}

async function read(format: RowFormat, ...parts: (string | Uint8Array)[]): Promise<ReadRow['row'][]> {
  const rows = [];
  for await (const { row } of readRows(format, pieces(...parts))) rows.push(row);
  return rows;
}

/** The problems of a body that must be refused, and the rows that came before the first. */
async function refusal(format: RowFormat, body: AsyncIterable<string | Uint8Array>, maxRowBytes = 1024 * 1024) {
  const rows = [];
  try {
    for await (const { row } of readRows(format, body, { maxRowBytes })) rows.push(row.id);
  } catch (error) {
    if (!(error instanceof ParetuneError)) throw error;
    expect(error.code).toBe('invalid_request');
    return { errors: error.errors, rows };
  }
  throw new Error('the body was accepted');
}

const paths = (result: { errors: readonly { path: string }[] }) => result.errors.map((error) => error.path);

describe('JSONL', () => {
  it('reads one row per line, with BOM, CRLF, blank lines and no final line break', async () => {
    expect(await read('jsonl', '\uFEFF{"input":"a"}\r\n\r\n{"id":"x","input":{"q":"b"},"expected":1}')).toEqual([
      { id: 'row-1', input: 'a' },
      { id: 'x', input: { q: 'b' }, expected: 1 },
    ]);
  });

  it('names every broken line and keeps reading', async () => {
    const body = ['{"input":"a"}', '{"input":', '{"input":"b","lable":"x"}', '{"expected":"y"}', '[1]', '{"input":5}'];
    const result = await refusal('jsonl', pieces(body.join('\n')));
    expect(result.errors).toEqual([
      { path: 'line 2', message: expect.stringContaining('ends too early') },
      { path: 'line 3', message: expect.stringContaining('unknown field "lable"') },
      { path: 'line 4', message: expect.stringContaining('input is missing') },
      { path: 'line 5', message: expect.stringContaining('must be an object') },
      { path: 'line 6', message: expect.stringContaining('input must be a text or an object') },
    ]);
    expect(result.rows).toEqual(['row-1']);
  });

  it('names both lines of a duplicate id, also one that a default id runs into', async () => {
    const body = '{"id":"a","input":"1"}\n\n{"id":"a","input":"2"}\n{"id":"row-4","input":"3"}\n{"input":"4"}';
    const result = await refusal('jsonl', pieces(body));
    expect(result.errors).toEqual([
      { path: 'line 3', message: 'the id "a" is already used in line 1; ids must differ' },
      { path: 'line 5', message: 'the id "row-4" is already used in line 4; ids must differ' },
    ]);
  });

  it('stops after 20 problems', async () => {
    let sent = 0;
    async function* endless() {
      for (;;) {
        sent += 1;
        yield 'broken\n';
      }
    }
    expect(paths(await refusal('jsonl', endless()))).toHaveLength(20);
    expect(sent).toBeLessThan(30);
  });

  it('skips an oversize line without keeping it, and goes on behind it', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'a');
    const before = process.memoryUsage().rss;
    async function* body() {
      yield '{"input":"';
      for (let i = 0; i < 300; i++) yield piece;
      yield '"}\n{"input":\n';
    }
    const result = await refusal('jsonl', body());
    expect(paths(result)).toEqual(['line 1', 'line 2']);
    expect(result.errors[0]?.message).toContain('larger than 1048576 bytes');
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
  });

  it('refuses bytes that are not UTF-8', async () => {
    const result = await refusal('jsonl', pieces('{"input":"ok"}\n{"input":"', Uint8Array.of(0xe9), '"}\n'));
    expect(result.errors).toEqual([{ path: 'line 2', message: expect.stringContaining('UTF-8') }]);
  });

  it('never repeats the text of a row in an error', async () => {
    const result = await refusal('jsonl', pieces('{"input":"secret" oops}\n{secret}\nsecret\n{"input":"secret'));
    expect(JSON.stringify(result.errors)).not.toContain('secret');
  });

  it('refuses nesting that would overflow the stack', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const result = await refusal('jsonl', pieces(`{"input":"a","expected":${deep}}`));
    expect(result.errors[0]?.message).toContain('nested deeper');
  });

  it('refuses an empty body', async () => {
    expect(paths(await refusal('jsonl', pieces('\n\n')))).toEqual(['rows']);
  });
});

describe('CSV', () => {
  it('builds rows from known columns, input fields and metadata fields', async () => {
    const body =
      '\uFEFFid,input.subject,input.body,expected,metadata.tier,split,cohort,excluded,source\r\n' +
      't1,Hello,"a ""quoted"", \r\nbody",billing,gold,train,vip,,mail\r\n' +
      't2,Hi,,,,,,bad label,\r\n';
    expect(await read('csv', body)).toEqual([
      {
        id: 't1',
        input: { subject: 'Hello', body: 'a "quoted", \r\nbody' },
        expected: 'billing',
        split: 'train',
        cohort: 'vip',
        excluded: false,
        metadata: { tier: 'gold', source: 'mail' },
      },
      { id: 't2', input: { subject: 'Hi', body: '' }, excluded: 'bad label' },
    ]);
  });

  it('makes unknown columns the input when no column is one, and metadata when one is', async () => {
    expect(await read('csv', 'subject,body,expected\na,b,c\n')).toEqual([
      { id: 'row-1', input: { subject: 'a', body: 'b' }, expected: 'c' },
    ]);
    expect(await read('csv', 'input,tier\na,gold\n')).toEqual([
      { id: 'row-1', input: 'a', metadata: { tier: 'gold' } },
    ]);
  });

  it('names the line on which a row begins, behind quoted line breaks and blank lines', async () => {
    const body = 'input,split\r\n"two\r\nlines",train\r\n\r\nb,never\r\nc\r\n';
    expect((await refusal('csv', pieces(body))).errors).toEqual([
      { path: 'line 5', message: expect.stringContaining('split must be "train"') },
      { path: 'line 6', message: 'has 1 cells, but the header has 2 columns' },
    ]);
  });

  it.each([
    ['input,input\na,b', 'line 1', 'there twice'],
    ['input,input.x\na,b', 'line 1', 'both'],
    ['expected,id\na,b', 'line 1', 'no column holds the input'],
    ['input,\na,b', 'line 1', 'has no name'],
    ['input\nfine\n"never closed\n', 'line 3', 'never closed'],
    ['input\nfine\nbr"oken\n', 'line 3', 'quotation mark stands inside'],
  ])('refuses %j', async (body, path, message) => {
    const result = await refusal('csv', pieces(body));
    expect(result.errors).toEqual([{ path, message: expect.stringContaining(message) }]);
  });

  it('refuses a cell without end before it is in memory, and bytes that are not UTF-8', async () => {
    let sent = 0;
    async function* body() {
      yield 'input\nfine\n"';
      for (; sent < 1000; sent++) yield Buffer.alloc(64 * 1024, 'a');
    }
    const result = await refusal('csv', body());
    expect(paths(result)).toEqual(['line 3']);
    expect(result.errors[0]?.message).toContain('larger than');
    expect(sent).toBeLessThan(60);
    expect(paths(await refusal('csv', pieces('input\na\n', Uint8Array.of(0x66, 0xe9, 0x0a))))).toEqual(['line 3']);
  });
});

describe('JSON', () => {
  it('reads { rows }', async () => {
    expect(await read('json', ' { "rows" : [ {"input":"a"}, {"id":"x","input":{"rows":[1,{"y":2}]}} ] } ')).toEqual([
      { id: 'row-1', input: 'a' },
      { id: 'x', input: { rows: [1, { y: 2 }] } },
    ]);
  });

  it('names rows by index', async () => {
    const result = await refusal(
      'json',
      pieces('{"rows":[{"id":"a","input":"1"},{"input":3},7,{"id":"a","input":"1"}]}'),
    );
    expect(result.errors).toEqual([
      { path: 'rows.1', message: expect.stringContaining('input must be') },
      { path: 'rows.2', message: expect.stringContaining('must be an object') },
      { path: 'rows.3', message: 'the id "a" is already used in rows.0; ids must differ' },
    ]);
  });

  it.each([
    ['[{"input":"a"}]', 'rows', 'must be a JSON object'],
    ['{"data":[]}', 'rows', 'unknown field "data"'],
    ['{"rows":{"input":"a"}}', 'rows', 'must be a list'],
    ['{"rows":[{"input":"a"}],"more":1}', 'rows', 'unknown field after'],
    ['{}', 'rows', 'is missing'],
    ['', 'rows', 'is missing'],
    ['{"rows":[]}', 'rows', 'there are no rows'],
    ['{"rows":[{"input":"a"}', 'rows.1', 'not valid JSON'],
    ['{"rows":[{"input":"a"},{"input" "b"}]}', 'rows.1', 'not valid JSON'],
    ['{"rows":[{"input":"a"}]} {}', 'rows.1', 'not valid JSON'],
  ])('refuses %j', async (body, path, message) => {
    const result = await refusal('json', pieces(body));
    expect(result.errors[0]).toEqual({ path, message: expect.stringContaining(message) });
  });

  it('refuses an oversize row before it is in memory', async () => {
    let sent = 0;
    async function* body() {
      yield '{"rows":[{"input":"fine"},{"input":"';
      for (; sent < 1000; sent++) yield Buffer.alloc(64 * 1024, 'a');
    }
    expect(paths(await refusal('json', body()))).toEqual(['rows.1']);
    expect(sent).toBeLessThan(60);
    const small = '{"rows":[{"input":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},{"input":"b"}]}';
    expect(paths(await refusal('json', pieces(small), 30))).toEqual(['rows.0']);
  });
});

describe('all formats', () => {
  it.each(['jsonl', 'csv', 'json'] as const)('pass on the error of a %s body that breaks off', async (format) => {
    async function* body() {
      yield { jsonl: '{"input":"a"}\n', csv: 'input\na\n', json: '{"rows":[{"input":"a"}' }[format];
      throw new Error('connection reset');
    }
    await expect(async () => {
      for await (const _ of readRows(format, body()));
    }).rejects.toThrow('connection reset');
  });

  const text = fc.string({ unit: 'grapheme', maxLength: 20 });
  const row = fc.record(
    {
      input: fc.record({ question: text, note: text }),
      expected: text,
      cohort: text,
      split: fc.constantFrom('train', 'test'),
    },
    { requiredKeys: ['input'] },
  );

  it('give the same rows wherever the body is cut into pieces', async () => {
    const cell = (value: string | undefined) => `"${(value ?? '').replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.nat(7)),
        async (rows, cuts) => {
          const bodies = {
            jsonl: rows.map((one) => JSON.stringify(one)).join('\n'),
            json: JSON.stringify({ rows }),
            csv: [
              'input.question,input.note,expected,cohort,split',
              ...rows.map((one) =>
                [one.input.question, one.input.note, one.expected, one.cohort, one.split].map(cell).join(','),
              ),
            ].join('\n'),
          };
          // CSV cannot tell an empty cell from none.
          const dropEmpty = <T extends object>(value: T) =>
            Object.fromEntries(Object.entries(value).filter(([, member]) => member !== ''));
          for (const format of ['jsonl', 'json', 'csv'] as const) {
            const bytes = Buffer.from(bodies[format]);
            async function* cut() {
              for (let at = 0; at < bytes.length; ) {
                const size = 1 + (cuts.next().value ?? 0);
                yield bytes.subarray(at, at + size);
                at += size;
              }
            }
            const got = [];
            for await (const one of readRows(format, cut())) got.push(one.row);
            const want = rows.map((one, index) => ({ id: `row-${index + 1}`, ...one }));
            expect(got.map(dropEmpty)).toEqual(want.map(dropEmpty));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
