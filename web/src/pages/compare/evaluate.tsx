import { Alert, Anchor, Button, Progress, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { hasEnded, type Job } from '../../../../src/client/index.ts';
import { comparePath } from '../../components/candidate-links.tsx';
import { JobStatus } from '../../components/job-status.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Section } from '../../components/section.tsx';
import { useEvaluate, useEvaluation, useRecentJobs, useSides } from '../../data/comparisons.ts';
import { useJob } from '../../data/jobs.ts';
import { subjectOf } from '../../data/subjects.ts';
import { evaluationOf } from './evaluation-of.ts';

/** The offer to run both on the same rows: with the dataset, the evaluators and the models of a job, on its validation rows. */
export function Evaluate({ a, b, why }: { readonly a: string; readonly b: string; readonly why: string }) {
  const own = [a, b].flatMap((side) => {
    const subject = subjectOf(side);
    return subject?.kind === 'candidate' && !subject.id.startsWith('eval') ? [subject.id] : [];
  });
  const [asked, setAsked] = useState<string | null>(null);
  const jobId = asked ?? own[0] ?? null;
  return (
    <Section title="Nothing was measured of both">
      <Stack gap="sm" align="flex-start">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {why}
        </Text>
        {own.length === 0 && <JobChoice value={jobId} onChange={setAsked} />}
        {jobId !== null && <Offer key={jobId} a={a} b={b} jobId={jobId} />}
      </Stack>
    </Section>
  );
}

function JobChoice({
  value,
  onChange,
}: {
  readonly value: string | null;
  readonly onChange: (jobId: string | null) => void;
}) {
  const jobs = useRecentJobs();
  if (jobs.isError) return <ProblemAlert error={jobs.error} onRetry={jobs.refetch} />;
  return (
    <Select
      label="With the rows, evaluators and models of the job"
      placeholder={jobs.isPending ? 'Loading …' : 'Choose a job'}
      searchable
      w={380}
      maw="100%"
      data={(jobs.data ?? []).map(({ id, name }) => ({ value: id, label: name === '' ? id : `${name} (${id})` }))}
      value={value}
      onChange={onChange}
    />
  );
}

function Offer({ a, b, jobId }: { readonly a: string; readonly b: string; readonly jobId: string }) {
  const job = useJob(jobId);
  const sides = useSides(a, b);
  for (const query of [job, sides])
    if (query.isError) return <ProblemAlert error={query.error} onRetry={query.refetch} />;
  if (!job.data || !sides.data) return <Loading what="the job" height={60} />;
  return <Run job={job.data} body={evaluationOf(`${a} and ${b}`, sides.data, job.data)} />;
}

function Run({ job, body }: { readonly job: Job; readonly body: ReturnType<typeof evaluationOf> }) {
  const evaluate = useEvaluate();
  const evaluation = useEvaluation(evaluate.data?.id ?? null);
  const now = evaluation.data ?? evaluate.data;
  return (
    <Stack gap="sm" w="100%" maw={640}>
      <Text size="sm">
        An evaluation runs both on the {body.rows} validation rows of {job.name || job.id}: at most {2 * body.rows}{' '}
        rollouts of {body.model}. Answers that are known already are not paid again.
      </Text>
      {evaluate.isError && <ProblemAlert error={evaluate.error} />}
      {evaluation.isError && <ProblemAlert error={evaluation.error} onRetry={evaluation.refetch} />}
      {!now && (
        <Button
          loading={evaluate.isPending}
          onClick={() => evaluate.mutate(body.request)}
          style={{ alignSelf: 'flex-start' }}
        >
          Evaluate both
        </Button>
      )}
      {now && (
        <div role="status">
          <JobStatus status={now.status} />{' '}
          {!hasEnded(now) && (
            <>
              <Text span size="sm">
                {now.progress.rollouts} of {2 * body.rows} rollouts
              </Text>
              <Progress mt="xs" value={100 * now.progress.fraction} aria-label="Progress of the evaluation" size="sm" />
            </>
          )}
          {now.status === 'succeeded' && (
            <Anchor component={Link} underline="always" to={comparePath(`${now.id}/c0`, `${now.id}/c1`)} size="sm">
              Show what was measured
            </Anchor>
          )}
        </div>
      )}
      {now?.error && (
        <Alert color="red" title="The evaluation failed">
          {now.error}
        </Alert>
      )}
    </Stack>
  );
}
