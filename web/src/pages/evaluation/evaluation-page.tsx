import { Alert, Progress, Stack, Text } from '@mantine/core';
import { useParams } from 'react-router';
import { type Evaluation, hasEnded } from '../../../../src/client/index.ts';
import { formatCount, formatDuration, formatUsd } from '../../../../src/domain/figures.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Facts } from '../../components/facts.tsx';
import { JobStatus } from '../../components/job-status.tsx';
import { Loading } from '../../components/loading.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Decision } from '../../components/verdict.tsx';
import { VersionLink } from '../../components/version-link.tsx';
import { Warnings } from '../../components/warnings.tsx';
import { useEvaluation } from '../../data/evaluations.ts';
import { CandidateResult } from './candidate-result.tsx';

export function Component() {
  const { id = '' } = useParams();
  const evaluation = useEvaluation(id);
  return (
    <>
      <PageHead
        title={evaluation.data?.name || (evaluation.data ? id : 'Evaluation')}
        beside={evaluation.data && <JobStatus status={evaluation.data.status} />}
        actions={<CopyButton text={id} label="Copy id" size="xs" />}
      />
      {evaluation.isError && <ProblemAlert error={evaluation.error} onRetry={evaluation.refetch} />}
      {evaluation.isPending && <Loading what="the evaluation" />}
      {evaluation.data && <Result evaluation={evaluation.data} />}
    </>
  );
}

function Result({ evaluation }: { readonly evaluation: Evaluation }) {
  const { candidates, status, error, progress, decision, aa } = evaluation;
  return (
    <Stack gap="lg">
      {!hasEnded(evaluation) && (
        <Progress value={progress.fraction * 100} size="sm" aria-label="Progress of the evaluation" />
      )}
      {status === 'failed' && (
        <Alert color="red" variant="light" title="The evaluation failed" role="alert">
          {error ?? 'No cause was recorded.'}
        </Alert>
      )}
      {decision && (
        <Stack gap={4} align="flex-start">
          <Decision decision={decision} />
          {aa && (
            <Text size="sm" c="dimmed">
              The baseline against itself: {aa.decision.reason}
            </Text>
          )}
        </Stack>
      )}
      <About evaluation={evaluation} />
      <Warnings warnings={evaluation.warnings} />
      {candidates.map((candidate) => (
        <CandidateResult key={candidate.id} candidate={candidate} evaluation={evaluation} />
      ))}
    </Stack>
  );
}

function About({ evaluation: { dataset, ood, suite, headline, spent } }: { readonly evaluation: Evaluation }) {
  return (
    <Facts
      facts={[
        ['Headline metric', headline],
        [
          'Measured on',
          <span key="rows">
            {formatCount(dataset.rows)} {dataset.split === 'test' ? 'sealed test' : dataset.split} rows of{' '}
            <VersionLink of="datasets" reference={dataset.ref} />
          </span>,
        ],
        [
          'Out of distribution',
          ood && (
            <span>
              {formatCount(ood.rows)} rows of <VersionLink of="datasets" reference={ood.ref} />, may lose {ood.margin}
            </span>
          ),
        ],
        ['Suite', <VersionLink key="suite" of="suites" reference={suite.ref ?? 'given inline'} />],
        ['Cost', `${formatUsd(spent.usd)}, ${formatCount(spent.tokens)} tokens`],
        ['Took', formatDuration(spent.seconds)],
      ]}
    />
  );
}
