import { JOB_PAGES, JOB_TABS } from '../pages/job/tabs.ts';
import type { Page } from './page.ts';

/** Every page of the console: one line each. Those with a word are linked in the navigation, in this order. */
export const PAGES: readonly Page[] = [
  { path: 'jobs', nav: 'Jobs', load: () => import('../pages/jobs/jobs-page.tsx') },
  { path: 'jobs/new', load: () => import('../pages/new-job/new-job-page.tsx') },
  { path: 'jobs/:jobId', load: () => import('../pages/job/job-page.tsx'), tabs: JOB_TABS, below: JOB_PAGES },
  { path: 'compare', nav: 'Compare', load: () => import('../pages/compare/compare-page.tsx') },
];
