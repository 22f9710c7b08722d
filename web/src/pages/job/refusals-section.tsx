import { Text } from '@mantine/core';
import type { Job } from '../../../../src/client/index.ts';
import { formatCount } from '../../../../src/domain/figures.ts';
import { Section } from '../../components/section.tsx';
import { SmallTable } from '../../components/small-table.tsx';
import { useRefusals } from '../../data/job-details.ts';

/** Proposals that were refused before they cost a rollout, by reason. */
export function RefusalsSection({ job }: { readonly job: Job }) {
  const refusals = useRefusals(job);
  const { proposals, accepted, refused } = job.progress;
  if (proposals === 0) return null;
  return (
    <Section title="Proposals">
      <Text size="sm">
        {formatCount(proposals)} proposed, {formatCount(accepted)} accepted, {formatCount(refused)} refused before they
        cost a rollout.
      </Text>
      {refusals.data && refusals.data.reasons.length > 0 && (
        <SmallTable
          label="Refused proposals by reason"
          heads={['Reason', '>Times', 'The first of them']}
          rows={refusals.data.reasons.map(({ refusal, count, example }) => ({
            key: refusal,
            cells: [
              refusal,
              formatCount(count),
              <span key="example" style={{ overflowWrap: 'anywhere' }}>
                {example}
              </span>,
            ],
          }))}
        />
      )}
    </Section>
  );
}
