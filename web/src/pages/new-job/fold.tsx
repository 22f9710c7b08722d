import type { ReactNode } from 'react';
import classes from './fold.module.css';

/** What few people set. */
export function Fold({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <details className={classes.fold}>
      <summary>{title}</summary>
      <div className={classes.content}>{children}</div>
    </details>
  );
}
