import { pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import { type JobRequest, jobRequestSchema } from '../../src/domain/job.ts';
import { type RunningService, startService } from '../../src/main.ts';

/** A service without a port, and by default without a worker: jobs are resolved and queued, and nothing is paid. `keys`: further variables. */
export function quietService(
  dataDir = 'memory',
  worker = false,
  keys: Readonly<Record<string, string>> = {},
): Promise<RunningService> {
  return startService({
    config: readConfig({ PARETUNE_DATA_DIR: dataDir }),
    log: pino({ level: 'silent' }),
    environment: { OPENAI_API_KEY: 'secret', ...keys },
    worker,
    listen: false,
  });
}

/** The least of a job that resolves: thirty rows, a third in each split. Fields of `change` replace its own. */
export function smallJob(change: object = {}): JobRequest {
  return jobRequestSchema.parse({
    prompt: { messages: [{ role: 'user', content: 'Answer: {{input}}' }] },
    dataset: {
      rows: Array.from({ length: 30 }, (_, index) => ({
        input: `question ${index}`,
        expected: 'yes',
        split: ['train', 'validation', 'test'][index % 3],
      })),
    },
    suite: { evaluators: [{ id: 'right', type: 'exact-match' }] },
    models: { task: { provider: 'openai', model: 'gpt-4.1-mini' } },
    budget: { rollouts: 600 },
    ...change,
  });
}
