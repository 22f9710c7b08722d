import { type Block, muted, numbers, section, text } from './block.ts';
import type { Report } from './report.ts';

/** How far the judges of the suite agree with people. */
export function judges({ judges: list }: Report): Block[] {
  if (list.length === 0) return [];
  return section('Judges', muted('As known when this report was made: a calibration may be younger than the job.'), {
    kind: 'table',
    label: 'Agreement of judges with people',
    columns: [...text('evaluator', 'judge', 'calibrated'), ...numbers('labelled rows', 'kappa', '95 % interval')],
    rows: list.map(({ evaluator, judges: models, card }) => [
      evaluator,
      models.join(', '),
      card ? card.calibratedAt.slice(0, 10) : 'never',
      card ? String(card.rows) : '–',
      card?.kappa?.value == null ? '–' : card.kappa.value.toFixed(2),
      card?.kappa?.interval ? `${card.kappa.interval.low.toFixed(2)} to ${card.kappa.interval.high.toFixed(2)}` : '–',
    ]),
  });
}
