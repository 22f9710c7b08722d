import type { Objective } from '../../domain/objective.ts';
import type { MetricSummary } from '../../lab/aggregate.ts';
import type { Cohort } from '../../lab/cohorts.ts';
import { formatCount, formatDifference, formatMetric, formatP } from '../../lab/metric-text.ts';
import { type Block, muted, numbers, range, section, text } from './block.ts';
import type { Report } from './report.ts';

const summary = (metric: string, figures: MetricSummary | null) => formatMetric(metric, figures?.value ?? null);

function constraint({ goal, limit, notWorseThanBaseline, perCohort }: Objective): string {
  const rules = [
    ...(limit === undefined ? [] : [`${goal === 'maximize' ? '≥' : '≤'} ${limit}`]),
    ...(notWorseThanBaseline === undefined ? [] : [`at most ${notWorseThanBaseline} worse than baseline`]),
  ];
  const where = perCohort === undefined ? '' : `, in each ${perCohort}`;
  return rules.length === 0 ? '–' : `${rules.join(', ')}${where}`;
}

export function warnings({ warnings: list }: Report): Block[] {
  if (list.length === 0) return [];
  return section('Warnings', { kind: 'list', items: list.map(({ code, message }) => `${code}: ${message}`) });
}

export function objectives({ objectives: list, headline, shownId, baselineId, sealed }: Report): Block[] {
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
            `Optimism of the search: the gain ${headline.sawOn === 'screening' ? 'on the rows that it had looked at' : 'on validation'} minus the gain on the sealed rows is ${formatDifference(headline.metric, headline.optimism)}.`,
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

export function prompts({
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

export function curve({ curve: points, headline }: Report): Block[] {
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

export function cohorts({ cohorts: facts }: Report): Block[] {
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

/** Rows named in the documents; the JSON report has all. */
const MOST_ROW_IDS = 20;

const named = (ids: readonly string[]) =>
  ids.length === 0
    ? 'none'
    : `${ids.slice(0, MOST_ROW_IDS).join(', ')}${ids.length > MOST_ROW_IDS ? ` and ${ids.length - MOST_ROW_IDS} more` : ''}`;

export function finalists({ sealed, verdict, shownId, headline: { metric } }: Report): Block[] {
  if (!sealed) return [];
  const shown = sealed.finalists.find(({ candidateId }) => candidateId === shownId);
  const rows: Block[] = shown
    ? [
        {
          kind: 'list',
          items: [`Sealed rows won by ${shownId}: ${named(shown.won)}`, `Lost: ${named(shown.lost)}`],
        },
      ]
    : [];
  if (sealed.finalists.length < 2) return rows.length === 0 ? [] : section('Rows won and lost', ...rows);
  const runs = verdict && verdict.repeats > 1 ? `, ${verdict.repeats} runs of each` : '';
  return section(
    'Finalists',
    muted(
      `All compared with the baseline on the ${sealed.rows} sealed rows${runs}; p-values are corrected for their number (Holm).`,
    ),
    {
      kind: 'table',
      columns: [...text('candidate'), ...numbers(metric, 'difference', 'interval', 'p', 'won / lost', 'rows')],
      rows: sealed.finalists.map(({ candidateId, metrics, won, lost }) => {
        const figures = metrics.find((each) => each.metric === metric);
        return [
          candidateId,
          formatMetric(metric, figures?.winner ?? null),
          formatDifference(metric, figures?.difference ?? null),
          range(metric, figures?.interval ?? null, formatDifference),
          formatP(figures?.pValue ?? null),
          `${won.length} / ${lost.length}`,
          String(figures?.rows ?? 0),
        ];
      }),
    },
    ...rows,
  );
}
