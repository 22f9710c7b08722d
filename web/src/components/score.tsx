import { Text } from '@mantine/core';
import { formatMetric } from '../../../src/domain/figures.ts';

interface Interval {
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

/**
 * A figure in its unit, with its interval beside it. `null` reads "not measured", never 0. A screening score stands on few rows, partly
 * under an ancestor's text, and a sealed one on the test rows: say so with `on`.
 *
 * ```tsx
 * <Score metric="routing" value={0.84} interval={{ low: 0.78, high: 0.89, level: 0.95 }} on="sealed" />
 * ```
 */
export function Score({
  metric,
  value,
  interval = null,
  on,
}: {
  readonly metric: string;
  readonly value: number | null | undefined;
  readonly interval?: Interval | null;
  readonly on?: 'validation' | 'screening' | 'sealed';
}) {
  if (value === null || value === undefined)
    return (
      <Text span size="sm" c="dimmed">
        not measured
      </Text>
    );
  return (
    <Text span size="sm" style={{ whiteSpace: 'nowrap' }}>
      {formatMetric(metric, value)}
      {interval && (
        <Text span size="xs" c="dimmed" title={`${Math.round(interval.level * 100)} % interval`}>
          {' '}
          [{short(metric, interval.low)}, {short(metric, interval.high)}]
        </Text>
      )}
      {on && on !== 'validation' && (
        <Text span size="xs" c="dimmed">
          {' '}
          {on}
        </Text>
      )}
    </Text>
  );
}

/** Without the unit, which stands beside it already. */
const short = (metric: string, value: number): string => formatMetric(metric, value).replace(/ (tokens?|ms|%)$/, '');
