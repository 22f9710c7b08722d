import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type SimulatedModel, startSimulatedModel, type World } from '../fixtures/simulated-model/index.ts';
import { ApiProblem, type Calibration, type CalibrationBody } from '../src/client/index.ts';
import { labelledRowSchema } from '../src/domain/calibration.ts';
import { jobRequestSchema } from '../src/domain/job.ts';
import { DEFAULT_PROJECT } from '../src/store/schema.ts';
import { describePlaces, type OpenService, openService } from './support/places.ts';

/** Outputs that repeat the expected answer, and outputs that do not, with the labels that a person gives them. */
const labelled = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `r${index}`,
    input: `question ${index} about the delivery of parcels`,
    expected: `parcel number ${index} arrives on Monday`,
    output: index % 2 === 0 ? `parcel number ${index} arrives on Monday` : 'purple monkeys dance at night',
    label: index % 2 === 0,
  }));

const calibrationRows = (rows: readonly object[]) => rows.map((row) => labelledRowSchema.parse(row));

const PRICES = { models: [{ provider: 'openai', model: 'sim-*', input: 1, output: 1 }] };
const QUESTION = { type: 'closed-qa', options: { criterion: 'Is it right?', show: ['expected'] } };
const SAFETY_AND_TASK = { id: 'exact', type: 'exact-match' };

describePlaces('calibrating judges', (place) => {
  let open: OpenService;
  const servers: SimulatedModel[] = [];
  beforeAll(async () => {
    open = await openService(place, {
      prices: PRICES,
    });
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });
  afterAll(() => open.close());

  const judgeIn = async (world: Partial<World> = {}) => {
    const server = await startSimulatedModel({ world });
    servers.push(server);
    return {
      server,
      judge: { provider: 'openai', model: 'sim-judge-2026-01-01', baseUrl: `${server.url}/v1` } as const,
    };
  };
  const submit = (body: Partial<CalibrationBody>) =>
    open.client.calibrations.submit({ evaluator: QUESTION, dataset: { rows: labelled(60) }, ...body });
  const ended = async (id: string): Promise<Calibration> => {
    for await (const _event of open.client.calibrations.events(id)) {
      // The stream ends with the calibration.
    }
    return open.client.calibrations.get(id);
  };
  const calibrate = async (body: Partial<CalibrationBody>) => {
    const { card, error } = await ended((await submit(body)).id);
    if (!card) throw new Error(`there is no card: ${error}`);
    return card;
  };
  /** Warnings about judges that a job gets whose suite has this evaluator. */
  const warningsOf = async (evaluator: object, judge: object | undefined): Promise<string[]> => {
    const rows = labelled(30).map(({ output, label, ...row }, index) => ({
      ...row,
      split: (['train', 'validation', 'test'] as const)[index % 3],
    }));
    const request = jobRequestSchema.parse({
      prompt: { messages: [{ role: 'user', content: 'Answer: {{input}}' }] },
      dataset: { rows },
      suite: { evaluators: [SAFETY_AND_TASK, { id: 'judged', ...evaluator }] },
      models: { task: { provider: 'openai', model: 'gpt-4.1-mini' }, ...(judge && { judge }) },
      budget: { rollouts: 600 },
    });
    const { warnings } = await open.service.jobs.dryRun({ projectId: DEFAULT_PROJECT }, request);
    return warnings.flatMap(({ code }) => (code.startsWith('judge-') ? [code] : []));
  };
  const refusal = async (body: Partial<CalibrationBody>): Promise<ApiProblem> => {
    const error: unknown = await submit(body).catch((reason: unknown) => reason);
    if (error instanceof ApiProblem) return error;
    throw new Error('it was not refused');
  };

  it('gives a good judge a card without warnings, which its suites and jobs find', async () => {
    const { judge, server } = await judgeIn();
    expect(await warningsOf(QUESTION, judge)).toEqual(['judge-uncalibrated']);
    const card = await calibrate({ judge });
    expect(card).toMatchObject({
      rows: 60,
      missing: {},
      kappa: { value: 1, observed: 1, expected: 0.5 },
      weightedKappa: null,
      confusion: { bothPass: 30, bothFail: 30, onlyJudgePasses: 0, onlyHumanPasses: 0 },
      consistency: { value: 1, repeats: 3, rows: 60 },
      positionBias: null,
      judges: [{ answeredAs: ['sim-judge-2026-01-01'] }],
      spent: { calls: 180 },
      warnings: [],
    });
    expect(card.kappa?.interval?.low).toBeGreaterThan(0.8);
    const { byModel } = server.stats();
    const counted = byModel['sim-judge-2026-01-01'];
    expect(card.spent.tokens).toBe((counted?.promptTokens ?? 0) + (counted?.completionTokens ?? 0));
    expect(card.spent.usd).toBeCloseTo(card.spent.tokens / 1e6, 9);
    expect(await warningsOf(QUESTION, judge)).toEqual([]);
    expect((await open.client.judges.list()).items[0]).toEqual(card);
    expect(await open.client.judges.get(card.id)).toEqual(card);
  });

  it('knows an evaluator that is negated, whose verdicts are turned round, from the one that is not', async () => {
    const { judge } = await judgeIn();
    const rows = labelled(30).map((row) => ({ ...row, label: !row.label }));
    const negated = { ...QUESTION, negate: true };
    const card = await calibrate({ evaluator: negated, judge, repeats: 1, dataset: { rows } });
    expect(card).toMatchObject({ kappa: { value: 1 }, evaluator: { negate: true } });
    expect(await warningsOf(negated, judge)).toEqual([]);
    expect(await warningsOf(QUESTION, judge)).toEqual(['judge-uncalibrated']);
  });

  it('exposes a judge that errs in 15 % of cases: low agreement, and another answer the next time', async () => {
    const { judge } = await judgeIn({ judgeError: 0.15, seed: 5 });
    const card = await calibrate({ judge });
    const { confusion, kappa, consistency } = card;
    const wrong = confusion.onlyHumanPasses + confusion.onlyJudgePasses;
    expect(wrong).toBeGreaterThan(3);
    expect(wrong).toBeLessThan(18);
    expect(kappa?.value).toBeLessThan(0.9);
    expect(kappa?.value).toBeCloseTo(1 - wrong / 30, 1);
    expect(kappa?.interval?.low).toBeLessThan(0.6);
    // Two verdicts agree when both are right or both are wrong: 0.85² + 0.15² = 0.745.
    expect(consistency?.value).toBeGreaterThan(0.65);
    expect(consistency?.value).toBeLessThan(0.85);
    expect(card.warnings.map(({ code }) => code)).toEqual(['judge-low-agreement', 'judge-inconsistent']);
    expect(await warningsOf(QUESTION, judge)).toEqual(['judge-low-agreement', 'judge-inconsistent']);
  });

  it('exposes a judge of pairs that prefers whatever stands first', async () => {
    const rows = labelled(40).map((row, index) => ({
      ...row,
      output: index % 2 === 0 ? 'question about the delivery of parcels: tomorrow' : 'no idea',
      expected: index % 2 === 0 ? 'no idea' : 'question about the delivery of parcels: tomorrow',
      label: index % 2 === 0 ? ('win' as const) : ('loss' as const),
    }));
    const evaluator = { type: 'pairwise' };
    const fair = await judgeIn();
    const good = await calibrate({ evaluator, judge: fair.judge, dataset: { rows } });
    expect(good).toMatchObject({ positionBias: { rows: 40, flipped: 0 }, kappa: { value: 1 } });
    expect(await warningsOf(evaluator, fair.judge)).toEqual([]);

    const biased = await judgeIn({ judgePositionBias: 0.6, seed: 2 });
    const card = await calibrate({ evaluator, judge: biased.judge, dataset: { rows } });
    expect(card.positionBias?.flipped).toBeGreaterThan(12);
    expect(card.positionBias?.first).toBe(card.positionBias?.flipped);
    expect(card.positionBias?.second).toBe(0);
    expect(await warningsOf(evaluator, biased.judge)).toContain('judge-position-bias');
  });

  it('weighs near misses of graded labels, and counts what got no verdict', async () => {
    const { judge, server } = await judgeIn();
    const rows = labelled(40).map((row, index) => ({ ...row, label: [1, 0, 0.75, 0.25][index % 4] ?? 0 }));
    const evaluator = {
      type: 'rubric',
      options: { criteria: 'Give a whole number: is it right?', show: ['expected' as const] },
    };
    const card = await calibrate({ evaluator, judge, dataset: { rows } });
    expect(card.weightedKappa?.value).toBeGreaterThan(0.7);
    expect(card.weightedKappa?.value).toBeLessThan(1);
    server.setFaults({ prose: 1 });
    const broken = await calibrate({ evaluator, judge: { ...judge, temperature: 0.5 }, dataset: { rows }, repeats: 1 });
    expect(broken).toMatchObject({ kappa: null, consistency: null, missing: { 'evaluator-error:parse-error': 40 } });
    expect(await warningsOf(evaluator, { ...judge, temperature: 0.5 })).toEqual(['judge-low-agreement', 'judge-fails']);
  });

  it('is about one judge: another one, or another threshold, has no card; the suite shows it', async () => {
    const { judge } = await judgeIn();
    const suite = (threshold: number, model: string) => ({
      evaluators: [{ id: 'right', ...QUESTION, threshold, judge: { ...judge, model } }],
    });
    const card = await calibrate({ evaluator: { ...QUESTION, threshold: 1 }, judge, repeats: 1 });
    const first = await open.client.suites.createVersion('judged', suite(1, judge.model));
    const second = await open.client.suites.createVersion('judged', suite(1, 'sim-judge-2026-02-02'));
    const third = await open.client.suites.createVersion('judged', suite(0.5, judge.model));
    expect(new Set([first, second, third].map(({ sha256 }) => sha256)).size).toBe(3);
    const standing = async (version: number) =>
      (await fetch(`${open.client.url}/v1/suites/judged/versions/${version}/judges`)).json();
    expect(await standing(1)).toMatchObject({ items: [{ evaluator: 'right', card: { id: card.id }, warnings: [] }] });
    for (const version of [2, 3])
      expect(await standing(version)).toMatchObject({
        items: [{ card: null, warnings: [{ code: 'judge-uncalibrated' }] }],
      });
  });

  it('goes on after the time was over, without paying twice, and asks afresh once there is a card', async () => {
    const slow = await startSimulatedModel({ latencyMs: 100, port: 0 });
    servers.push(slow);
    const judge = { provider: 'openai', model: 'sim-judge-2026-01-01', baseUrl: `${slow.url}/v1` } as const;
    const body = { judge, repeats: 2, concurrency: 2 };
    const { id, status, continues } = await submit({ ...body, budget: { seconds: 3 } });
    expect({ status, continues }).toEqual({ status: 'queued', continues: null });
    const short = await ended(id);
    expect(short).toMatchObject({
      status: 'failed',
      stopReason: 'budget',
      card: null,
      error: expect.stringMatching(/budget\.seconds: the time is over, \d+ of 120 verdicts were given/),
    });
    const before = slow.stats().answered;
    expect(before).toBeGreaterThan(2);
    expect(before).toBeLessThan(120);

    const next = await submit({ ...body, concurrency: 8 });
    expect(next.continues).toBe(id);
    const { card, spent } = await ended(next.id);
    expect(card).toMatchObject({ id: next.id, spent: { calls: 120 }, missing: {} });
    // What was in flight when the time ended is asked once more.
    expect(slow.stats().answered - before).toBeLessThanOrEqual(120 - before + 4);
    expect(spent.saved.calls).toBeGreaterThanOrEqual(before - 4);
    expect(spent.saved.calls).toBeLessThanOrEqual(before);

    const third = await submit({ ...body, concurrency: 8 });
    expect(third.continues).toBeNull();
    expect((await ended(third.id)).spent.saved.calls).toBe(0);
    expect(slow.stats().answered).toBeGreaterThanOrEqual(240);
    const listed = await open.client.calibrations.list({ limit: 3 });
    expect(listed.items.map((each) => [each.id, each.status])).toEqual([
      [third.id, 'succeeded'],
      [next.id, 'succeeded'],
      [id, 'failed'],
    ]);
  });

  it('is taken up by the next worker when one goes away, which pays for no verdict twice', async () => {
    const slow = await startSimulatedModel({ latencyMs: 30, port: 0 });
    servers.push(slow);
    const judge = { provider: 'openai', model: 'sim-judge', baseUrl: `${slow.url}/v1` } as const;
    const { id } = await submit({ judge, repeats: 1, concurrency: 2 });
    for await (const { type } of open.client.calibrations.events(id)) if (type === 'progress') break;
    await open.close();
    expect(slow.stats().answered).toBeLessThan(60);
    open = await openService(place, { prices: PRICES });
    expect(await ended(id)).toMatchObject({
      status: 'succeeded',
      card: { rows: 60, missing: {}, spent: { calls: 60 } },
    });
    const repeated = [...slow.stats().byCall.values()].reduce((sum, times) => sum + times - 1, 0);
    expect(repeated).toBeLessThanOrEqual(2);
  });

  it('can be cancelled, and has no card then', async () => {
    const slow = await startSimulatedModel({ latencyMs: 50, port: 0 });
    servers.push(slow);
    const judge = { provider: 'openai', model: 'sim-judge', baseUrl: `${slow.url}/v1` } as const;
    const { id } = await submit({ judge, concurrency: 1 });
    for await (const { type } of open.client.calibrations.events(id)) if (type === 'started') break;
    await open.client.calibrations.cancel(id);
    expect(await ended(id)).toMatchObject({ status: 'cancelled', stopReason: 'cancelled', card: null });
    expect(slow.stats().answered).toBeLessThan(100);
    const error: unknown = await open.client.judges.get(id).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: 404 });
  });

  it('judges prompts, calls to tools and whole runs that are stored with the labels', async () => {
    const { judge, server } = await judgeIn();
    // Each output is another text, so that no call answers two rows.
    const plain = labelled(30).map(({ expected, ...row }) => ({ ...row, output: `${row.output}, said ${row.id}` }));
    const messages = [
      { role: 'system' as const, content: 'Answer in one sentence.' },
      { role: 'user' as const, content: 'When does it arrive?' },
    ];
    const call = { name: 'find_parcel', arguments: '{"number":7}' };
    const cases: readonly [type: string, field: string, rows: readonly object[]][] = [
      ['prompt-adherence', 'messages', plain.map((row) => ({ ...row, messages }))],
      [
        'tool-selection-accuracy',
        'toolCalls',
        plain.map((row, index) => ({ ...row, toolCalls: index % 2 ? [] : [call] })),
      ],
      [
        'trajectory-goal',
        'trace',
        plain.map((row) => ({
          ...row,
          trace: [{ component: 'plan', output: 'look it up', toolCalls: [call] }, { output: row.output }],
        })),
      ],
    ];
    for (const [type, field, rows] of cases) {
      const before = server.stats().requests;
      const card = await calibrate({
        evaluator: { type },
        judge,
        repeats: 1,
        dataset: { rows: calibrationRows(rows) },
      });
      expect(card, type).toMatchObject({ rows: 30, missing: {}, evaluator: { type } });
      expect(server.stats().requests - before, type).toBe(30);
      const bare = await refusal({ evaluator: { type }, judge, dataset: { rows: plain } });
      expect(bare.errors[0]?.message, type).toContain(`metadata.${field}`);
    }
    const wrong = await refusal({
      evaluator: { type: 'trajectory-goal' },
      judge,
      dataset: (
        await open.client.datasets.upload('traces', {
          format: 'jsonl',
          open: () =>
            JSON.stringify({ input: 'x', metadata: { output: 'y', label: true, trace: [{ component: 'a' }] } }),
        })
      ).ref,
    });
    expect(wrong.errors[0]?.message).toMatch(/row "row-1" of traces@1: metadata\.trace\.0\.output/);
  });

  it('refuses what cannot be calibrated, with the field and the fix', async () => {
    const { judge, server } = await judgeIn();
    const path = async (body: Partial<CalibrationBody>) => (await refusal(body)).errors[0]?.path;
    expect(await path({ judge, evaluator: { type: 'one-line' } })).toBe('evaluator.type');
    expect(await path({ judge, evaluator: { type: 'prompt-adherence' } })).toBe('dataset');
    expect(await path({ judge, evaluator: { type: 'closed-qa' } })).toBe('evaluator.options.criterion');
    expect(await path({})).toBe('judge');
    expect(await path({ judge: { ...judge, model: 'unpriced' }, budget: { usd: 1 } })).toBe('judge');
    expect(await path({ judge, dataset: { rows: labelled(2).map(({ expected, ...row }) => row) } })).toContain(
      'evaluator',
    );
    expect(server.stats().requests).toBe(0);
    const poor = await ended((await submit({ judge, budget: { tokens: 20_000 } })).id);
    expect(poor).toMatchObject({
      status: 'failed',
      stopReason: 'budget',
      error: expect.stringMatching(/budget\.tokens.*verdicts were given/),
    });
    const dead = await ended((await submit({ judge: { ...judge, model: 'no-such-model' } })).id);
    expect(dead).toMatchObject({ status: 'failed', stopReason: 'error', card: null });
  });

  it('takes labelled rows from a dataset, by the fields that it is told, and leaves out rows without a label', async () => {
    const { judge } = await judgeIn();
    const rows = labelled(20).map(({ output, label, ...row }, index) => ({
      ...row,
      metadata: { answer: output, ...(index < 16 && { human: label ? 'pass' : 'fail' }) },
    }));
    const version = await open.client.datasets.upload('labelled', {
      format: 'jsonl',
      open: () => rows.map((row) => JSON.stringify(row)).join('\n'),
    });
    const fields = { output: 'answer', label: 'human' };
    const card = await calibrate({ judge, dataset: version.ref, fields, repeats: 1 });
    expect(card).toMatchObject({ rows: 16, dataset: { ref: version.ref }, kappa: { value: 1 } });
    expect((await refusal({ judge, dataset: version.ref })).errors[0]?.message).toContain('fields.label');
  });
});
