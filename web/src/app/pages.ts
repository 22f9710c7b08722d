import { DATASET_TABS } from '../pages/dataset/tabs.ts';
import { JOB_PAGES, JOB_TABS } from '../pages/job/tabs.ts';
import { PROMPT_TABS } from '../pages/prompt/tabs.ts';
import type { Page } from './page.ts';

/** Every page of the console: one line each. Those with a word are linked in the navigation, in this order. */
export const PAGES: readonly Page[] = [
  { path: 'jobs', nav: 'Jobs', load: () => import('../pages/jobs/jobs-page.tsx') },
  { path: 'jobs/new', load: () => import('../pages/new-job/new-job-page.tsx') },
  { path: 'jobs/:jobId', load: () => import('../pages/job/job-page.tsx'), tabs: JOB_TABS, below: JOB_PAGES },
  { path: 'compare', nav: 'Compare', load: () => import('../pages/compare/compare-page.tsx') },
  { path: 'evaluations', nav: 'Evaluations', load: () => import('../pages/evaluations/evaluations-page.tsx') },
  { path: 'evaluations/:id', load: () => import('../pages/evaluation/evaluation-page.tsx') },
  { path: 'prompts', nav: 'Prompts', load: () => import('../pages/prompts/prompts-page.tsx') },
  { path: 'prompts/:name', load: () => import('../pages/prompt/prompt-page.tsx'), tabs: PROMPT_TABS },
  {
    path: 'prompts/:name/versions/:version',
    load: () => import('../pages/prompt-version/prompt-version-page.tsx'),
  },
  { path: 'new-prompt', load: () => import('../pages/new-prompt/new-prompt-page.tsx') },
  { path: 'datasets', nav: 'Datasets', load: () => import('../pages/datasets/datasets-page.tsx') },
  { path: 'datasets/:name', load: () => import('../pages/dataset/dataset-page.tsx'), tabs: DATASET_TABS },
  {
    path: 'datasets/:name/versions/:version',
    load: () => import('../pages/dataset-version/dataset-version-page.tsx'),
  },
  { path: 'upload', load: () => import('../pages/upload/upload-page.tsx') },
  { path: 'suites', nav: 'Suites', load: () => import('../pages/suites/suites-page.tsx') },
  { path: 'suites/:name', load: () => import('../pages/suite/suite-page.tsx') },
  { path: 'evaluators', nav: 'Evaluators', load: () => import('../pages/evaluators/evaluators-page.tsx') },
  { path: 'judges', nav: 'Judges', load: () => import('../pages/judges/judges-page.tsx') },
  { path: 'judges/:id', load: () => import('../pages/judge/judge-page.tsx') },
  { path: 'keys', nav: 'Keys', load: () => import('../pages/keys/keys-page.tsx') },
];
