import { Outlet, useLocation } from 'react-router';
import type { Tab } from '../app/page.ts';
import { TabLinks } from './tab-links.tsx';

/** The tabs of a page, and the one that the address names. */
export function TabbedPage({
  root,
  label,
  tabs,
}: {
  /** Path of the page. */
  readonly root: string;
  readonly label: string;
  readonly tabs: readonly Tab[];
}) {
  const { pathname } = useLocation();
  const links = tabs.map((tab) => ({ label: tab.label, to: tab.path === '' ? root : `${root}/${tab.path}` }));
  const current = links.findLast(({ to }) => pathname === to || pathname.startsWith(`${to}/`))?.to ?? root;
  return (
    <>
      <TabLinks label={label} tabs={links} current={current} />
      <Outlet />
    </>
  );
}
