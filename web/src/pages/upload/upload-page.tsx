import { Alert, Button, FileInput, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import type { DatasetVersion, Upload } from '../../../../src/client/index.ts';
import { formatCount } from '../../../../src/domain/figures.ts';
import { Facts } from '../../components/facts.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Warnings } from '../../components/warnings.tsx';
import { useUpload } from '../../data/datasets.ts';

/** First a look at what a file would become, then the upload: versions stay for good. */
export function Component() {
  const [search] = useSearchParams();
  const [name, setName] = useState(search.get('name') ?? '');
  const [file, setFile] = useState<File | null>(null);
  const [message, setMessage] = useState('');
  const look = useUpload();
  const store = useUpload();
  const navigate = useNavigate();
  const choose = (chosen: File | null) => {
    setFile(chosen);
    look.reset();
    if (chosen && name === '') setName(nameOf(chosen));
  };
  const upload = (dryRun: boolean): Upload | null =>
    file && {
      format: formatOf(file),
      open: () => file,
      dryRun,
      ...(message.trim() !== '' && { message: message.trim() }),
    };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = upload(true);
    if (found) look.mutate({ name: name.trim(), upload: found });
  };
  const keep = async () => {
    const found = upload(false);
    if (!found) return;
    const made = await store.mutateAsync({ name: name.trim(), upload: found }).catch(() => null);
    if (made) await navigate(`/datasets/${made.name}/versions/${made.version}`);
  };
  return (
    <>
      <PageHead title="Upload a dataset" />
      <Stack gap="md" maw={760}>
        <form onSubmit={submit}>
          <Stack gap="sm">
            <FileInput
              size="xs"
              label="File"
              description="JSON Lines, CSV with a header, or JSON with a list of rows. A row has an input, and may have expected, context, split, cohort, metadata and an id."
              placeholder="Choose a file"
              accept=".jsonl,.ndjson,.csv,.json"
              clearable
              required
              value={file}
              onChange={choose}
            />
            <TextInput
              label="Name of the dataset"
              description="Where it exists already, this becomes its next version."
              required
              value={name}
              onChange={({ currentTarget }) => {
                setName(currentTarget.value);
                look.reset();
              }}
            />
            <TextInput
              label="What changed"
              value={message}
              onChange={({ currentTarget }) => setMessage(currentTarget.value)}
            />
            <Group>
              <Button
                type="submit"
                size="sm"
                variant={look.data ? 'default' : 'filled'}
                loading={look.isPending}
                disabled={!file || name.trim() === ''}
              >
                Look at it
              </Button>
              <Text size="xs" c="dimmed">
                Nothing is stored yet.
              </Text>
            </Group>
          </Stack>
        </form>
        {look.isError && <ProblemAlert error={look.error} />}
        {look.data && <Look found={look.data} />}
        {store.isError && <ProblemAlert error={store.error} />}
        {look.data && (
          <Group>
            <Button size="sm" onClick={() => void keep()} loading={store.isPending}>
              Store it as a version
            </Button>
          </Group>
        )}
      </Stack>
    </>
  );
}

function Look({ found: { rowCount, splits = {}, splitRatio, warnings } }: { readonly found: DatasetVersion }) {
  return (
    <Stack gap="sm" role="status">
      <Facts
        facts={[
          ['Rows', formatCount(rowCount)],
          ['Train', formatCount(splits['train'] ?? 0)],
          ['Validation', formatCount(splits['validation'] ?? 0)],
          ['Test (sealed until a verdict)', formatCount(splits['test'] ?? 0)],
          ['Splits', splitRatio ? 'drawn, the same whenever these rows are uploaded' : 'given with the rows'],
        ]}
      />
      <Warnings title="Before you store it" warnings={warnings} />
      {warnings.length === 0 && (
        <Alert color="green" variant="light" role="note" title="No warnings">
          The checks for size, empty splits, missing or contradicting answers and overlap between splits found nothing.
        </Alert>
      )}
    </Stack>
  );
}

const formatOf = (file: File): Upload['format'] =>
  /\.csv$/i.test(file.name) ? 'csv' : /\.json$/i.test(file.name) ? 'json' : 'jsonl';

/** A name that the service takes, from the file's. */
const nameOf = (file: File): string =>
  file.name
    .replace(/\.[^.]*$/, '')
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 100);
