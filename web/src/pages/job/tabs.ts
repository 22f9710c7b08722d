import type { Tab } from '../../app/page.ts';

/** Tabs of a job, in their order: one line each. The first has no path of its own. */
export const JOB_TABS: readonly Tab[] = [
  { path: '', label: 'Overview', load: () => import('./overview-tab.tsx') },
  { path: 'best', label: 'Best prompt', load: () => import('./best-tab.tsx') },
  { path: 'candidates', label: 'Candidates', load: () => import('../candidates/candidates-tab.tsx') },
  { path: 'lineage', label: 'Lineage', load: () => import('../lineage/lineage-tab.tsx') },
  { path: 'report', label: 'Diagnosis and report', load: () => import('./report-tab.tsx') },
];

/** Pages below a tab. */
export const JOB_PAGES: readonly Omit<Tab, 'label'>[] = [
  { path: 'candidates/:candidateId', load: () => import('../candidate/candidate-page.tsx') },
  { path: 'candidates/:candidateId/rows/:rowId', load: () => import('../rollout/rollout-page.tsx') },
];
