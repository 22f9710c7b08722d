import { Drawer, Stack, Text } from '@mantine/core';
import type { DatasetRow } from '../../../../src/client/index.ts';
import { Facts } from '../../components/facts.tsx';
import { jsonText } from '../../components/json-text.ts';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { TextBlock } from '../../components/text-block.tsx';
import { useRow } from '../../data/datasets.ts';

/** One row in full, beside the list. */
export function RowDrawer({
  name,
  version,
  id,
  onClose,
}: {
  readonly name: string;
  readonly version: number;
  readonly id: string;
  readonly onClose: () => void;
}) {
  const row = useRow(name, version, id);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={id}
      closeButtonProps={{ 'aria-label': 'Close the row' }}
    >
      {row.isError && <ProblemAlert error={row.error} onRetry={row.refetch} />}
      {row.isPending && <Loading what="the row" />}
      {row.isSuccess && row.data === null && <Text size="sm">This version has no row of this id.</Text>}
      {row.data && <Row row={row.data} />}
    </Drawer>
  );
}

function Row({ row }: { readonly row: DatasetRow }) {
  const { input, expected, context, metadata } = row;
  return (
    <Stack gap="md">
      <Facts
        facts={[
          ['Split', row.split ?? 'none'],
          ['Cohort', row.cohort],
          ['Excluded because', row.excluded],
          ...Object.entries(metadata).map(([key, value]): [string, string] => [key, jsonText(value)]),
        ]}
      />
      <TextBlock label="Input" text={jsonText(input)} />
      {expected === undefined ? (
        <Text size="sm" c="dimmed">
          No expected answer was given.
        </Text>
      ) : (
        <TextBlock label="Expected" text={jsonText(expected)} />
      )}
      {context.map((document, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a document is known by its place
        <TextBlock key={at} label={context.length === 1 ? 'Context' : `Context ${at + 1}`} text={document} />
      ))}
    </Stack>
  );
}
