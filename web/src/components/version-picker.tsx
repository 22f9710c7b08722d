import { Group, NativeSelect } from '@mantine/core';
import { useSearchParams } from 'react-router';

/** Which two versions are compared, newest first in both lists; kept in the address. */
export function VersionPicker({ newest }: { readonly newest: number }) {
  const [, setSearch] = useSearchParams();
  const between = useBetween(newest);
  const data = Array.from({ length: newest }, (_, at) => ({
    value: String(newest - at),
    label: `Version ${newest - at}`,
  }));
  const show = ({ from, to }: Between) => setSearch({ from: String(from), to: String(to) }, { replace: true });
  return (
    <Group gap="xs" align="flex-end">
      <NativeSelect
        size="xs"
        label="From"
        data={data}
        value={String(between.from)}
        onChange={({ currentTarget }) => show({ ...between, from: Number(currentTarget.value) })}
      />
      <NativeSelect
        size="xs"
        label="To"
        data={data}
        value={String(between.to)}
        onChange={({ currentTarget }) => show({ ...between, to: Number(currentTarget.value) })}
      />
    </Group>
  );
}

interface Between {
  readonly from: number;
  readonly to: number;
}

/** The two versions of the address; by default the newest one and the one before. */
export function useBetween(newest: number): Between {
  const [search] = useSearchParams();
  const number = (name: string, fallback: number) => {
    const value = Number(search.get(name));
    return Number.isInteger(value) && value > 0 ? value : fallback;
  };
  return { from: number('from', Math.max(1, newest - 1)), to: number('to', newest) };
}
