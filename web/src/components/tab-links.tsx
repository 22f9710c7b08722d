import { Link } from 'react-router';
import classes from './tab-links.module.css';

/** Parts of one page, each under a path of its own: links, so that they open in new windows and in the history. */
export function TabLinks({
  label,
  tabs,
  current,
}: {
  readonly label: string;
  /** `to` is a path of the console. */
  readonly tabs: readonly { readonly label: string; readonly to: string }[];
  readonly current: string;
}) {
  return (
    <nav aria-label={label} className={classes.list}>
      {tabs.map((tab) => (
        <Link
          key={tab.to}
          to={tab.to}
          className={classes.tab}
          {...(tab.to === current && { 'aria-current': 'page', ref: intoSight })}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}

/** On a narrow screen the later tabs are out of sight. */
const intoSight = (tab: HTMLElement | null): void => tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
