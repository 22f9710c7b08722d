import { Text } from '@mantine/core';
import type { Job } from '../../../../src/client/index.ts';
import { Section } from '../../components/section.tsx';

/** What the service said when it took the job. */
export function Warnings({ warnings }: Pick<Job, 'warnings'>) {
  if (warnings.length === 0) return null;
  return (
    <Section title="Warnings">
      {warnings.map(({ code, message }) => (
        <Text key={`${code} ${message}`} size="sm" style={{ overflowWrap: 'anywhere' }}>
          <b>{code}</b>: {message}
        </Text>
      ))}
    </Section>
  );
}
