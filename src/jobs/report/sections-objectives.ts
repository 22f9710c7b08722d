import { formatDifference, formatMetric } from '../../domain/figures.ts';
import type { Objective } from '../../domain/objective.ts';
import { type Block, type Column, metricText, muted, numbers, pText, range, section, text } from './block.ts';
import type { ObjectiveFigures, Report } from './report.ts';
import type { SeenFigures } from './seen.ts';

/** Every objective: first on the sealed rows, where they were read, then as the search saw it. */
export function objectives(report: Report): Block[] {
  return [...onSealedRows(report), ...asSeen(report)];
}

function constraint({ goal, limit, notWorseThanBaseline, perCohort }: Objective): string {
  const rules = [
    ...(limit === undefined ? [] : [`${goal === 'maximize' ? '≥' : '≤'} ${limit}`]),
    ...(notWorseThanBaseline === undefined ? [] : [`at most ${notWorseThanBaseline} worse than baseline`]),
  ];
  const where = perCohort === undefined ? '' : `, in each ${perCohort}`;
  return rules.length === 0 ? '–' : `${rules.join(', ')}${where}`;
}

function onSealedRows({ objectives: list, headline, shownId, sealed }: Report): Block[] {
  const confirmed = list.flatMap(({ objective, sealed: figures }) => (figures ? [{ objective, figures }] : []));
  if (confirmed.length === 0) return [];
  const reads = sealed?.reads
    ? ` This split was read ${sealed.reads} ${sealed.reads === 1 ? 'time' : 'times'} so far, over all jobs.`
    : '';
  const saw = headline.sawOn === 'screening' ? 'on the rows that it had looked at' : 'on validation';
  return section(
    'On the sealed test rows',
    muted(
      `Read once, at the end; paired with the baseline row by row. Differences are positive where ${shownId} is better.${reads}`,
    ),
    {
      kind: 'table',
      label: 'Objectives on the sealed test rows',
      columns: [
        ...text('metric'),
        ...numbers('baseline', shownId, 'difference', 'interval', 'p', 'won / lost / tied', 'rows', 'missing'),
      ],
      rows: confirmed.map(({ objective: { metric }, figures }) => [
        metricText(metric),
        formatMetric(metric, figures.baseline),
        formatMetric(metric, figures.winner),
        formatDifference(metric, figures.difference),
        range(metric, figures.interval, formatDifference),
        pText(figures.pValue),
        `${figures.wins} / ${figures.losses} / ${figures.ties}`,
        String(figures.rows),
        String(figures.missing),
      ]),
    },
    ...(headline.optimism === null
      ? []
      : [
          muted(
            `Optimism of the search: the gain ${saw} minus the gain on the sealed rows is ${formatDifference(headline.metric, headline.optimism)}.`,
          ),
        ]),
  );
}

function asSeen({ objectives: list, shownId, baselineId }: Report): Block[] {
  const same = shownId === baselineId;
  const screened = list.some(({ baseline, shown }) => [baseline, shown].some((each) => each?.kind === 'screening'));
  const cells = (metric: string, figures: SeenFigures | null) => [
    formatMetric(metric, figures?.value ?? null),
    range(metric, figures?.interval ?? null),
    rowsText(figures),
  ];
  const columns: Column[] = [
    ...text('metric', 'goal', 'hard constraint'),
    ...numbers('baseline', 'interval', 'rows', ...(same ? [] : [shownId, 'interval', 'rows'])),
  ];
  return section(
    screened ? 'As the search saw it' : 'On the validation rows',
    muted(
      screened
        ? 'Screening: a candidate is measured on as many rows as it takes to decide, some of them under the text of an ancestor. Figures side by side may stand on different rows, and the best of many looks better than it is.'
        : 'The rows that candidates were chosen on; the choice itself makes these figures a little too good.',
    ),
    {
      kind: 'table',
      label: screened ? 'Objectives as the search saw them' : 'Objectives on the validation rows',
      columns,
      rows: list.map(({ objective, baseline, shown }: ObjectiveFigures) => [
        metricText(objective.metric),
        objective.goal,
        constraint(objective),
        ...cells(objective.metric, baseline),
        ...(same ? [] : cells(objective.metric, shown)),
      ]),
    },
  );
}

function rowsText(figures: SeenFigures | null): string {
  if (figures?.rows == null) return '–';
  return figures.missing ? `${figures.rows} (${figures.missing} missing)` : String(figures.rows);
}
