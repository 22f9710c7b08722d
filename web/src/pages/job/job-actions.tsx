import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from 'react-router';
import { hasEnded, type Job } from '../../../../src/client/index.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useCancel } from '../../data/job-details.ts';

/** What can be done with a job. */
export function JobActions({ job }: { readonly job: Job }) {
  const [asking, { open, close }] = useDisclosure(false);
  const cancel = useCancel(job.id);
  return (
    <>
      <CopyButton text={job.id} label="Copy id" size="xs" />
      <Button component={Link} to={`/jobs/new?from=${encodeURIComponent(job.id)}`} variant="default" size="xs">
        Submit again
      </Button>
      {!hasEnded(job) && (
        <Button variant="default" size="xs" onClick={open}>
          Cancel the job
        </Button>
      )}
      <Modal opened={asking} onClose={close} title="Cancel the job?" size="sm" centered>
        <Stack gap="sm">
          <Text size="sm">
            Calls in flight are aborted. What was found until then stays, and the job cannot be taken up again. There
            will be no verdict on the sealed rows.
          </Text>
          {cancel.isError && <ProblemAlert error={cancel.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Let it run
            </Button>
            <Button
              color="red"
              loading={cancel.isPending}
              onClick={() => cancel.mutate(undefined, { onSuccess: close })}
            >
              Cancel the job
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
