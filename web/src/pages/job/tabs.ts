import type { Tab } from '../../app/page.ts';

/** Tabs of a job, in their order: one line each. The first has no path of its own. */
export const JOB_TABS: readonly Tab[] = [
  { path: '', label: 'Overview', load: () => import('./overview-tab.tsx') },
  { path: 'best', label: 'Best prompt', load: () => import('./best-tab.tsx') },
  { path: 'report', label: 'Diagnosis and report', load: () => import('./report-tab.tsx') },
];
