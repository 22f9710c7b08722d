import { Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import type { JudgeStanding } from '../../../../src/client/index.ts';
import { Kappa } from '../../components/kappa.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Warnings } from '../../components/warnings.tsx';
import { useSuiteJudges } from '../../data/suites.ts';

/** Who grades, and how far they agree with people. Nothing where no evaluator is graded by a model. */
export function SuiteJudges({ name, version }: { readonly name: string; readonly version: number }) {
  const judges = useSuiteJudges(name, version);
  if (judges.isError) return <ProblemAlert error={judges.error} onRetry={judges.refetch} />;
  const items = judges.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Stack gap="xs">
      <Title order={2}>Judges</Title>
      {items.map((standing) => (
        <Standing key={standing.evaluator} standing={standing} />
      ))}
    </Stack>
  );
}

function Standing({ standing: { evaluator, judges, card, warnings } }: { readonly standing: JudgeStanding }) {
  return (
    <Card withBorder padding="sm">
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={3}>{evaluator}</Title>
          <Text size="sm" c="dimmed">
            {judges.length === 0 ? 'graded by the judge of the job' : judges.map(({ model }) => model).join(', ')}
          </Text>
        </Group>
        {card ? (
          <Text size="sm">
            Agreement with people: <Kappa kappa={card.kappa} />, on {card.rows} rows of {card.dataset.ref}.{' '}
            <Anchor component={Link} to={`/judges/${card.id}`} size="sm" underline="always">
              Its card
            </Anchor>
          </Text>
        ) : (
          <Text size="sm" c="dimmed">
            Never compared with human labels: <code>paretune judges calibrate</code>.
          </Text>
        )}
        <Warnings warnings={warnings} />
      </Stack>
    </Card>
  );
}
