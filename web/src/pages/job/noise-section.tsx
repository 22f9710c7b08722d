import { Text } from '@mantine/core';
import type { Job } from '../../../../src/client/index.ts';
import { Section } from '../../components/section.tsx';

/** What the baseline scored against itself, and the smallest gain that could be shown. */
export function NoiseSection({ noise }: Pick<Job, 'noise'>) {
  return (
    <Section title="Noise floor">
      {noise ? (
        <Text size="sm">
          {percent(noise.flipRate)} of {noise.rows} rows score differently between two runs of the same prompt
          {noise.deterministic ? ' (the model answers the same each time)' : ''}. On {noise.testRows} test rows with{' '}
          {noise.repeats} {noise.repeats === 1 ? 'run' : 'runs'} each, the smallest true gain that the verdict shows
          with 80 % power is{' '}
          {noise.minimumDetectableEffect === null ? 'none' : noise.minimumDetectableEffect.toFixed(3)}.
        </Text>
      ) : (
        <Text size="sm" c="dimmed">
          Not measured: the job had no A/A run.
        </Text>
      )}
    </Section>
  );
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
