import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './legend.module.css';

/** What the signs of a chart mean: an SVG of 14 × 14 each, and words. */
export function Legend({
  entries,
}: {
  readonly entries: readonly { readonly label: string; readonly sign: ReactNode }[];
}) {
  return (
    <Group component="ul" gap="md" className={classes.list} aria-label="Signs of the chart">
      {entries.map(({ label, sign }) => (
        <li key={label} className={classes.entry}>
          <svg width="18" height="14" viewBox="-9 -7 18 14" aria-hidden="true">
            {sign}
          </svg>
          {label}
        </li>
      ))}
    </Group>
  );
}
