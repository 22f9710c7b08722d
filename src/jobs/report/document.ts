import type { Objective } from '../../domain/objective.ts';
import type { Interval } from '../../domain/verdict.ts';
import type { MetricSummary } from '../../lab/aggregate.ts';
import type { Cohort } from '../../lab/cohorts.ts';
import {
  formatCount,
  formatDifference,
  formatInterval,
  formatMetric,
  formatP,
  formatUsd,
} from '../../lab/metric-text.ts';
import type { ComponentChange, Report } from './report.ts';

/** The report as a document without a format: what Markdown and HTML have in common. All texts are raw; renderers escape. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string; readonly muted?: boolean }
  | { readonly kind: 'outcome' }
  | { readonly kind: 'curve' }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'prompt'; readonly change: ComponentChange };

export interface Column {
  readonly title: string;
  readonly numeric?: boolean;
}

/** Longer tables are cut in the documents; the JSON report has all lines. */
const MOST_LINES = 60;

/** The report's sections in reading order. Empty sections are left out. */
export function documentOf(report: Report): Block[] {
  return [
    { kind: 'outcome' },
    ...warnings(report),
    ...objectives(report),
    ...prompts(report),
    ...curve(report),
    ...cohorts(report),
    ...finalists(report),
    ...candidates(report),
    ...refusals(report),
    ...spending(report),
    ...section('Where to look next', { kind: 'list', items: report.nextSteps }),
    ...provenance(report),
  ];
}

const section = (title: string, ...blocks: Block[]): Block[] => [{ kind: 'heading', text: title }, ...blocks];
const muted = (text: string): Block => ({ kind: 'text', text, muted: true });
const text = (...titles: string[]): Column[] => titles.map((title) => ({ title }));
const numbers = (...titles: string[]): Column[] => titles.map((title) => ({ title, numeric: true }));
const range = (metric: string, interval: Interval | null, format = formatMetric) =>
  interval === null ? '–' : formatInterval(metric, interval, format).replace(/^.* interval /, '');
const summary = (metric: string, figures: MetricSummary | null) => formatMetric(metric, figures?.value ?? null);

function constraint({ goal, limit, notWorseThanBaseline }: Objective): string {
  const rules = [
    ...(limit === undefined ? [] : [`${goal === 'maximize' ? '≥' : '≤'} ${limit}`]),
    ...(notWorseThanBaseline === undefined ? [] : [`at most ${notWorseThanBaseline} worse than baseline`]),
  ];
  return rules.length === 0 ? '–' : rules.join(', ');
}

const warnings = ({ warnings: list }: Report) =>
  list.length === 0
    ? []
    : section('Warnings', { kind: 'list', items: list.map(({ code, message }) => `${code}: ${message}`) });

function objectives({ objectives: list, headline, shownId, baselineId, sealed }: Report): Block[] {
  const same = shownId === baselineId;
  const validation: Block = {
    kind: 'table',
    columns: [
      ...text('metric', 'goal', 'hard constraint'),
      ...numbers('baseline', 'interval', ...(same ? [] : [shownId, 'interval']), 'rows', 'missing'),
    ],
    rows: list.map(({ objective, baseline, shown }) => [
      objective.metric,
      objective.goal,
      constraint(objective),
      summary(objective.metric, baseline),
      range(objective.metric, baseline?.interval ?? null),
      ...(same ? [] : [summary(objective.metric, shown), range(objective.metric, shown?.interval ?? null)]),
      String((same ? baseline : shown)?.rows ?? 0),
      String((same ? baseline : shown)?.missing ?? 0),
    ]),
  };
  const blocks = section(
    'On the validation rows',
    muted('The rows that candidates were chosen on; the choice itself makes these figures a little too good.'),
    validation,
  );
  const confirmed = list.flatMap(({ objective, sealed: figures }) => (figures ? [{ objective, figures }] : []));
  if (confirmed.length === 0) return blocks;
  const reads = sealed?.reads
    ? ` This split was read ${sealed.reads} ${sealed.reads === 1 ? 'time' : 'times'} so far, over all jobs.`
    : '';
  const optimism =
    headline.optimism === null
      ? []
      : [
          muted(
            `Optimism of the search: the gain on validation was ${formatDifference(headline.metric, headline.optimism)} against the sealed rows.`,
          ),
        ];
  return [
    ...section(
      'On the sealed test rows',
      muted(
        `Read once, at the end; paired with the baseline row by row. Differences are positive where ${shownId} is better.${reads}`,
      ),
      {
        kind: 'table',
        columns: [
          ...text('metric'),
          ...numbers('baseline', shownId, 'difference', 'interval', 'p', 'won / lost / tied', 'rows', 'missing'),
        ],
        rows: confirmed.map(({ objective: { metric }, figures }) => [
          metric,
          formatMetric(metric, figures.baseline),
          formatMetric(metric, figures.winner),
          formatDifference(metric, figures.difference),
          range(metric, figures.interval, formatDifference),
          formatP(figures.pValue),
          `${figures.wins} / ${figures.losses} / ${figures.ties}`,
          String(figures.rows),
          String(figures.missing),
        ]),
      },
      ...optimism,
    ),
    ...blocks,
  ];
}

function prompts({
  prompts: changes,
  shownId,
  winnerId,
  baselineId,
  promptTokens: { before, after },
}: Report): Block[] {
  if (shownId === baselineId) {
    return section(
      'The prompt',
      { kind: 'text', text: 'The baseline stays as it is.' },
      ...changes.map((change): Block => ({ kind: 'prompt', change })),
    );
  }
  const tokens = before === null || after === null ? '' : ` ${formatCount(before)} → ${formatCount(after)} tokens.`;
  const title =
    shownId === winnerId ? `The prompt: baseline → ${shownId}` : `The best candidate, not adopted: ${shownId}`;
  const unchanged = changes.filter((change) => !change.changed).map((change) => change.component);
  return section(
    title,
    muted(`Removed and added text.${tokens}${unchanged.length > 0 ? ` Unchanged: ${unchanged.join(', ')}.` : ''}`),
    ...changes.filter((change) => change.changed).map((change): Block => ({ kind: 'prompt', change })),
  );
}

function curve({ curve: points, headline }: Report): Block[] {
  const rows = points[points.length - 1]?.rows;
  const standsOn = rows === undefined ? '' : ` on ${rows} validation rows`;
  return section(
    'Score curve',
    muted(
      `Best feasible ${headline.metric}${standsOn} after each number of search rollouts, with its interval; one dot per candidate measured on all of them.`,
    ),
    { kind: 'curve' },
  );
}

function cohorts({ cohorts: facts }: Report): Block[] {
  if (!facts || facts.candidate.length === 0) return [];
  const before = (cohort: Cohort, evaluator: string) =>
    facts.baseline
      .find((each) => each.field === cohort.field && each.value === cohort.value)
      ?.evaluators.find((each) => each.evaluator === evaluator);
  const percent = (rate: number | null | undefined) => (rate == null ? 'not measured' : `${(rate * 100).toFixed(1)} %`);
  return section(
    'Eval-fail-rate by cohort',
    muted(`On the ${facts.split} rows. "few rows" marks a rate whose interval is too wide to say much.`),
    {
      kind: 'table',
      columns: [
        ...text('cohort', 'evaluator'),
        ...numbers('baseline', facts.candidateId, 'interval', 'rows', 'missing'),
        ...text(''),
      ],
      rows: facts.candidate.flatMap((cohort) =>
        cohort.evaluators.map((rate) => [
          `${cohort.field} = ${cohort.value}`,
          rate.evaluator,
          percent(before(cohort, rate.evaluator)?.failRate),
          percent(rate.failRate),
          rate.interval ? `${percent(rate.interval.low)} to ${percent(rate.interval.high)}` : '–',
          String(rate.rows),
          String(rate.missing),
          rate.underPowered ? 'few rows' : '',
        ]),
      ),
    },
  );
}

function finalists({ sealed, headline: { metric } }: Report): Block[] {
  if (!sealed || sealed.finalists.length < 2) return [];
  return section(
    'Finalists',
    muted(
      `All compared with the baseline on the ${sealed.rows} sealed rows; p-values are corrected for their number (Holm).`,
    ),
    {
      kind: 'table',
      columns: [...text('candidate'), ...numbers(metric, 'difference', 'interval', 'p', 'rows')],
      rows: sealed.finalists.map(({ candidateId, metrics }) => {
        const figures = metrics.find((each) => each.metric === metric);
        return [
          candidateId,
          formatMetric(metric, figures?.winner ?? null),
          formatDifference(metric, figures?.difference ?? null),
          range(metric, figures?.interval ?? null, formatDifference),
          formatP(figures?.pValue ?? null),
          String(figures?.rows ?? 0),
        ];
      }),
    },
  );
}

function candidates({ candidates: list, headline: { metric }, frontier }: Report): Block[] {
  const shown = list.slice(0, MOST_LINES);
  const rest = list.length - shown.length;
  return section(
    'Candidates',
    muted(`${metric} is given only where all validation rows were measured. * = on the final frontier.`),
    {
      kind: 'table',
      columns: [
        ...text('candidate', 'parents', 'made by'),
        ...numbers(metric, 'rows', 'prompt tokens'),
        ...text('fate', 'why it was made'),
      ],
      rows: shown.map((each) => [
        `${each.id}${frontier.includes(each.id) ? '*' : ''}`,
        each.parents.join(', ') || '–',
        each.operator,
        each.score ? `${formatMetric(metric, each.score.value)}` : '–',
        each.score ? String(each.score.rows) : '–',
        formatCount(each.promptTokens),
        [each.fate, each.fateReason].filter((part) => part !== null && part !== '').join(': ') || '–',
        clipped(each.reason, 240),
      ]),
    },
    ...(rest > 0 ? [muted(`${rest} more candidates are in the JSON report.`)] : []),
  );
}

function refusals({ refusals: list }: Report): Block[] {
  if (list.length === 0) return [];
  return section('Refused proposals', muted('They cost a reflection, but no rollout.'), {
    kind: 'table',
    columns: [...text('reason'), ...numbers('count'), ...text('first example')],
    rows: list.map(({ refusal, count, example }) => [refusal, String(count), clipped(example, 240)]),
  });
}

function spending({ budget, job: { spent } }: Report): Block[] {
  const amount = (resource: string, value: number) =>
    resource === 'usd' ? formatUsd(value) : formatCount(Math.round(value));
  const share = (used: number, limit: number | null) =>
    limit === null ? 'no limit' : limit === 0 ? '–' : `${((used / limit) * 100).toFixed(0)} %`;
  const roles = Object.entries(spent.byRole).flatMap(([role, by]) => (by ? [{ role, by }] : []));
  return [
    ...section('Budget', {
      kind: 'table',
      columns: [...text('resource'), ...numbers('spent', 'limit', 'used')],
      rows: budget.map(({ resource, spent: used, limit }) => [
        resource,
        amount(resource, used),
        limit === null ? '–' : amount(resource, limit),
        share(used, limit),
      ]),
    }),
    {
      kind: 'table',
      columns: [...text('model role'), ...numbers('calls', 'input tokens', 'of them cached', 'output tokens', 'cost')],
      rows: roles.map(({ role, by }) => [
        role,
        formatCount(by.calls),
        formatCount(by.inputTokens),
        formatCount(by.cachedInputTokens),
        formatCount(by.outputTokens),
        by.usd === null ? 'no price' : formatUsd(by.usd),
      ]),
    },
  ];
}

function provenance({ job }: Report): Block[] {
  const model = (config: Report['job']['models']['judge']) => (config ? `${config.provider} / ${config.model}` : '–');
  return section('How it was made', {
    kind: 'table',
    columns: text('', ''),
    rows: [
      ['job', `${job.name} (${job.id})`],
      ['status', [job.status, job.stopReason, job.error].filter((part) => part !== null).join(', ')],
      ['optimizer', `${job.optimizer}, seed ${job.seed}`],
      ['resolved job', job.resolvedSha256],
      ['prompt', job.promptRef ?? 'inline'],
      [
        'dataset',
        `${job.datasetRef}: ${job.rows.train} train, ${job.rows.validation} validation, ${job.rows.test} sealed test rows`,
      ],
      ['suite', job.suiteRef ?? 'inline'],
      ['task model', model(job.models.task)],
      ['reflection model', model(job.models.reflection)],
      ['judge model', model(job.models.judge)],
      ['created, started, ended', [job.createdAt, job.startedAt ?? '–', job.endedAt ?? '–'].join(', ')],
    ],
  });
}

const clipped = (long: string, most: number) => (long.length <= most ? long : `${long.slice(0, most - 1).trimEnd()}…`);
