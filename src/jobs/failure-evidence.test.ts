import { describe, expect, it } from 'vitest';
import type { Row } from '../domain/dataset.ts';
import type { MeasuredRollout } from '../domain/rollout.ts';
import { type DiagnosedCandidate, FailureEvidence, lineageOf } from './failure-evidence.ts';

const row = (id: string, expected: string, more: Partial<Row> = {}): Row => ({
  id,
  input: `question ${id}`,
  expected,
  context: [],
  metadata: {},
  ...more,
});
const run = (candidateId: string, rowId: string, output: string, pass: boolean, repeat = 0): MeasuredRollout => ({
  candidateId,
  rowId,
  repeat,
  output,
  values: { right: Number(pass) },
  scores: { right: { value: Number(pass), pass, category: pass ? null : 'wrong-label' } },
});
const candidate = (id: string, parents: readonly string[] = [], reflectedOn: readonly string[] = []) => ({
  id,
  parents,
  reflectedOn,
});

/** The diagnosis of c2, by row: cause and evidence. */
function diagnosis(
  rows: readonly Row[],
  runs: readonly MeasuredRollout[],
  candidates: readonly DiagnosedCandidate[] = [candidate('c0'), candidate('c1', ['c0']), candidate('c2', ['c1'])],
  again: readonly MeasuredRollout[] = [],
) {
  const of = (id: string) => runs.filter((each) => each.candidateId === id);
  const lineage = lineageOf('c2', candidates);
  const measured = new Map(lineage.map((id) => [id, of(id)]));
  const evidence = new FailureEvidence({ rows, candidates, evaluator: 'right', lineage, measured });
  for (const { id } of candidates) evidence.see(of(id));
  const found = evidence.diagnosis(again);
  return {
    ...found,
    byRow: Object.fromEntries(found.failing.map(({ rowId, cause, why }) => [rowId, [cause, why]])),
  };
}

describe('FailureEvidence', () => {
  it('knows the nearest ancestor where the prompt was not measured, and every candidate that got a row right', () => {
    const rows = ['a', 'b', 'c', 'd', 'unknown'].map((id) => row(id, id));
    const found = diagnosis(rows, [
      run('c2', 'a', 'a', true),
      run('c1', 'a', 'x', false),
      run('c1', 'b', 'x', false),
      run('c0', 'b', 'b', true),
      run('c0', 'c', 'x', false),
      run('c2', 'd', 'x', false),
      run('c1', 'd', 'd', true),
    ]);
    expect(found).toMatchObject({ rows: 4, failures: 3 });
    expect(found.byRow).toEqual({
      b: ['prompt', 'another prompt gets it right: c0'],
      c: ['unsorted', expect.stringContaining('1 prompt measured on it, 0 reflections')],
      d: ['prompt', 'another prompt gets it right: c1'],
    });
  });

  it('names a suspected label by its row: prompts of two branches agree, and both labels are understood', () => {
    const rows = [
      row('suspect', 'billing'),
      ...Array.from({ length: 5 }, (_, i) => row(`b${i}`, 'billing')),
      ...Array.from({ length: 4 }, (_, i) => row(`s${i}`, 'sales')),
    ];
    const right = rows.slice(1).map(({ id, expected }) => run('c2', id, String(expected), true));
    const candidates = [candidate('c0'), candidate('c1', ['c0']), candidate('c2', ['c1']), candidate('c3', ['c0'])];
    const wrong = ['c0', 'c2', 'c3'].map((id) => run(id, 'suspect', 'sales', false));
    expect(diagnosis(rows, [...right, ...wrong], candidates).byRow).toEqual({
      suspect: ['label-error', expect.stringContaining('3 of 3 prompts answer "sales" and none "billing"')],
    });
    // One branch is one opinion.
    const relatives = ['c0', 'c1', 'c2'].map((id) => run(id, 'suspect', 'sales', false));
    expect(diagnosis(rows, [...right, ...relatives], candidates).byRow).toMatchObject({ suspect: ['unsorted', {}] });
  });

  it('holds runs of the A/A run against each other, whole outputs and not their beginnings', () => {
    const long = 'y'.repeat(300);
    const rows = [row('a', 'a'), row('b', 'b'), row('c', 'c')];
    const first = [run('c0', 'a', 'x', false), run('c0', 'b', `${long}1`, false), run('c0', 'c', long, false)];
    const again = [run('c0', 'a', 'a', true, 1), run('c0', 'b', `${long}2`, true, 1), run('c0', 'c', long, true, 1)];
    expect(diagnosis(rows, first, undefined, again).byRow).toMatchObject({
      a: ['ambiguous', {}],
      b: ['ambiguous', {}],
      c: ['grader-error', {}],
    });
  });

  it('counts reflections and not proposals, and finds inputs that contradict each other', () => {
    const rows = [row('a', 'a'), row('b', 'yes', { input: 'Same  text' }), row('b2', 'no', { input: 'same text' })];
    const reflected = (id: string, parent: string) => candidate(id, [parent], ['a']);
    const one = [candidate('c0'), reflected('c1', 'c0'), candidate('c2', ['c0']), reflected('c3', 'c0')];
    const runs = [run('c2', 'a', 'x', false), run('c2', 'b', 'no', false), run('c2', 'b2', 'no', true)];
    expect(diagnosis(rows, runs, one).byRow).toEqual({
      a: ['unsorted', expect.stringContaining('1 reflection made')],
      b: ['label-error', expect.stringContaining('(b2)')],
    });
    const three = [...one, reflected('c4', 'c1'), reflected('c5', 'c2')];
    expect(diagnosis(rows, runs, three).byRow['a']).toEqual([
      'missing-knowledge',
      expect.stringContaining('3 reflections'),
    ]);
  });

  it('sorts what thousands of prompts answered, in families of any depth', () => {
    const rows = [
      row('suspect', 'billing'),
      ...['billing', 'sales'].flatMap((label) => Array.from({ length: 5 }, (_, i) => row(`${label}${i}`, label))),
    ];
    const right = rows.slice(1).map(({ id, expected }) => run('c2', id, String(expected), true));
    // In one line each descends from all before it; two lines side by side are no relatives.
    const line = Array.from({ length: 5_000 }, (_, i) => candidate(`c${i}`, i === 0 ? [] : [`c${i - 1}`], ['suspect']));
    const two = line.map(({ id, reflectedOn }, i) => candidate(id, i < 2 ? [] : [`c${i - 2}`], reflectedOn));
    const wrong = line.map(({ id }) => run(id, 'suspect', 'sales', false));
    const found = (candidates: readonly DiagnosedCandidate[]) =>
      diagnosis(rows, [...right, ...wrong], candidates).byRow['suspect'];
    expect(found(line)).toEqual(['missing-knowledge', '5000 reflections were made on it, and none brought the answer']);
    expect(found(two)).toEqual(['label-error', expect.stringContaining('5000 of 5000 prompts answer "sales"')]);
    // With a family reckoned anew for each answer it takes twenty seconds.
  }, 10_000);

  it('leaves out rows without a score', () => {
    const missing: MeasuredRollout = { ...run('c2', 'a', '', false), error: { category: 'timeout' }, scores: {} };
    expect(diagnosis([row('a', 'a')], [missing])).toMatchObject({ rows: 0, failures: 0, fixable: null });
  });
});
