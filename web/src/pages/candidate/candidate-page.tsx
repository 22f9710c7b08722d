import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { Link, useOutletContext, useParams } from 'react-router';
import type { CandidateWithScores, Job } from '../../../../src/client/index.ts';
import { formatMetric } from '../../../../src/domain/figures.ts';
import { CandidateLinks, comparePath, rolloutPath } from '../../components/candidate-links.tsx';
import { Changes } from '../../components/changes.tsx';
import { CohortTable } from '../../components/cohort-table.tsx';
import { Fate } from '../../components/fate.tsx';
import { Figures } from '../../components/figures.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Score } from '../../components/score.tsx';
import { Section } from '../../components/section.tsx';
import { useCandidate } from '../../data/candidates.ts';
import { objectivesOf } from '../../data/objectives.ts';
import { PromptTexts } from './prompt-texts.tsx';
import { WonAndLost } from './won-and-lost.tsx';

/** One candidate: who it is, why it was made, what it says, and what it wins and loses. */
export function Component() {
  const job = useOutletContext<Job>();
  const { candidateId = '' } = useParams();
  const candidate = useCandidate(job.id, candidateId);
  if (candidate.isPending) return <Loading what="the candidate" height={480} />;
  if (candidate.isError) return <ProblemAlert error={candidate.error} onRetry={candidate.refetch} />;
  return <CandidateView key={candidateId} job={job} candidate={candidate.data} />;
}

function CandidateView({ job, candidate }: { readonly job: Job; readonly candidate: CandidateWithScores }) {
  const { id, reason, cohortTable } = candidate;
  const isBaseline = candidate.parents.length === 0;
  return (
    <Stack gap="lg">
      <title>{`${id} of ${job.name || job.id} · Paretune`}</title>
      <Stack gap="sm">
        <Group justify="space-between" gap="sm">
          <Title order={2}>
            Candidate {id}
            {job.best?.candidateId === id ? ', the best' : ''}
          </Title>
          {!isBaseline && (
            <Button component={Link} to={comparePath(`${job.id}/c0`, `${job.id}/${id}`)} variant="default">
              Compare with the baseline
            </Button>
          )}
        </Group>
        <Facts job={job} candidate={candidate} />
      </Stack>
      <Section title="Why it was made">
        <Text size="sm" mt={4} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {reason || 'No reason was recorded.'}
        </Text>
        <ReflectedOn job={job} candidate={candidate} />
      </Section>
      <PromptTexts job={job} candidate={candidate} />
      {!isBaseline && <Changes jobId={job.id} candidateId={id} />}
      <Section title="Failures by cohort, on the train and validation rows it was run on">
        <CohortTable cohorts={cohortTable} />
      </Section>
      {!isBaseline && <WonAndLost job={job} candidate={candidate} />}
    </Stack>
  );
}

function Facts({ job, candidate }: { readonly job: Job; readonly candidate: CandidateWithScores }) {
  const { headline, others } = objectivesOf(job);
  const { standing } = candidate;
  return (
    <Figures
      of={[
        { label: 'Operator', value: candidate.operator },
        { label: 'Parents', value: <CandidateLinks jobId={job.id} ids={candidate.parents} /> },
        {
          label: `${headline.metric}${standing?.kind === 'screening' ? ', screening' : ', validation'}`,
          value: standing ? (
            <Score metric={headline.metric} value={standing.score} interval={standing.interval} />
          ) : (
            'not ranked'
          ),
        },
        ...others.map(({ metric }) => ({
          label: metric,
          value: <Score metric={metric} value={standing?.objectives[metric]} />,
        })),
        ...(standing && standing.violation > 0 ? [{ label: 'Constraints', value: 'broken' }] : []),
        // An objective says it already.
        ...(others.some(({ metric }) => metric === 'promptTokens')
          ? []
          : [{ label: 'Prompt length', value: formatMetric('promptTokens', candidate.promptTokens) }]),
        ...Object.entries(candidate.evaluators).map(([evaluator, { mean, interval, rows }]) => ({
          label: `${evaluator}, mean of ${rows} open rows`,
          value: <Score metric={evaluator} value={mean} interval={interval} />,
        })),
        ...(candidate.parents.length === 0 && candidate.fate === null
          ? []
          : [{ label: 'Fate', value: <Fate fate={candidate.fate} reason /> }]),
      ]}
    />
  );
}

function ReflectedOn({ job, candidate }: { readonly job: Job; readonly candidate: CandidateWithScores }) {
  const [parent] = candidate.parents;
  if (candidate.reflectedOn.length === 0 || parent === undefined) return null;
  return (
    <Text size="sm" mt="xs" c="dimmed" component="div">
      Written after looking at {candidate.reflectedOn.length === 1 ? 'row ' : 'rows '}
      {candidate.reflectedOn.map((row, place) => (
        <span key={row}>
          {place > 0 && ', '}
          <Anchor component={Link} underline="always" to={rolloutPath(job.id, parent, row)} size="sm">
            {row}
          </Anchor>
        </span>
      ))}{' '}
      as {parent} answered {candidate.reflectedOn.length === 1 ? 'it' : 'them'}.
    </Text>
  );
}
