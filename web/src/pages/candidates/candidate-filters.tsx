import { Button, Group, MultiSelect, Select } from '@mantine/core';
import type { Standings, StandingsQuery } from '../../../../src/client/index.ts';
import { formatCount } from '../../../../src/domain/figures.ts';

const KINDS = [
  { value: 'validation', label: 'Validation' },
  { value: 'screening', label: 'Screening' },
  { value: 'none', label: 'Not ranked' },
];

type Counts = Standings['fates'];

export function CandidateFilters({
  query,
  fates,
  operators,
  onChange,
}: {
  readonly query: StandingsQuery;
  readonly fates: Counts;
  readonly operators: Counts;
  readonly onChange: (next: Readonly<Record<string, string>>) => void;
}) {
  const { fate, operator, kind, parent } = query;
  const filtered = [fate, operator, kind, parent].some((each) => each !== undefined);
  return (
    <Group gap="xs" align="flex-end">
      <Names label="Fate" counts={fates} value={fate} onChange={(value) => onChange({ fate: value })} />
      <Names label="Operator" counts={operators} value={operator} onChange={(value) => onChange({ operator: value })} />
      <Select
        label="Ranked on"
        placeholder="Any"
        clearable
        w={140}
        data={KINDS}
        value={kind ?? null}
        onChange={(value) => onChange({ kind: value ?? '' })}
      />
      {filtered && (
        <Button variant="default" onClick={() => onChange({ fate: '', operator: '', kind: '', parent: '' })}>
          {parent === undefined ? 'Clear filters' : `Clear filters (made from ${parent})`}
        </Button>
      )}
    </Group>
  );
}

function Names({
  label,
  counts,
  value,
  onChange,
}: {
  readonly label: string;
  readonly counts: Counts;
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
}) {
  const chosen = value?.split(',') ?? [];
  return (
    <MultiSelect
      label={label}
      size="xs"
      placeholder={chosen.length === 0 ? 'Any' : ''}
      clearable
      miw={160}
      maw={320}
      data={counts.map(({ name, count }) => ({ value: name, label: `${name} (${formatCount(count)})` }))}
      value={chosen}
      onChange={(names) => onChange(names.join(','))}
    />
  );
}
