import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { BASENAME } from '../data/base.ts';
import { BrokenPage } from './broken-page.tsx';
import { NotFound } from './not-found.tsx';
import type { Page } from './page.ts';
import { PAGES } from './pages.ts';
import { Shell } from './shell.tsx';

const routeOf = ({ path, load, tabs = [], below = [] }: Page): RouteObject => ({
  path,
  lazy: load,
  ErrorBoundary: BrokenPage,
  children: [...tabs, ...below].map(
    (tab): RouteObject =>
      tab.path === ''
        ? { index: true, lazy: tab.load, ErrorBoundary: BrokenPage }
        : { path: tab.path, lazy: tab.load, ErrorBoundary: BrokenPage },
  ),
});

export const router = createBrowserRouter(
  [
    {
      Component: Shell,
      ErrorBoundary: BrokenPage,
      HydrateFallback: () => null,
      children: [
        { index: true, element: <Navigate to="/jobs" replace /> },
        ...PAGES.map(routeOf),
        { path: '*', Component: NotFound },
      ],
    },
  ],
  { basename: BASENAME },
);
