import { formatCount, formatMetric } from '../../domain/figures.ts';
import { type Block, metricText, muted, numbers, pText, section, text } from './block.ts';
import type { Report } from './report.ts';

const STATUS = {
  holds: 'holds',
  'under-powered': 'too few rows to tell',
  doubtful: 'in doubt',
  broken: 'broken',
  missing: 'not measured',
} as const;

export function constraints({ verdict, shownId }: Report): Block[] {
  if (!verdict || verdict.constraints.length === 0) return [];
  return section(
    'Hard constraints on the sealed rows',
    muted(
      `"Not worse than the baseline" is broken when the rows show a loss beyond the margin (p below 0.025, corrected for the number of constraints), in doubt up to p = 0.2, and holds when a loss of more than the margin (at least 0.05) is excluded with 95 % confidence.`,
    ),
    {
      kind: 'table',
      label: 'Hard constraints',
      columns: [
        ...text('metric', 'rule', 'status'),
        ...numbers('baseline', shownId, 'loss not excluded', 'p', 'won / lost', 'rows', 'rows needed'),
      ],
      rows: verdict.constraints.map((each) => [
        metricText(each.metric),
        each.rule === 'limit' ? `limit ${each.allowed}` : `margin ${each.allowed}`,
        STATUS[each.status],
        formatMetric(each.metric, each.baseline),
        formatMetric(each.metric, each.winner),
        each.worstLoss === null ? '–' : formatMetric(each.metric, each.worstLoss),
        each.rule === 'limit' ? '–' : pText(each.pValue),
        each.rule === 'limit' ? '–' : `${each.wins} / ${each.losses}`,
        formatCount(each.rows),
        each.rowsNeeded === null ? '–' : formatCount(each.rowsNeeded),
      ]),
    },
  );
}
