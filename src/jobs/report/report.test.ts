import { describe, expect, it } from 'vitest';
import type { NoiseFloor } from '../../domain/noise.ts';
import type { ConstraintVerdict, MetricVerdict, Verdict } from '../../domain/verdict.ts';
import type { MetricSummary } from '../../lab/aggregate.ts';
import { cohortTable } from '../../lab/cohorts.ts';
import { withHunks } from '../../search/hunks.ts';
import { renderCurveAscii } from './curve-ascii.ts';
import { ticks } from './curve-shape.ts';
import { renderCurveSvg } from './curve-svg.ts';
import { escapeMarkdown, fenced } from './escape.ts';
import type { CandidateFacts, ReportFacts } from './facts.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { lineDiff } from './prompt-diff.ts';
import { buildReport } from './report.ts';
import { renderTerminal } from './terminal.ts';

const HOSTILE = '</pre><script>alert(1)</script> "x" \'y\' & \u001b[2J\u202e |`*_[a](http://evil)';
/** Characters that drive a terminal or turn the reading direction. */
const DRIVING = /[^\P{Cc}\n]|\u202e/u;
const BASE_PROMPT = 'Classify the ticket.\nAnswer with one word.\n```json\n{"a": 1}\n```';
const WINNING_PROMPT = `${BASE_PROMPT}\nEscalate legal threats.\n\`\`\`\`\nfour\n\`\`\`\`\n${HOSTILE}`;

const summary = (value: number, rows = 40): MetricSummary => ({
  value,
  rows,
  missing: 2,
  interval: { low: value - 0.1, high: value + 0.1, level: 0.95 },
});
const sealed: MetricVerdict = {
  metric: 'routing',
  baseline: 0.5,
  winner: 0.7,
  difference: 0.2,
  interval: { low: 0.08, high: 0.31, level: 0.95 },
  pValue: 0.004,
  rows: 57,
  wins: 15,
  losses: 4,
  ties: 38,
  missing: 3,
};
const verdict = (decision: Verdict['decision'], reason: string): Verdict => ({
  decision,
  reason,
  metrics: [sealed],
  constraints: [],
  finalists: ['c2'],
  repeats: 1,
  needed: null,
});
const candidate = (
  id: string,
  text: string,
  score: number | null,
  extra: Partial<CandidateFacts> = {},
): CandidateFacts => ({
  id,
  seq: Number(id.slice(1)),
  components: { prompt: text },
  parents: id === 'c0' ? [] : ['c0'],
  operator: id === 'c0' ? 'baseline' : 'reflect',
  reason: id === 'c0' ? 'given' : HOSTILE,
  promptTokens: 20 + text.length,
  reflectedOn: id === 'c0' ? [] : ['row-3', HOSTILE],
  fates: id === 'c0' ? [] : [{ fate: 'accepted', reason: 'better on the minibatch' }],
  validation: score === null ? null : { routing: summary(score) },
  ...extra,
});

const facts = (changes: Partial<ReportFacts> = {}, job: Partial<ReportFacts['job']> = {}): ReportFacts => ({
  job: {
    id: 'job_1',
    name: `support ${HOSTILE}`,
    status: 'succeeded',
    stopReason: 'budget',
    error: null,
    seed: 7,
    resolvedSha256: 'abc123',
    promptRef: 'support@3',
    datasetRef: 'tickets@2',
    suiteRef: null,
    rows: { train: 60, validation: 40, test: 60 },
    optimizer: 'gepa',
    models: { task: { provider: 'openai', model: 'small' }, reflection: null, judge: null },
    objectives: [{ metric: 'routing', goal: 'maximize', headline: true }],
    budget: { rollouts: 300, confirmationRollouts: 120 },
    prices: [{ provider: 'openai', model: 'small', input: 0.25, output: 2, date: '2026-01-15' }],
    spent: {
      rollouts: 287,
      confirmationRollouts: 120,
      tokens: 123456,
      reflectionTokens: 23456,
      usd: 0.42,
      seconds: 61.4,
      byRole: { task: { calls: 407, inputTokens: 90000, cachedInputTokens: 0, outputTokens: 10000, usd: 0.3 } },
      saved: { calls: 0, tokens: 0, usd: 0 },
    },
    createdAt: new Date('2026-11-20T10:00:00Z'),
    startedAt: new Date('2026-11-20T10:00:01Z'),
    endedAt: new Date('2026-11-20T10:01:02Z'),
    ...job,
  },
  baselineId: 'c0',
  winnerId: 'c2',
  candidates: [
    candidate('c0', BASE_PROMPT, 0.45),
    candidate('c1', 'worse', null),
    candidate('c2', WINNING_PROMPT, 0.75),
  ],
  curve: [0.45, 0.6, 0.75].map((score, i) => ({
    seq: i,
    at: new Date('2026-11-20T10:00:30Z'),
    rollouts: 40 + 100 * i,
    tokens: 1000 * i,
    usd: 0.1 * i,
    candidateId: `c${i}`,
    best: `c${i}`,
    kind: 'validation' as const,
    score,
    interval: { low: score - 0.1, high: score + 0.1, level: 0.95 },
    rows: 40,
    objectives: { routing: score - 0.02 },
    intervals: {},
    hypervolume: null,
    violation: 0,
  })),
  refusals: [
    { seq: 1, operator: 'reflect', parents: ['c0'], refusal: 'token-limit', detail: 'too long' },
    { seq: 2, operator: 'reflect', parents: ['c0'], refusal: 'duplicate', detail: HOSTILE },
    { seq: 3, operator: 'reflect', parents: ['c0'], refusal: 'duplicate', detail: 'again' },
  ],
  frontier: ['c2'],
  sealed: {
    rows: 60,
    reads: 2,
    finalists: [{ candidateId: 'c2', metrics: [sealed], won: ['r1', 'r2'], lost: ['r9'] }],
  },
  ablation: null,
  diagnosis: null,
  cohorts: null,
  noise: null,
  verdict: verdict('promote', 'A real gain: routing goes from 0.500 to 0.700 on 57 sealed rows.'),
  judgedId: 'c2',
  judges: [{ evaluator: `tone ${HOSTILE}`, judges: [`judge ${HOSTILE}`], card: null }],
  warnings: [{ code: 'small-test', message: `few rows ${HOSTILE}` }],
  ...changes,
});

/** Throws when the markup is not well-formed XML (our HTML is written as XML but for the doctype). */
function elementsOf(markup: string): string[] {
  const open: string[] = [];
  const all: string[] = [];
  let at = 0;
  for (const tag of markup.matchAll(
    /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9:-]*="[^"<]*")*)\s*(\/?)>/g,
  )) {
    expect(markup.slice(at, tag.index), 'a stray < between tags').not.toMatch(/<|&(?!(amp|lt|gt|quot|#39);)/);
    at = tag.index + tag[0].length;
    const [, closing, name = '', , empty] = tag;
    if (closing) expect(open.pop()).toBe(name);
    else {
      all.push(name);
      if (!empty) open.push(name);
    }
  }
  expect(markup.slice(at)).not.toContain('<');
  expect(open).toEqual([]);
  return all;
}

/** Fenced blocks of Markdown by the rules of CommonMark: a fence ends at one at least as long. */
function blocksOf(markdown: string): { language: string; text: string }[] {
  const blocks: { language: string; text: string }[] = [];
  let fence: string | null = null;
  let lines: string[] = [];
  let language = '';
  for (const line of markdown.split('\n')) {
    const mark = /^ {0,3}(`{3,})([a-z]*)\s*$/.exec(line);
    if (fence === null && mark) [fence, language, lines] = [mark[1] ?? '', mark[2] ?? '', []];
    else if (fence !== null && mark && mark[2] === '' && (mark[1] ?? '').length >= fence.length) {
      blocks.push({ language, text: lines.join('\n') });
      fence = null;
    } else if (fence !== null) lines.push(line);
  }
  expect(fence, 'an open fence at the end').toBeNull();
  return blocks;
}

describe('report', () => {
  it('is plain JSON, the same for the same facts', () => {
    const report = buildReport(facts());
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report.refusals[0]).toEqual({ refusal: 'duplicate', count: 2, example: HOSTILE });
    expect(report.budget.find(({ resource }) => resource === 'rollouts')).toEqual({
      resource: 'rollouts',
      spent: 287,
      limit: 300,
    });
  });

  it('sets the sealed gain against the gain on validation', () => {
    expect(buildReport(facts()).headline.optimism).toBeCloseTo(0.75 - 0.45 - 0.2, 12);
    expect(renderMarkdown(buildReport(facts()))).toMatch(/Optimism of the search: .*\+0\.100/);
  });

  it('names the sealed rows that were won and lost, all of them as data', () => {
    const won = Array.from({ length: 25 }, (_, i) => `w${i}`);
    const named = facts({
      sealed: { rows: 60, reads: 1, finalists: [{ candidateId: 'c2', metrics: [sealed], won, lost: ['r9'] }] },
    });
    expect(buildReport(named).sealed?.finalists[0]).toMatchObject({ won, lost: ['r9'] });
    expect(renderMarkdown(buildReport(named))).toMatch(/won by c2: w0, w1, .*w19 and 5 more/);
    expect(renderMarkdown(buildReport(named))).toMatch(/Lost: r9/);
  });

  it('says what noise the figures stand in', () => {
    const floor: NoiseFloor = {
      rows: 20,
      flipRate: 0.1,
      interval: { low: 0.03, high: 0.3, level: 0.95 },
      deterministic: false,
      sdPerRow: 0.22,
      sdOfMean: 0.029,
      minimumDetectableEffect: 0.217,
      testRows: 60,
      repeats: 1,
    };
    const report = buildReport(facts({ noise: floor }));
    expect(report.noise).toEqual(floor);
    expect(renderMarkdown(report)).toMatch(/10\.0 % \(3\.0 % to 30\.0 %\)/);
    expect(renderTerminal(report)).toMatch(/noise: 10 % of 20 rows[\s\S]*true\s+gains\s+from\s+0\.217/);
    expect(renderMarkdown(buildReport(facts()))).not.toContain('Noise floor');
  });

  it('says where each change of the shown prompt came from', () => {
    const report = buildReport(facts());
    expect(report.why).toMatchObject([{ candidateId: 'c2' }]);
    expect(withHunks({ prompt: BASE_PROMPT }, report.why[0]?.hunks ?? [])).toEqual({ prompt: WINNING_PROMPT });
    expect(report.why[0]?.hunks[0]).toEqual({
      component: 'prompt',
      at: BASE_PROMPT.length,
      removed: '',
      added: '\nEscalate legal threats.',
      originId: 'c2',
      operator: 'reflect',
      reason: HOSTILE,
      reflectedOn: ['row-3', HOSTILE],
      fate: 'accepted',
      fateReason: 'better on the minibatch',
      need: null,
    });
    expect(renderMarkdown(report)).toMatch(
      /- \*\*c2 \(reflect\)\*\*: accepted: better on the minibatch; reflected on row-3, .*\n {2}- \\\+ Escalate legal threats\./,
    );
    expect(renderTerminal(report)).toMatch(/why: \+ Escalate legal threats\. +\(c2, reflect on 2 rows\)/);
    expect(buildReport(facts({ winnerId: 'c0', verdict: null, sealed: null, judgedId: null })).why).toEqual([]);
  });

  it('says which changes some row needs', () => {
    const needs = [
      { rows: 3, needing: ['r4', 'r5'], betterWithout: [] },
      { rows: 2, needing: [], betterWithout: ['r6'] },
      { rows: 0, needing: [], betterWithout: [] },
    ];
    const report = buildReport(facts({ ablation: { candidateId: 'c2', needs, rollouts: 12 } }));
    expect(report.why[0]?.hunks.slice(0, 3).map(({ need }) => need)).toEqual(needs);
    const markdown = renderMarkdown(report);
    expect(markdown).toMatch(/Escalate legal threats\. — 2 rows of 3 need it: r4, r5$/m);
    expect(markdown).toMatch(/ — no measured row needs it \(2 measured, 1 better without it\)$/m);
    expect(markdown).toMatch(/ — not measured \(no budget left\)$/m);
    expect(renderMarkdown(buildReport(facts()))).not.toContain('not measured (no');
  });

  it('says on the screen what the next dollar promises, where that is known', () => {
    const base = facts();
    const points = [0.45, 0.6, 0.65, 0.7, 0.75].flatMap((score, i) => {
      const [point] = base.curve;
      return point ? [{ ...point, seq: i, score, rollouts: 40 + 60 * i, usd: 0.1 * (i + 1) }] : [];
    });
    expect(renderTerminal(buildReport(facts({ curve: points })))).toMatch(
      /expected of more: about 0\.\d+ per 100 search rollouts, 0\.\d+ per\s+dollar/,
    );
    expect(renderTerminal(buildReport(base))).not.toContain('expected of more');
  });

  it('shows the front with intervals when there are several objectives', () => {
    const objectives = [
      { metric: 'routing', goal: 'maximize' as const, headline: true },
      { metric: 'promptTokens', goal: 'minimize' as const, limit: 400 },
    ];
    const base = facts();
    const curve = base.curve.map((point, i) => ({
      ...point,
      objectives: { routing: 0.45 + 0.15 * i, promptTokens: 100 + 100 * i },
      intervals: { routing: { low: 0.3, high: 0.9, level: 0.95 }, promptTokens: null },
      hypervolume: 0.1 * i,
    }));
    const report = buildReport(facts({ curve, frontier: ['c2', 'c0'] }, { objectives }));
    expect(report.pareto).toEqual({
      kind: 'validation',
      reference: { routing: 0.45, promptTokens: 400 },
      hypervolume: 0.2,
      front: [
        {
          candidateId: 'c2',
          values: {
            routing: { value: 0.75, interval: { low: 0.3, high: 0.9, level: 0.95 } },
            promptTokens: { value: 300, interval: null },
          },
        },
        expect.objectContaining({ candidateId: 'c0' }),
      ],
    });
    const markdown = renderMarkdown(report);
    expect(markdown).toContain('## The front');
    expect(markdown).toMatch(/\| c2 \| 0\.750 \| 0\.300 to 0\.900 \| 300 tokens \| – \|/);
    expect(renderTerminal(report)).toMatch(
      /front: c2 \(routing 0\.750, promptTokens 300\s+tokens\), c0[\s\S]*hypervolume\s+0\.200/,
    );
    expect(buildReport(base).pareto).toBeNull();
    expect(renderMarkdown(buildReport(base))).not.toContain('## The front');
  });

  it('says what would decide an inconclusive verdict: rows, or runs of each', () => {
    const open = { ...verdict('inconclusive', 'Not decided.'), needed: { rows: 180, repeats: 4 } };
    expect(buildReport(facts({ verdict: open })).nextSteps[0]).toMatch(
      /about 180 in all\), or give budget\.confirmationRollouts 480 for 4 runs of each test row/,
    );
    const rows = { ...open, needed: { rows: 180, repeats: null } };
    expect(buildReport(facts({ verdict: rows })).nextSteps[0]).toBe(
      'Add rows to the test split (about 180 in all), then run the job again.',
    );
  });

  it('says of each hard constraint what the sealed rows show, and what they do not exclude', () => {
    const base = { allowed: 0, pValue: 0.4, baseline: 1, winner: 0.875, difference: -0.125, wins: 0, missing: 0 };
    const weak: ConstraintVerdict = {
      ...base,
      metric: 'safety@cohort[tier=gold]',
      rule: 'not-worse-than-baseline',
      status: 'under-powered',
      worstLoss: 0.47,
      rows: 8,
      losses: 1,
      rowsNeeded: 140,
    };
    const decided = { ...verdict('promote', 'A real gain.'), constraints: [weak] };
    const report = buildReport(facts({ verdict: decided }));
    expect(report.verdict?.constraints).toEqual([weak]);
    const markdown = renderMarkdown(report);
    expect(markdown).toContain('Hard constraints on the sealed rows');
    expect(markdown).toMatch(/safety, tier = gold.*too few rows to tell.*0\.470.*0 \/ 1.*140/);
    expect(renderMarkdown(buildReport(facts()))).not.toContain('Hard constraints');
  });

  it('names the rows that every headline stands on', () => {
    const { figures } = buildReport(facts()).outcome;
    expect(figures).toMatch(
      /0\.500 → 0\.700 \(c2\): \+0\.200, 95 % interval \+0\.080 to \+0\.310, on 57 sealed test rows/,
    );
    const open = buildReport(
      facts({ verdict: null, sealed: null, judgedId: null }, { budget: { confirmationRollouts: 0 } }),
    );
    expect(open.outcome.kind).toBe('not-confirmed');
    expect(open.outcome.sentence).toMatch(/confirmationRollouts is 0/);
    expect(open.outcome.figures).toMatch(/on 40 validation rows, unconfirmed/);
    expect(open.headline.optimism).toBeNull();
    expect(renderMarkdown(open)).not.toContain('On the sealed test rows');
  });

  it('never passes screening on a few rows off as validation', () => {
    const base = facts();
    const curve = base.curve.map((point, i) => ({ ...point, kind: 'screening' as const, rows: 12 + 40 * i }));
    const candidates = base.candidates.map((each) => ({ ...each, validation: null }));
    const report = buildReport(
      facts(
        { curve, candidates, verdict: null, sealed: null, judgedId: null },
        { budget: { confirmationRollouts: 0 } },
      ),
    );
    expect(report.outcome.figures).toBe(
      'routing 0.430 (no interval) on 12 rows that the search looked at (screening) → 0.730 (no interval) (c2) on 92 rows that the search looked at (screening), unconfirmed',
    );
    expect(report.candidates[2]?.score).toEqual({
      kind: 'screening',
      value: 0.73,
      interval: null,
      rows: 92,
      missing: null,
    });
    const markdown = renderMarkdown(report);
    expect(markdown).toContain('## As the search saw it');
    expect(markdown).toMatch(/so far on the rows that the search had looked at by then, 92 at the end/);
    expect(markdown).not.toMatch(/\d validation rows(?!,)/);
  });

  it('reads well when the baseline stays', () => {
    const report = buildReport(facts({ winnerId: 'c0', verdict: null, sealed: null, judgedId: null }));
    expect(report.outcome).toMatchObject({ kind: 'no-gain', title: 'Baseline stays' });
    expect(report.prompts.every(({ changed }) => !changed)).toBe(true);
    for (const text of [renderMarkdown(report), renderHtml(report)])
      expect(text).toContain('The baseline stays as it is.');
    expect(renderTerminal(report)).not.toMatch(/paretune pull/);
  });

  it('shows a finalist that was not good enough as what it is, not as the winner', () => {
    const report = buildReport(
      facts({ winnerId: 'c0', verdict: verdict('do_not_promote', 'A hard constraint is broken.') }),
    );
    expect(report).toMatchObject({ winnerId: 'c0', shownId: 'c2' });
    expect(report.outcome.figures).toContain('(c2, not adopted)');
    expect(renderMarkdown(report)).toContain('The best candidate, not adopted: c2');
  });

  it('says why there is nothing yet', () => {
    const early = {
      verdict: null,
      sealed: null,
      judgedId: null,
      winnerId: 'c0',
      curve: [],
      candidates: [candidate('c0', BASE_PROMPT, null)],
    };
    const failed = buildReport(facts(early, { status: 'failed', stopReason: 'error', error: 'the key was refused' }));
    expect(failed.outcome.sentence).toBe('The job failed before a verdict: the key was refused.');
    expect(failed.outcome.figures).toMatch(/not measured on all 40 validation rows/);
    expect(elementsOf(renderHtml(failed).replace('<!doctype html>', ''))).not.toContain('svg');
    expect(renderTerminal(failed)).toContain('JOB FAILED');
    expect(renderMarkdown(buildReport(facts(early, { status: 'running' })))).toContain('provisional');
  });

  it('points at the cohort that got worse', () => {
    const rows = Array.from({ length: 80 }, (_, i) => ({
      id: `r${i}`,
      input: 'same',
      context: [],
      cohort: i < 40 ? 'web' : 'phone',
      metadata: {},
    }));
    const table = (fails: (i: number) => boolean) =>
      cohortTable(
        rows,
        rows.map(({ id }, i) => {
          const score = { value: Number(!fails(i)), pass: !fails(i), feedback: '', category: null };
          return {
            candidateId: 'c',
            rowId: id,
            repeat: 0,
            output: '',
            steps: [],
            scores: { routing: score },
            values: {},
          };
        }),
        ['routing'],
      );
    const cohorts = {
      split: 'test' as const,
      baseline: table(() => false),
      candidate: table((i) => i >= 60),
      candidateId: 'c2',
    };
    const report = buildReport(facts({ cohorts }));
    expect(report.nextSteps.join('\n')).toMatch(
      /cohort = phone: its routing fail rate rose from 0 % to 50 % on 40 test rows/,
    );
    expect(renderMarkdown(report)).toMatch(
      /cohort = phone \| routing \| 0\.0 % \| 50\.0 % .*\| 40 \| 0 \| few rows \|/,
    );
  });
});

describe('HTML', () => {
  const html = renderHtml(buildReport(facts()));
  const elements = elementsOf(html.replace('<!doctype html>', ''));

  it('is well-formed, has the curve and no script, and loads nothing', () => {
    expect(elements).toContain('svg');
    expect(elements).not.toContain('script');
    expect(html).not.toMatch(/\ssrc=|\shref="[^#]|url\(|@import|\son\w+="/);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('prefers-color-scheme: dark');
    expect(html).toContain('@media print');
  });

  it('is read by sections with a name, tables with a label, and pictures with a description', () => {
    const ids = Array.from(html.matchAll(/ id="([^"]+)"/g), (match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [/href="#([^"]+)"/g, /aria-labelledby="([^"]+)"/g].flatMap((pattern) =>
      Array.from(html.matchAll(pattern), (match) => (match[1] ?? '').split(' ')).flat(),
    );
    expect(targets.length).toBeGreaterThan(10);
    for (const target of targets) expect(ids).toContain(target);
    const count = (name: string) => elements.filter((each) => each === name).length;
    expect([count('header'), count('main'), count('nav'), count('footer')]).toEqual([1, 1, 1, 1]);
    expect(html.match(/role="group" tabindex="0" aria-label="[^"]+"><table/g)).toHaveLength(count('table'));
    expect(html.match(/<desc id="[^"]+">[^<]+<\/desc>/g)).toHaveLength(count('svg'));
    expect(html).toMatch(/class="base"[\s\S]*baseline 0\.430/);
  });

  it('shows the front as a picture for each further objective', () => {
    const objectives = [
      { metric: 'routing', goal: 'maximize' as const, headline: true },
      { metric: 'promptTokens', goal: 'minimize' as const, limit: 400 },
      { metric: HOSTILE, goal: 'minimize' as const },
    ];
    const curve = facts().curve.map((point, i) => ({
      ...point,
      objectives: { routing: 0.45 + 0.15 * i, promptTokens: 100 + 100 * i, [HOSTILE]: i },
    }));
    const page = renderHtml(buildReport(facts({ curve, frontier: ['c0', 'c1', 'c2'] }, { objectives })));
    expect(elementsOf(page.replace('<!doctype html>', '')).filter((name) => name === 'svg')).toHaveLength(3);
    expect(page).toContain('<title id="front-0-title">routing over promptTokens on the front</title>');
    expect(page).toMatch(/<circle class="dot named"[^>]*><title>c2: routing 0\.750, promptTokens 300 tokens/);
    expect(page).not.toMatch(/NaN|Infinity/);
  });

  it('says how to take the prompt over and how to go back, and of what is not proven that it is not', () => {
    expect(html).toContain('paretune pull job_1 makes a draft version of support');
    expect(html).toContain('support@3 is still what this job started from');
    const open = renderHtml(buildReport(facts({ verdict: verdict('inconclusive', 'Not decided.') })));
    expect(open).toContain('c2 is not proven better than the baseline');
    expect(open).toContain('paretune pull job_1 --allow');
    const stays = renderHtml(buildReport(facts({ winnerId: 'c0', verdict: null, sealed: null, judgedId: null })));
    expect(stays).not.toContain('How to take it over');
  });

  it('shows hostile texts as texts and marks the change by words', () => {
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toMatch(DRIVING);
    expect(elements.filter((name) => name === 'ins').length).toBeGreaterThan(0);
    expect(html).toMatch(/<ins>[^<]*Escalate legal threats\./);
  });
});

describe('Markdown', () => {
  const markdown = renderMarkdown(buildReport(facts()));
  const prose = (text: string) => {
    const lines = text.split('\n');
    let fence = 0;
    return lines.filter((line) => {
      const mark = /^(`{3,})/.exec(line)?.[1]?.length ?? 0;
      if (mark > 0 && (fence === 0 || mark >= fence)) {
        fence = fence === 0 ? mark : 0;
        return false;
      }
      return fence === 0;
    });
  };

  it('keeps a prompt with fences inside one block, line by line', () => {
    const diff = blocksOf(markdown).filter(({ language }) => language === 'diff');
    expect(diff).toHaveLength(1);
    const added = diff[0]?.text
      .split('\n')
      .filter((line) => line.startsWith('+'))
      .map((line) => line.slice(1));
    expect(added?.slice(0, 4)).toEqual(['Escalate legal threats.', '````', 'four', '````']);
    const kept = diff[0]?.text
      .split('\n')
      .filter((line) => !line.startsWith('+'))
      .map((line) => line.slice(1));
    expect(kept?.join('\n')).toBe(BASE_PROMPT);
  });

  it('leaves no markup of foreign texts alive outside the blocks', () => {
    const outside = prose(markdown).join('\n');
    expect(outside).not.toMatch(/(?<!\\)<script/);
    expect(outside).not.toMatch(/(?<!\\)\[a/);
    expect(markdown).not.toMatch(DRIVING);
    const widths = prose(markdown)
      .join('\n')
      .split('\n\n')
      .filter((block) => block.startsWith('|'))
      .map(
        (block) =>
          new Set(
            block
              .trim()
              .split('\n')
              .map((line) => line.split(/(?<!\\)\|/).length),
          ).size,
      );
    expect(widths.length).toBeGreaterThan(3);
    expect(new Set(widths)).toEqual(new Set([1]));
  });

  it('escapes what only matters at the start of a line', () => {
    expect(escapeMarkdown('# no heading')).toBe('\\# no heading');
    expect(escapeMarkdown('1. no list')).toBe('1\\. no list');
    expect(escapeMarkdown('---')).toBe('\\---');
    expect(escapeMarkdown('+0.200, 0.5 and -1')).toBe('+0.200, 0.5 and -1');
    expect(escapeMarkdown('two\nlines')).toBe('two lines');
    expect(fenced('a `````` b', 'text').startsWith('```````text\n')).toBe(true);
  });
});

describe('terminal', () => {
  it('fits one screen, whatever the prompt, and cannot be driven by it', () => {
    const long = `${WINNING_PROMPT}\n${Array.from({ length: 200 }, (_, i) => `Rule ${i}: ${'x'.repeat(i)}`).join('\n')}`;
    const report = buildReport(
      facts({ candidates: [candidate('c0', BASE_PROMPT, 0.45), candidate('c2', long, 0.75)] }),
    );
    const lines = renderTerminal(report, { width: 80, height: 40 }).split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.join('\n')).not.toMatch(DRIVING);
    expect(lines.some((line) => /more lines: paretune best job_1/.test(line))).toBe(true);
    expect(lines.join('\n')).toContain('PROMOTE: A real gain');
    expect(lines.join(' ')).toContain('57 sealed test rows');
    expect(lines.join('\n')).toContain('budget used: rollouts 96 %');
    expect(lines.some((line) => line.startsWith('+ Escalate legal threats.'))).toBe(true);
    expect(renderTerminal(report, { color: true })).toContain('\u001b[32m');
  });
});

describe('curve', () => {
  const points = [
    { rollouts: 0, score: 0.2, candidateScore: 0.2 },
    { rollouts: 50, score: 0.2, candidateScore: 0.1 },
    { rollouts: 100, score: 0.8, candidateScore: 0.8 },
  ];

  it('as text: keeps its size, rises once, from the low line to the high one', () => {
    for (const ascii of [false, true]) {
      const lines = renderCurveAscii(points, { width: 60, height: 10, ascii }).split('\n');
      expect(lines).toHaveLength(10);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
      expect(lines[9]).toMatch(/0 +100 rollouts$/);
    }
    const lines = renderCurveAscii(points, { width: 60, height: 10 }).split('\n');
    const at = (mark: string) => lines.findIndex((line) => line.includes(mark));
    expect(at('╭')).toBeGreaterThanOrEqual(0);
    expect(at('╭')).toBeLessThan(at('╯'));
    expect(lines.join('').split('╭')).toHaveLength(2);
    expect(lines.slice(0, 8).some((line) => line.includes('·'))).toBe(true);
    expect(/^[\x20-\x7e\n]*$/.test(renderCurveAscii(points, { ascii: true }))).toBe(true);
    expect(renderCurveAscii([{ rollouts: 5, score: null }])).toBe('no score yet');
    expect(renderCurveAscii([{ rollouts: 0, score: 1 }]).split('\n')).toHaveLength(12);
  });

  it('as SVG: well-formed, one dot per candidate, the step line inside the frame, hostile names escaped', () => {
    const withBand = points.map((point) => ({
      ...point,
      candidateId: HOSTILE,
      interval: { low: 0.1, high: 0.9, level: 0.95 },
    }));
    const svg = renderCurveSvg(withBand, { metric: HOSTILE, description: HOSTILE });
    const elements = elementsOf(svg);
    expect(elements.filter((name) => name === 'circle')).toHaveLength(3);
    expect(elements.filter((name) => name === 'rect')).toHaveLength(2);
    const path = /class="best" d="M([\d.]+) ([\d.]+)(.*?)"/.exec(svg);
    const heights = [
      Number(path?.[2]),
      ...Array.from((path?.[3] ?? '').matchAll(/V([\d.]+)/g), (match) => Number(match[1])),
    ];
    expect(heights).toHaveLength(3);
    expect(heights[2]).toBeLessThan(heights[0] ?? 0);
    for (const height of heights) expect(height).toBeGreaterThan(0);
    expect(svg).not.toMatch(/NaN|Infinity|<script/);
  });

  it('has round ticks', () => {
    expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks(0.43, 0.81, 5)).toEqual([0.5, 0.6, 0.7, 0.8]);
    expect(ticks(0, 287, 6)).toEqual([0, 50, 100, 150, 200, 250]);
  });
});

describe('diff', () => {
  it('gives both texts back, line by line', () => {
    const lines = lineDiff(BASE_PROMPT, WINNING_PROMPT);
    const side = (dropped: string) =>
      lines
        .filter(({ kind }) => kind !== dropped)
        .map(({ text }) => text)
        .join('\n');
    expect(side('added')).toBe(BASE_PROMPT);
    expect(side('removed')).toBe(WINNING_PROMPT);
    expect(lineDiff('same', 'same')).toEqual([{ kind: 'same', text: 'same' }]);
  });
});
