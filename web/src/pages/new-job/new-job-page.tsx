import { Box, Button, Grid, SegmentedControl, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { ApiProblem, type Job } from '../../../../src/client/index.ts';
import { Loading } from '../../components/loading.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useJob } from '../../data/jobs.ts';
import { useDryRun, useSubmit } from '../../data/new-job.ts';
import { ChecksPanel } from './checks-panel.tsx';
import { type Draft, draftOf, EMPTY_DRAFT, getIn } from './draft.ts';
import { FormContext } from './form-context.ts';
import { JobForm } from './job-form.tsx';
import { TextView, type Written } from './text-view.tsx';

/** A new job; with `?from=JOB` one like an earlier one. */
export function Component() {
  const [search] = useSearchParams();
  const from = search.get('from');
  return (
    <>
      <PageHead title="New job" />
      {from === null ? <Editor first={EMPTY_DRAFT} /> : <EditorFrom jobId={from} />}
    </>
  );
}

function EditorFrom({ jobId }: { readonly jobId: string }) {
  const job = useJob(jobId);
  if (job.isError) return <ProblemAlert error={job.error} onRetry={job.refetch} />;
  if (!job.data) return <Loading what="the earlier job" />;
  return <Editor first={draftOf(job.data.resolved satisfies Job['resolved'])} />;
}

/** Two views of one value: the fields that people set, and the whole of it as text. */
function Editor({ first }: { readonly first: Draft }) {
  const [draft, setDraft] = useState(first);
  const [written, setWritten] = useState<Written | null>(null);
  const [search, setSearch] = useSearchParams();
  const navigate = useNavigate();
  const view = search.get('view') === 'text' ? 'text' : 'form';
  const [steady] = useDebouncedValue(draft, 600);
  const dryRun = useDryRun(steady);
  const submit = useSubmit();
  const form = useMemo(
    () => ({ draft, change: setDraft, errors: errorsOf(submit.error ?? dryRun.error, draft, submit.isError) }),
    [draft, dryRun.error, submit.error, submit.isError],
  );
  const send = () => submit.mutate(draft, { onSuccess: ({ id }) => navigate(`/jobs/${id}`) });
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, lg: 8 }}>
        <SegmentedControl
          size="xs"
          mb="md"
          aria-label="View of the job"
          data={[
            { value: 'form', label: 'Form' },
            { value: 'text', label: 'Text' },
          ]}
          value={view}
          onChange={(next) =>
            setSearch(
              (earlier) => {
                const params = new URLSearchParams(earlier);
                if (next === 'text') params.set('view', next);
                else params.delete('view');
                return params;
              },
              { replace: true },
            )
          }
        />
        {view === 'form' ? (
          <FormContext value={form}>
            <JobForm />
          </FormContext>
        ) : (
          <TextView
            draft={draft}
            written={written}
            onChange={(next) => {
              setWritten(next);
              setDraft(next.draft);
            }}
          />
        )}
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 4 }}>
        <Box pos="sticky" top={64}>
          <Stack gap="lg">
            <Button size="sm" loading={submit.isPending} onClick={send}>
              Submit the job
            </Button>
            {submit.isError && <ProblemAlert error={submit.error} title="The job was not taken" />}
            <ChecksPanel dryRun={dryRun} />
          </Stack>
        </Box>
      </Grid.Col>
    </Grid>
  );
}

/** Before the first attempt to submit, a field that was never touched is not blamed for being empty. */
function errorsOf(error: unknown, draft: Draft, submitted: boolean): ReadonlyMap<string, string> {
  if (!(error instanceof ApiProblem)) return new Map();
  const said = error.errors.filter(({ path }) => submitted || getIn(draft, path.split('.')) !== undefined);
  return new Map(said.map(({ path, message }) => [path, message]));
}
