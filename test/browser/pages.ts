import type { Environment } from './environment.ts';

/** Every page and state that is looked at: by the accessibility test, and by `npm run screenshots`. One line each. */
export const PAGES: readonly { readonly name: string; readonly path: (environment: Environment) => string }[] = [
  { name: 'jobs', path: () => '/jobs' },
  { name: 'jobs-none', path: () => '/jobs?prompt=nothing-like-it' },
  { name: 'new-job', path: () => '/jobs/new' },
  { name: 'new-job-again', path: ({ finishedJob }) => `/jobs/new?from=${finishedJob}` },
  { name: 'new-job-text', path: ({ finishedJob }) => `/jobs/new?from=${finishedJob}&view=text` },
  { name: 'job-finished', path: ({ finishedJob }) => `/jobs/${finishedJob}` },
  { name: 'job-best', path: ({ finishedJob }) => `/jobs/${finishedJob}/best` },
  { name: 'job-report', path: ({ finishedJob }) => `/jobs/${finishedJob}/report` },
  { name: 'job-running', path: ({ runningJob }) => `/jobs/${runningJob}` },
  { name: 'job-failed', path: ({ failedJob }) => `/jobs/${failedJob}` },
  { name: 'candidates', path: ({ finishedJob }) => `/jobs/${finishedJob}/candidates` },
  { name: 'lineage', path: ({ finishedJob }) => `/jobs/${finishedJob}/lineage?open=c0` },
  { name: 'candidate', path: ({ finishedJob, winner }) => `/jobs/${finishedJob}/candidates/${winner}` },
  { name: 'rollout', path: ({ finishedJob, row }) => `/jobs/${finishedJob}/candidates/c0/rows/${row}` },
  { name: 'compare-form', path: () => '/compare' },
  {
    name: 'compare',
    path: ({ finishedJob, winner }) => `/compare?a=${finishedJob}/c0&b=${finishedJob}/${winner}&split=test`,
  },
  {
    name: 'compare-nothing',
    path: ({ finishedJob, winner }) => `/compare?a=support-triage@1&b=${finishedJob}/${winner}`,
  },
  { name: 'job-unknown', path: () => '/jobs/job_that_never_was' },
  { name: 'not-found', path: () => '/no/such/page' },
];
