import { Grid, List, Stack, Text } from '@mantine/core';
import { useOutletContext } from 'react-router';
import { hasEnded, type Job } from '../../../../src/client/index.ts';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Section } from '../../components/section.tsx';
import { SmallTable } from '../../components/small-table.tsx';
import { type Report, useReport } from '../../data/report.ts';
import { Downloads } from './downloads.tsx';
import { NoiseSection } from './noise-section.tsx';

/** What is left, what would mend it, what more would bring; and the whole report to take away. */
export function Component() {
  const job = useOutletContext<Job>();
  const { report } = useReport(job, true);
  if (report.isError) return <ProblemAlert error={report.error} onRetry={report.refetch} />;
  if (!report.data) return <Loading what="the report" />;
  const { diagnosis, returns, nextSteps } = report.data;
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, lg: 8 }}>
        <Stack gap="xl">
          <Diagnosis diagnosis={diagnosis} ended={hasEnded(job)} />
          <Section title="What more would bring">
            <Text size="sm">{furtherOf(returns.further)}</Text>
            <Text size="xs" c="dimmed">
              {returns.further.why}
            </Text>
          </Section>
          <NoiseSection noise={job.noise} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 4 }}>
        <Stack gap="xl">
          <Section title="Next steps">
            <List size="sm" spacing={6}>
              {nextSteps.map((step) => (
                <List.Item key={step} style={{ overflowWrap: 'anywhere' }}>
                  {step}
                </List.Item>
              ))}
            </List>
          </Section>
          <Downloads job={job} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

function Diagnosis({ diagnosis, ended }: { readonly diagnosis: Report['diagnosis']; readonly ended: boolean }) {
  if (!diagnosis)
    return (
      <Section title="What is left to fix">
        <Text size="sm" c="dimmed">
          {ended
            ? 'The headline is no evaluator’s score, so single failures cannot be sorted.'
            : 'Known when the job has ended.'}
        </Text>
      </Section>
    );
  return (
    <Section title="What is left to fix">
      <Text size="sm">{diagnosis.sentence}</Text>
      {diagnosis.failing.length > 0 && (
        <SmallTable
          label="Failures by what would mend them"
          heads={['Row', 'Cause', 'Evidence']}
          rows={diagnosis.failing.map(({ rowId, cause, why }) => ({
            key: rowId,
            cells: [
              rowId,
              cause,
              <span key="why" style={{ overflowWrap: 'anywhere' }}>
                {why}
              </span>,
            ],
          }))}
        />
      )}
      {diagnosis.sealed && (
        <Text size="xs" c="dimmed">
          On the sealed rows {diagnosis.sealed.failures} of {diagnosis.sealed.rows} fail. Which ones is not told:
          choosing by them would use them up.
        </Text>
      )}
    </Section>
  );
}

function furtherOf({ per100Rollouts, perUsd }: Report['returns']['further']): string {
  if (per100Rollouts === null) return 'Unknown.';
  const gain = (value: number) => `+${value.toFixed(4)}`;
  return `About ${gain(per100Rollouts)} of the headline for each 100 further search rollouts${perUsd === null ? '' : `, ${gain(perUsd)} for each dollar`}.`;
}
