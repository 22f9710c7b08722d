import { formatMetric } from '../../domain/figures.ts';
import { type Block, muted, numbers, range, section, text } from './block.ts';
import type { Report } from './report.ts';

/** Candidates in the documents; the JSON report has all. */
const MOST_CANDIDATES = 30;

/** With several objectives: every candidate that no other one dominates, and what they dominate together. */
export function pareto({ pareto: found }: Pick<Report, 'pareto'>): Block[] {
  if (!found || found.front.length === 0) return [];
  const { front, reference, hypervolume, kind } = found;
  const metrics = Object.keys(reference);
  const from = metrics.map((metric) => `${metric} ${formatMetric(metric, reference[metric] ?? null)}`).join(', ');
  const volume =
    hypervolume === null
      ? 'Their hypervolume could not be reckoned.'
      : hypervolume === 0
        ? `Hypervolume 0: none of them is better than ${from} on every objective at once (the limits, or the baseline where there is no limit).`
        : `Hypervolume ${hypervolume.toPrecision(3)}, counted from ${from}: the limits, or the baseline where there is no limit.`;
  const rows = kind === 'screening' ? 'the rows that the search has looked at' : 'the validation rows';
  const rest = front.length - MOST_CANDIDATES;
  return section(
    'The front',
    muted(`No other candidate is at least as good on every objective and better on one, on ${rows}. ${volume}`),
    { kind: 'frontier' },
    {
      kind: 'table',
      label: 'Candidates of the front',
      columns: [...text('candidate'), ...metrics.flatMap((metric) => numbers(metric, 'interval'))],
      rows: front
        .slice(0, MOST_CANDIDATES)
        .map(({ candidateId, values }) => [
          candidateId,
          ...metrics.flatMap((metric) => [
            formatMetric(metric, values[metric]?.value ?? null),
            range(metric, values[metric]?.interval ?? null),
          ]),
        ]),
    },
    ...(rest > 0 ? [muted(`${rest} more candidates are in the JSON report.`)] : []),
  );
}
