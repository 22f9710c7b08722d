import { Text } from '@mantine/core';
import type { JudgeCardAnswer } from '../../../src/client/index.ts';

/** Cohen's kappa with its interval: 1 is full agreement, 0 is chance. */
export function Kappa({ kappa }: { readonly kappa: JudgeCardAnswer['kappa'] }) {
  if (kappa === null || kappa.value === null)
    return (
      <Text span size="sm" c="dimmed">
        kappa cannot be said
      </Text>
    );
  const { value, interval } = kappa;
  return (
    <Text span size="sm" style={{ whiteSpace: 'nowrap' }}>
      kappa {value.toFixed(2)}
      {interval && (
        <Text span size="xs" c="dimmed" title={`${Math.round(interval.level * 100)} % interval`}>
          {' '}
          [{interval.low.toFixed(2)}, {interval.high.toFixed(2)}]
        </Text>
      )}
    </Text>
  );
}
