import type { Tab } from '../../app/page.ts';

export const DATASET_TABS: readonly Tab[] = [
  { path: '', label: 'Versions', load: () => import('./versions-tab.tsx') },
  { path: 'compare', label: 'Compare', load: () => import('./compare-tab.tsx') },
];
