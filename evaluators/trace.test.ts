import { describe, expect, it } from 'vitest';
import type { Json } from '../src/domain/json.ts';
import { FINISH_REASONS, type FinishReason } from '../src/domain/model.ts';
import type { StepTrace } from '../src/domain/rollout.ts';
import { score } from './common/testing.ts';
import { finishReason } from './finish-reason.ts';
import { stepCount } from './step-count.ts';
import { toolCalls } from './tool-calls.ts';

const stepOf = (component: string): StepTrace => ({
  component,
  messages: [],
  output: '',
  toolCalls: [],
  finish: 'stop',
  callId: component,
  usage: { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 },
  cost: null,
  latencyMs: 1,
});
const call = (name: string, given: Json = {}) => ({ name, arguments: JSON.stringify(given) });

describe('finish-reason', () => {
  it.each<[FinishReason | null, object, number | null]>([
    ['stop', {}, 1],
    ['length', {}, 0],
    ['tool-calls', {}, 0],
    ['tool-calls', { accept: ['stop', 'tool-calls'] }, 1],
    ['stop', { accept: ['tool-calls'] }, 0],
    [null, {}, null],
  ])('%s with %j: %j', (finish, options, value) => {
    expect(score(finishReason, '', options, undefined, { finish }).value).toBe(value);
  });

  it('says what each end means', () => {
    for (const finish of FINISH_REASONS) {
      const accept = [finish === 'stop' ? 'length' : 'stop'];
      const graded = score(finishReason, '', { accept }, undefined, { finish });
      expect(graded).toMatchObject({ value: 0, category: `finish:${finish}` });
      expect(graded.feedback).toMatch(/^expected the answer to end with "\w+", it ended with ".+": .+/);
    }
  });
});

describe('step-count', () => {
  const steps = (count: number) => ({ trace: Array.from({ length: count }, (_, at) => stepOf(`step${at}`)) });

  it.each<[number, object, number | null, string | null]>([
    [2, { max: 2 }, 1, null],
    [3, { max: 2 }, 2 / 3, 'too-many-steps'],
    [1, { min: 2 }, 0.5, 'too-few-steps'],
    [1, { max: 0 }, 0, 'too-many-steps'],
    [0, { max: 2 }, null, null],
  ])('%d model calls with %j: %d', (count, options, value, category) => {
    expect(score(stepCount, '', options, undefined, steps(count))).toMatchObject({ value, category });
  });

  it('counts tool calls', () => {
    const sample = { ...steps(1), toolCalls: [call('search'), call('search'), call('fetch')] };
    const options = { of: 'tool-calls', max: 2 };
    expect(score(stepCount, '', options, undefined, sample)).toMatchObject({
      value: 2 / 3,
      category: 'too-many-calls',
      feedback: 'expected at most 2 tool calls, got 3 (1 too many): "search", "search", "fetch"',
    });
    expect(score(stepCount, '', { of: 'tool-calls', min: 1 }, undefined, steps(1)).feedback).toContain('called none');
    expect(stepCount.needsFor(options)).toEqual(['trace', 'toolCalls']);
    expect(stepCount.needsFor({ max: 1 })).toEqual(['trace']);
  });

  it('refuses limits that make no sense', () => {
    expect(() => stepCount.prepare({})).toThrow(/or both/);
    expect(() => stepCount.prepare({ min: 3, max: 2 })).toThrow(/larger/);
  });
});

describe('tool-calls', () => {
  const search = call('search', { q: 'refund', limit: 5 });
  const fetch = call('fetch', { id: 7 });
  const made = (...calls: { name: string; arguments: string }[]) => ({ toolCalls: calls });

  it.each<[string, Json | undefined, object, ReturnType<typeof made>, number | null]>([
    ['names', ['search', 'fetch'], {}, made(fetch, search), 1],
    ['one missing', ['search', 'fetch'], {}, made(search), 2 / 3],
    ['one too much', ['search'], {}, made(search, fetch), 2 / 3],
    ['one too much that is allowed', ['search'], { allowExtra: true }, made(search, fetch), 1],
    ['called twice, expected once', ['search'], {}, made(search, search), 2 / 3],
    ['none expected, none made', [], {}, made(), 1],
    ['none expected, one made', [], {}, made(search), 0],
    ['none expected, all allowed', [], { allowExtra: true }, made(search), null],
    ['none made', ['search'], {}, made(), 0],
    ['some arguments', [{ name: 'search', arguments: { q: 'refund' } }], {}, made(search), 1],
    ['not just those', [{ name: 'search', arguments: { q: 'refund' } }], { arguments: 'exact' }, made(search), 0],
    ['other arguments', [{ name: 'search', arguments: { q: 'x' } }], {}, made(search), 0],
    ['arguments ignored', [{ name: 'search', arguments: { q: 'x' } }], { arguments: 'ignore' }, made(search), 1],
    [
      'the order of keys',
      [{ name: 'search', arguments: { limit: 5, q: 'refund' } }],
      { arguments: 'exact' },
      made(search),
      1,
    ],
    ['arguments as JSON text', [{ name: 'fetch', arguments: '{"id":7}' }], {}, made(fetch), 1],
    ['nested arguments', [{ name: 'f', arguments: { a: { b: 1 } } }], {}, made(call('f', { a: { b: 1, c: 2 } })), 1],
    ['a list that is longer', [{ name: 'f', arguments: { a: [1] } }], {}, made(call('f', { a: [1, 2] })), 0],
    ['arguments that are no JSON', [{ name: 'f', arguments: {} }], {}, made({ name: 'f', arguments: '{"a":' }), 0],
    ['no arguments at all', [{ name: 'f', arguments: {} }], {}, made({ name: 'f', arguments: '' }), 1],
    ['the same order', ['search', 'fetch'], { order: 'same' }, made(search, fetch), 1],
    ['another order', ['search', 'fetch'], { order: 'same' }, made(fetch, search), 1 / 2],
    ['an expected text', 'search', {}, made(search), 1],
    ['an expected text with JSON', '["search", {"name": "fetch"}]', {}, made(fetch, search), 1],
    ['an expected answer that is no list of calls', [3], {}, made(search), null],
    [
      'calls of the options',
      undefined,
      { calls: ['search', { name: 'fetch', arguments: { id: 7 } }] },
      made(search, fetch),
      1,
    ],
    ['nothing to compare with', undefined, {}, made(search), null],
    ['unicode', ['найти'], {}, made(call('найти')), 1],
  ])('%s', (_case, expected, options, sample, value) => {
    const graded = score(toolCalls, '', options, expected, sample).value;
    if (value === null) expect(graded).toBeNull();
    else expect(graded).toBeCloseTo(value, 10);
  });

  it('pairs calls so that as many as possible are right', () => {
    // The first expected call matches both, the second only the first one made.
    const expected = ['search', { name: 'search', arguments: { q: 'refund' } }];
    expect(score(toolCalls, '', {}, expected, made(search, call('search', { q: 'tax' }))).value).toBe(1);
  });

  it('tells wrong arguments, missing, extra and misplaced calls', () => {
    const told = (expected: Json, calls: ReturnType<typeof made>, options = {}) => {
      const { category, feedback } = score(toolCalls, '', options, expected, calls);
      return [category, ...feedback.split('\n').slice(1)];
    };
    expect(told([{ name: 'fetch', arguments: { id: 8 } }], made(fetch))).toEqual([
      'wrong-arguments:fetch',
      '- expected fetch({"id":8}), got fetch({"id":7})',
    ]);
    expect(told(['search'], made(fetch))).toEqual([
      'missing-call:search',
      '- search(…) was not called',
      '- fetch({"id":7}) was called and is not expected',
    ]);
    expect(told(['search', 'fetch'], made(fetch, search), { order: 'same' })).toEqual([
      'wrong-order:search',
      '- search(…) was called, but not in its place',
    ]);
    expect(told([{ name: 'f', arguments: {} }], made({ name: 'f', arguments: '{' }))).toEqual([
      'wrong-arguments:f',
      '- expected f({}), got f(not JSON: "{")',
    ]);
  });

  it('takes any number of calls', () => {
    const many = Array.from({ length: 20_000 }, (_, id) => call('fetch', { id }));
    expect(score(toolCalls, '', {}, ['fetch'], made(...many)).value).toBeLessThan(0.001);
    expect(score(toolCalls, '', { order: 'same' }, ['fetch'], made(...many)).value).toBeLessThan(0.001);
    const deep = { name: 'f', arguments: `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}` };
    expect(score(toolCalls, '', {}, [{ name: 'f', arguments: { a: 1 } }], made(deep)).value).toBe(0);
  });
});
