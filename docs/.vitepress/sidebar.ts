import type { DefaultTheme } from 'vitepress';

const pages = (folder: string, items: Readonly<Record<string, string>>): DefaultTheme.SidebarItem[] =>
  Object.entries(items).map(([page, text]) => ({ text, link: `/${folder}${page}` }));

/** Every page of docs/ but the single decisions; a test holds it against the files. */
export const sidebar: DefaultTheme.SidebarItem[] = [
  { text: 'Start', items: pages('', { '': 'Overview', 'docs/start': 'Five minutes' }) },
  {
    text: 'Tutorials',
    items: pages('docs/tutorials/', {
      'first-job': 'Your first job',
      objectives: 'Several objectives and a token limit',
      chain: 'A chain of prompts',
      nightly: 'Every night',
      'continuous-integration': 'In CI',
      judge: 'Calibrate a judge',
      'compare-prompts': 'Compare prompts as a service',
    }),
  },
  {
    text: 'Guides',
    items: pages('docs/', {
      '': 'All guides',
      concepts: 'Concepts',
      optimizers: 'Optimizers',
      evaluators: 'Evaluators',
      evaluations: 'Evaluations and gates',
      doctor: 'Before a job costs anything',
      ci: 'Continuous integration',
      imports: 'Imports and exports',
      operations: 'Operations',
      limits: 'Limits',
      comparison: 'Comparison',
    }),
  },
  {
    text: 'Coming from',
    items: pages('docs/migrate/', {
      'openai-evals': 'OpenAI evals and prompts',
      promptfoo: 'promptfoo',
      langfuse: 'Langfuse',
      'agent-opt': 'agent-opt',
    }),
  },
  {
    text: 'Reference',
    items: pages('docs/reference/', {
      job: 'Jobs',
      evaluation: 'Evaluations',
      metrics: 'Objectives and metrics',
      evaluators: 'Evaluators',
      optimizers: 'Optimizers',
      configuration: 'Configuration',
      cli: 'Command line',
      http: 'HTTP routes',
      errors: 'Errors',
    }),
  },
  {
    text: 'Inside',
    items: [
      ...pages('docs/', {
        architecture: 'Architecture',
        'simulated-model': 'The simulated model',
        'decisions/': 'Decisions',
      }),
      ...pages('', { 'bench/': 'Benches', CONTRIBUTING: 'Contributing' }),
    ],
  },
];
