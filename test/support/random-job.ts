import { listTasks } from '../../fixtures/tasks/index.ts';
import type { Budget } from '../../src/domain/budget.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { SELECTORS } from '../../src/search/bandits/index.ts';
import { FRONTIER_TYPES } from '../../src/search/frontier-keys.ts';
import { createRandom, type Random } from '../../src/search/random.ts';
import type { TestJob } from './run-job.ts';

const TASKS = listTasks();

/** A limit of any size up to `most`: often enough for a whole search, now and then so small that hardly anything fits. */
function limit(random: Random, most: number): number {
  return Math.floor(random.next() < 0.2 ? (most + 1) ** random.next() - 1 : most * random.next());
}

function racing(random: Random): JsonObject {
  return {
    preset: 'racing',
    firstRows: 1 + random.int(8),
    block: 1 + random.int(6),
    batchSize: 1 + random.int(3),
    fill: 1 + random.int(3),
    hypotheses: 1 + random.int(3),
    contrasts: random.int(3),
    memory: random.int(3),
    race: { accept: 0.5 + random.next() / 2, maxRegressionRows: random.int(8) },
    dropOne: random.next() < 0.5,
    audit: random.int(8),
    stop: { maxProposals: 2 + random.int(8), refusedInARow: 4 },
  };
}

function reference(random: Random): JsonObject {
  return {
    preset: 'reference',
    minibatchSize: 1 + random.int(4),
    frontier: random.pick([...FRONTIER_TYPES]),
    candidateSelection: random.pick(['pareto', 'current-best', 'epsilon-greedy', 'top-k-pareto']),
    componentSelection: random.pick(['round-robin', 'all']),
    acceptance: random.pick(['strict-improvement', 'improvement-or-equal']),
    merge: { enabled: random.next() < 0.5, overlapFloor: 1 + random.int(3), screenRows: 1 + random.int(4) },
    stop: { maxProposals: 2 + random.int(8), refusedInARow: 4 },
  };
}

function protegiDefault(random: Random): JsonObject {
  return {
    preset: 'default',
    firstRows: 1 + random.int(8),
    block: 1 + random.int(6),
    beam: 1 + random.int(3),
    groups: 1 + random.int(4),
    errorsPerGroup: 1 + random.int(3),
    contrasts: random.int(3),
    critiques: 1 + random.int(3),
    editsPerCritique: 1 + random.int(2),
    memory: random.int(3),
    combine: random.next() < 0.7,
    selection: { block: 1 + random.int(4), minRows: random.int(5), maxRows: 1 + random.int(10) },
    paraphrases: random.int(3),
    stagnation: 1 + random.int(2),
    stop: { maxSteps: 1 + random.int(5), refusedInARow: 2 },
  };
}

function protegiPaper(random: Random): JsonObject {
  return {
    preset: 'paper',
    scale: random.pick(['auto', 'paper']),
    beam: 1 + random.int(3),
    steps: 1 + random.int(2),
    minibatch: 2 + random.int(8),
    errorsPerGroup: 1 + random.int(3),
    errorGroups: 1 + random.int(2),
    gradientsPerGroup: 1 + random.int(3),
    editsPerGradient: 1 + random.int(2),
    paraphrases: random.int(2),
    maxSuccessors: 1 + random.int(4),
    selector: random.pick([...SELECTORS]),
    selectionBudget: 4 + random.int(40),
  };
}

/** At least one limit that ends the search; any combination of the others, tiny ones included. */
function budget(random: Random, test: number): TestJob['budget'] {
  const primary = random.pick(['rollouts', 'tokens', 'usd'] as const);
  const chosen = (name: string, share: number) => primary === name || random.next() < share;
  const limits: Budget = {
    ...(chosen('rollouts', 0.4) && { rollouts: limit(random, 140) }),
    ...(chosen('tokens', 0.3) && { tokens: limit(random, 60_000) }),
    ...(chosen('reflectionTokens', 0.3) && { reflectionTokens: limit(random, 60_000) }),
    ...(chosen('usd', 0.3) && { usd: limit(random, 120_000_000) / 1e9 }),
  };
  const most = test * 4;
  return { ...limits, confirmationRollouts: random.next() < 0.3 ? 0 : random.int(most + 1) };
}

const SEARCHES = [
  { type: 'gepa', options: racing },
  { type: 'gepa', options: reference },
  { type: 'protegi', options: protegiDefault },
  { type: 'protegi', options: protegiPaper },
] as const;

/** Half of the jobs have an A/A run. A stream of its own, so that the rest of a job stays what its seed always meant. */
function aaRows(seed: number, validation: number): number {
  const random = createRandom(seed, 'random-job', 'aa');
  return random.next() < 0.5 ? 0 : 1 + random.int(validation);
}

/** A random job: any bundled task, any optimizer and preset, any budget, any concurrency. The same seed gives the same job. */
export function randomJob(seed: number): TestJob {
  const random = createRandom(seed, 'random-job');
  const rows = { train: 4 + random.int(9), validation: 3 + random.int(6), test: 3 + random.int(5) };
  const { type, options } = random.pick(SEARCHES);
  return {
    task: random.pick(TASKS),
    optimizer: { type, options: options(random) },
    rows,
    budget: budget(random, rows.test),
    aaRows: aaRows(seed, rows.validation),
    ablation: createRandom(seed, 'random-job', 'ablation').next() < 0.5,
    concurrency: random.pick([1, 2, 3, 7, 16, 64, 1 + random.int(64)]),
    seed,
    ...(random.next() < 0.2 && {
      evaluators: [{ id: 'graded', type: random.pick(['content-safety', 'prompt-adherence', 'task-completion']) }],
    }),
  };
}
