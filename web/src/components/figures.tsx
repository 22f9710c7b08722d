import type { ReactNode } from 'react';
import classes from './figures.module.css';

/** Facts with their names above them, as many in a line as there is room for. */
export function Figures({ of }: { readonly of: readonly { readonly label: string; readonly value: ReactNode }[] }) {
  return (
    <dl className={classes.list}>
      {of.map(({ label, value }) => (
        <div key={label}>
          <dt className={classes.label}>{label}</dt>
          <dd className={classes.value}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
