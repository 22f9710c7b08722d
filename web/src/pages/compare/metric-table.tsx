import { Text } from '@mantine/core';
import type { Comparison } from '../../../../src/client/index.ts';
import { formatDifference, formatInterval, formatMetric, formatP } from '../../../../src/domain/figures.ts';
import { SmallTable } from '../../components/small-table.tsx';

/** Every metric that both have, with the difference, its interval and rows won and lost. */
export function MetricTable({ comparison: { metrics } }: { readonly comparison: Comparison }) {
  return (
    <SmallTable
      label="Metrics of both"
      heads={['Metric', '>a', '>b', '>Gain of b', 'How sure', '>Rows', '>Won', '>Lost']}
      rows={metrics.map(({ metric, baseline, candidate, difference, rows, wins, losses, missing, ...test }) => ({
        key: metric,
        cells: [
          metric,
          formatMetric(metric, baseline),
          formatMetric(metric, candidate),
          formatDifference(metric, difference),
          <Text key="how sure" span size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
            {test.interval === null && test.pValue === null
              ? 'nothing can be said'
              : `${formatInterval(metric, test.interval, formatDifference)}, ${formatP(test.pValue)}`}
          </Text>,
          missing > 0 ? `${rows}, ${missing} more not measured for both` : rows,
          wins,
          losses,
        ],
      }))}
    />
  );
}
