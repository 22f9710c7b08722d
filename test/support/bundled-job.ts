import { generateRows, loadTask } from '../../fixtures/tasks/index.ts';
import type { JobBody } from '../../src/client/resources/jobs.ts';
import { promptContentSchema } from '../../src/domain/prompt.ts';
import { suiteSchema } from '../../src/domain/suite.ts';

export interface BundledJob {
  readonly task?: string;
  readonly rows?: { readonly train: number; readonly validation: number; readonly test: number };
  /** What differs from the defaults of the body. */
  readonly change?: Partial<JobBody>;
  /** What differs in the task model. */
  readonly taskModel?: object;
}

/** The body of a job on a bundled task, asked of the simulated model at `url`; small enough for a test of the whole service. */
export function bundledJob(url: string, options: BundledJob = {}): JobBody {
  const { task = 'support-triage', rows = { train: 20, validation: 12, test: 10 } } = options;
  const { prompt, suite } = loadTask(task);
  const model = (name: string, rest: object) => ({
    provider: 'openai' as const,
    model: name,
    baseUrl: `${url}/v1`,
    ...rest,
  });
  const splits = (['train', 'validation', 'test'] as const).flatMap((split) =>
    Array.from({ length: rows[split] }, () => split),
  );
  return {
    name: `bundled ${task}`,
    prompt: promptContentSchema.parse(prompt),
    suite: suiteSchema.parse(suite),
    dataset: {
      rows: generateRows(task, { seed: 77, count: splits.length }).map(({ id, input, expected, context }, index) => ({
        id,
        input,
        expected,
        ...(context && { context: [...context] }),
        split: splits[index],
      })),
    },
    optimizer: { type: 'gepa' },
    models: {
      task: model('sim-task', { temperature: 0, maxOutputTokens: 60, ...options.taskModel }),
      reflection: model('sim-reflect', { temperature: 1, seed: 5, maxOutputTokens: 2000 }),
      judge: model('sim-judge', { temperature: 0, maxOutputTokens: 500 }),
    },
    budget: { rollouts: 200, confirmationRollouts: 40 },
    concurrency: 8,
    seed: 11,
    // Too small to show much: what is tested is the service.
    force: true,
    ...options.change,
  };
}
