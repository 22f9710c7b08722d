import { generateRows, loadTask, optimumPrompt } from '../../fixtures/tasks/index.ts';
import type { Client, Evaluation, EvaluationBody } from '../../src/client/index.ts';
import { hasEnded } from '../../src/client/index.ts';
import { promptContentSchema } from '../../src/domain/prompt.ts';
import { suiteSchema } from '../../src/domain/suite.ts';

const TASK = 'support-triage';

/** The prompt of the bundled task as it comes, and one that is truly better. */
export const worse = promptContentSchema.parse(loadTask(TASK).prompt);
export const better = promptContentSchema.parse(optimumPrompt(TASK));
export const suite = suiteSchema.parse(loadTask(TASK).suite);

/** Rows of the task, all of them in the validation split; every third of them gold. */
export const rowsOf = (count: number, seed = 77) =>
  generateRows(TASK, { seed, count }).map(({ id, input, expected }, index) => ({
    id,
    input,
    expected,
    split: 'validation' as const,
    metadata: { tier: index % 3 === 0 ? 'gold' : 'plain' },
  }));

export const taskModel = (url: string, rest: object = {}) => ({
  provider: 'openai' as const,
  model: 'sim-task',
  baseUrl: `${url}/v1`,
  temperature: 0,
  maxOutputTokens: 60,
  ...rest,
});

/** The better prompt against the worse one on 60 rows, asked of the simulated model at `url`. */
export function evaluationBody(url: string, change: Partial<EvaluationBody> = {}): EvaluationBody {
  return {
    baseline: worse,
    candidates: [better],
    dataset: { rows: rowsOf(60) },
    suite,
    models: { task: taskModel(url) },
    concurrency: 8,
    seed: 3,
    reuse: false,
    ...change,
  };
}

/** The evaluation when it has ended. */
export async function evaluated(client: Client, body: EvaluationBody): Promise<Evaluation> {
  const { id } = await client.evaluations.submit(body);
  return endOfEvaluation(client, id);
}

export async function endOfEvaluation(client: Client, id: string): Promise<Evaluation> {
  for await (const _event of client.evaluations.events(id)) {
    // The stream ends with the evaluation.
  }
  const evaluation = await client.evaluations.get(id);
  if (!hasEnded(evaluation)) throw new Error(`evaluation ${id} is ${evaluation.status}`);
  return evaluation;
}
