import { Anchor, Card, Group, List, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import type { Evaluation } from '../../../../src/client/index.ts';
import { formatDifference } from '../../../../src/domain/figures.ts';
import { Score } from '../../components/score.tsx';
import { Decision } from '../../components/verdict.tsx';
import { VersionLink } from '../../components/version-link.tsx';
import { type Column, VirtualTable } from '../../components/virtual-table.tsx';
import { CohortRates } from './cohort-rates.tsx';

type Candidate = Evaluation['candidates'][number];

interface Line {
  readonly metric: string;
  readonly figures: NonNullable<Candidate['metrics']>[string];
  readonly compared: NonNullable<NonNullable<Candidate['comparison']>>['metrics'][number] | undefined;
}

const COLUMNS: readonly Column<Line>[] = [
  { id: 'metric', head: 'Metric', width: 'minmax(9rem, 1.5fr)', cell: ({ metric }) => metric },
  {
    id: 'value',
    head: 'Value [95 % interval]',
    width: 'minmax(17rem, 1.5fr)',
    align: 'end',
    cell: ({ metric, figures }) => <Score metric={metric} value={figures.value} interval={figures.interval} />,
  },
  {
    id: 'baseline',
    head: 'Baseline',
    width: '8rem',
    align: 'end',
    cell: ({ metric, compared }) => (compared ? <Score metric={metric} value={compared.baseline} /> : '–'),
  },
  {
    id: 'difference',
    head: 'Better by',
    width: 'minmax(17rem, 1.5fr)',
    align: 'end',
    cell: ({ metric, compared }) => (compared ? <Difference metric={metric} compared={compared} /> : '–'),
  },
  {
    id: 'p',
    head: 'p',
    width: '5rem',
    align: 'end',
    cell: ({ compared }) =>
      compared?.pValue == null ? '–' : compared.pValue < 0.001 ? '< 0.001' : compared.pValue.toFixed(3),
  },
  {
    id: 'rows',
    head: 'Won / lost / tied',
    width: '9rem',
    align: 'end',
    cell: ({ compared }) => (compared ? `${compared.wins} / ${compared.losses} / ${compared.ties}` : '–'),
  },
  {
    id: 'missing',
    head: 'Rows (missing)',
    width: '8rem',
    align: 'end',
    cell: ({ figures }) => `${figures.rows} (${figures.missing})`,
  },
];

const SIGNS = { pass: '✓ passes', fail: '✕ fails', inconclusive: '? inconclusive' } as const;

/** One candidate: what was decided of it in a sentence, its figures beside the baseline's, its cohorts. */
export function CandidateResult({
  candidate,
  evaluation,
}: {
  readonly candidate: Candidate;
  readonly evaluation: Evaluation;
}) {
  const { id, name, ref, isBaseline, metrics, comparison, decision = null, source, cohorts = [] } = candidate;
  const lines = Object.entries(metrics ?? {}).map(
    ([metric, figures]): Line => ({
      metric,
      figures,
      compared: comparison?.metrics.find((each) => each.metric === metric),
    }),
  );
  return (
    <Card withBorder padding="md" component="section" aria-label={`Candidate ${id}`}>
      <Stack gap="sm">
        <Group gap="sm">
          <Title order={2}>
            {isBaseline ? 'Baseline' : `Candidate ${id}`}
            {[id, '', 'baseline'].includes(name) ? '' : `: ${name}`}
          </Title>
          {decision && <Decision decision={decision.decision} />}
          {ref && (
            <Text span size="sm">
              <VersionLink of="prompts" reference={ref} />
            </Text>
          )}
          {source && (
            <Anchor component={Link} to={`/jobs/${source.jobId}`} size="sm">
              from a job, {source.candidateId}
            </Anchor>
          )}
        </Group>
        {decision && <Text size="sm">{decision.reason}</Text>}
        {decision && decision.rules.length > 0 && (
          <List size="sm" aria-label="Gates">
            {decision.rules.map((rule) => (
              <List.Item key={`${rule.source} ${rule.text}`} style={{ overflowWrap: 'anywhere' }}>
                <b>{SIGNS[rule.outcome]}</b>: {rule.text}
              </List.Item>
            ))}
          </List>
        )}
        {lines.length === 0 ? (
          <Text size="sm" c="dimmed">
            Not measured yet.
          </Text>
        ) : (
          <VirtualTable
            label={`Figures of ${id}`}
            rows={lines}
            columns={COLUMNS}
            rowKey={({ metric }) => metric}
            minWidth="73rem"
          />
        )}
        <CohortRates label={`Cohorts of ${id}`} cohorts={cohorts} split={evaluation.dataset.split} />
      </Stack>
    </Card>
  );
}

function Difference({
  metric,
  compared,
}: {
  readonly metric: string;
  readonly compared: NonNullable<Line['compared']>;
}) {
  const { difference, interval } = compared;
  return (
    <Text span size="sm" style={{ whiteSpace: 'nowrap' }}>
      {formatDifference(metric, difference)}
      {interval && (
        <Text span size="xs" c="dimmed">
          {' '}
          [{formatDifference(metric, interval.low)}, {formatDifference(metric, interval.high)}]
        </Text>
      )}
    </Text>
  );
}
