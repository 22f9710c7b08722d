import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import type { RowFilter } from '../../../../src/client/index.ts';
import { SPLITS } from '../../../../src/domain/dataset.ts';
import { useCohorts } from '../../data/datasets.ts';

export function RowFilters({
  name,
  version,
  filter,
  onChange,
}: {
  readonly name: string;
  readonly version: number;
  readonly filter: RowFilter;
  readonly onChange: (filter: RowFilter) => void;
}) {
  const [search, setSearch] = useState(filter.search ?? '');
  useEffect(() => setSearch(filter.search ?? ''), [filter.search]);
  const cohorts = (useCohorts(name, version).data?.items ?? []).flatMap(({ cohort }) =>
    cohort === null ? [] : [cohort],
  );
  const changed = (change: { readonly [Key in keyof RowFilter]?: RowFilter[Key] | undefined }) => {
    const { split, cohort, search: text } = { ...filter, ...change };
    onChange({ ...(split && { split }), ...(cohort && { cohort }), ...(text && { search: text }) });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changed({ search: search.trim() || undefined });
  };
  return (
    <Group component="form" gap="xs" align="flex-end" {...{ onSubmit: submit }}>
      <NativeSelect
        size="xs"
        label="Split"
        data={[{ value: '', label: 'Any' }, ...SPLITS.map((split) => ({ value: split, label: split }))]}
        value={filter.split ?? ''}
        onChange={({ currentTarget }) => changed({ split: SPLITS.find((split) => split === currentTarget.value) })}
      />
      {cohorts.length > 0 && (
        <NativeSelect
          size="xs"
          label="Cohort"
          data={[{ value: '', label: 'Any' }, ...cohorts.map((cohort) => ({ value: cohort, label: cohort }))]}
          value={filter.cohort ?? ''}
          onChange={({ currentTarget }) => changed({ cohort: currentTarget.value || undefined })}
        />
      )}
      <TextInput
        label="Text"
        placeholder="In the id, the input, the expected answer"
        w={280}
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
      />
      <Button type="submit" variant="default">
        Search
      </Button>
    </Group>
  );
}
