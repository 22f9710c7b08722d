import { Group, NativeSelect } from '@mantine/core';

/** Which two versions are compared. Newest first in both lists. */
export function VersionPicker({
  versions,
  from,
  to,
  onChange,
}: {
  readonly versions: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly onChange: (between: { readonly from: number; readonly to: number }) => void;
}) {
  const data = versions.map((version) => ({ value: String(version), label: `Version ${version}` }));
  return (
    <Group gap="xs" align="flex-end">
      <NativeSelect
        size="xs"
        label="From"
        data={data}
        value={String(from)}
        onChange={({ currentTarget }) => onChange({ from: Number(currentTarget.value), to })}
      />
      <NativeSelect
        size="xs"
        label="To"
        data={data}
        value={String(to)}
        onChange={({ currentTarget }) => onChange({ from, to: Number(currentTarget.value) })}
      />
    </Group>
  );
}

/** The two versions of the address; by default the newest one and the one before. */
export function betweenOf(search: URLSearchParams, newest: number) {
  const number = (name: string, fallback: number) => {
    const value = Number(search.get(name));
    return Number.isInteger(value) && value > 0 ? value : fallback;
  };
  return { from: number('from', Math.max(1, newest - 1)), to: number('to', newest) };
}
