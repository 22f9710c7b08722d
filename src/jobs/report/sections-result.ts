import { formatCount, formatDifference, formatMetric } from '../../domain/figures.ts';
import type { Cohort } from '../../lab/cohorts.ts';
import { type Block, muted, numbers, pText, range, section, text } from './block.ts';
import type { Report } from './report.ts';

export function warnings({ warnings: list }: Report): Block[] {
  if (list.length === 0) return [];
  return section('Warnings', { kind: 'list', items: list.map(({ code, message }) => `${code}: ${message}`) });
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

export function curve({ curve: points, headline: { metric } }: Report): Block[] {
  const last = points[points.length - 1];
  if (!last) return section('Score curve', muted('No candidate got a score, so there is no curve.'));
  const many = last.rows === undefined ? '' : `${last.rows} `;
  const stands =
    last.kind === 'validation'
      ? `on ${many}validation rows`
      : `on the rows that the search had looked at by then, ${many}at the end (screening: fewer rows at first, some under the text of an ancestor)`;
  return section(
    'Score curve',
    muted(
      `Best feasible ${metric} so far ${stands}. The band is its interval, each dot a candidate, the dashed line the baseline as it was first measured.`,
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
      label: 'Eval-fail-rate by cohort',
      columns: [
        ...text('cohort', 'evaluator'),
        ...numbers('baseline', facts.candidateId, 'interval', 'rows', 'missing'),
        ...text('note'),
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
      label: 'Finalists on the sealed rows',
      columns: [...text('candidate'), ...numbers(metric, 'difference', 'interval', 'p', 'won / lost', 'rows')],
      rows: sealed.finalists.map(({ candidateId, metrics, won, lost }) => {
        const figures = metrics.find((each) => each.metric === metric);
        return [
          candidateId,
          formatMetric(metric, figures?.winner ?? null),
          formatDifference(metric, figures?.difference ?? null),
          range(metric, figures?.interval ?? null, formatDifference),
          pText(figures?.pValue ?? null),
          `${won.length} / ${lost.length}`,
          String(figures?.rows ?? 0),
        ];
      }),
    },
    ...rows,
  );
}
