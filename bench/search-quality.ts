/**
 * The comparison of search quality: optimizers on the bundled task families, in plain and hard worlds, over seeds and budgets, judged by
 * the true held-out score of what the job answers with. README.md says how to run and read it.
 *
 *   npm run bench -- --optimizers reference,climb --tasks all --worlds plain --seeds 6 --budgets 150,300,600,1200
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { listTasks, loadTask } from '../fixtures/tasks/index.ts';
import { differencesTable, resultsTable } from './comparison-tables.ts';
import { CONTESTANTS, contestantsOf } from './contestants.ts';
import type { Assignment } from './measure.ts';
import { gapOf } from './statistics.ts';
import { runAll } from './workers.ts';
import { worldOf, worldsNamed } from './worlds.ts';

const { values: args } = parseArgs({
  options: {
    optimizers: { type: 'string', default: 'racing,reference,reference-val20,climb' },
    set: { type: 'string', multiple: true, default: [] },
    tasks: { type: 'string', default: 'all' },
    worlds: { type: 'string', default: 'plain' },
    seeds: { type: 'string', default: '6' },
    'first-seed': { type: 'string', default: '1' },
    budgets: { type: 'string', default: '150,300,600,1200' },
    sealed: { type: 'string', default: '0' },
    workers: { type: 'string', default: String(availableParallelism()) },
    concurrency: { type: 'string', default: '16' },
    json: { type: 'string' },
    'by-task': { type: 'boolean', default: false },
  },
});

const integers = (name: string, text: string, least: number): number[] =>
  text.split(',').map((part) => {
    const value = Number(part);
    if (!Number.isInteger(value) || value < least) throw new Error(`--${name} ${text}: give integers from ${least} on`);
    return value;
  });
const integer = (name: string, text: string, least: number): number => integers(name, text, least)[0] ?? least;

const names = args.optimizers === 'all' ? CONTESTANTS : args.optimizers.split(',');
const contestants = contestantsOf(names, args.set, (message) => console.error(message));
if (contestants.length === 0) throw new Error('no optimizer is left to run');
const tasks = args.tasks === 'all' ? listTasks() : args.tasks.split(',');
const worlds = worldsNamed(args.worlds);
const budgets = integers('budgets', args.budgets, 1);
const first = integer('first-seed', args['first-seed'], 0);
const seeds = Array.from({ length: integer('seeds', args.seeds, 1) }, (_, index) => first + index);
const sealedRows = integer('sealed', args.sealed, 0);
const concurrency = integer('concurrency', args.concurrency, 1);

const chains = tasks.filter((task) => 'steps' in loadTask(task).prompt);
const assignments = worlds.flatMap((world) =>
  tasks
    .filter((task) => (worldOf(world).world.parts ?? 1) === 1 || !chains.includes(task))
    .flatMap((task) =>
      seeds.flatMap((seed) =>
        contestants.flatMap((contestant) =>
          (contestant.budget ? [contestant.budget] : budgets).map(
            (budget): Assignment => ({ contestant, world, task, budget, seed, sealedRows, concurrency }),
          ),
        ),
      ),
    ),
);

const { runs, failures } = await runAll(assignments, integer('workers', args.workers, 1), (run, done) => {
  const { contestant, world, task, seed, budget } = run;
  const gap = (100 * gapOf(run, run.score)).toFixed(0);
  console.error(
    `${done}/${assignments.length}  ${world} ${task} seed ${seed} ${contestant.name} ${budget}: gap ${gap} %`,
  );
});

if (args.json) {
  writeFileSync(args.json, `${JSON.stringify({ arguments: process.argv.slice(2), runs, failures })}\n`);
}
const shape = { optimizers: contestants.map(({ name }) => name), worlds, tasks, byTask: args['by-task'] };
console.log(
  `tasks ${tasks.join(', ')}; seeds ${seeds[0]}–${seeds.at(-1)}; sealed rows ${sealedRows}; concurrency ${concurrency}; mean ± standard error\n`,
);
console.log(`${resultsTable(runs, shape)}\n`);
console.log(differencesTable(runs, shape));
for (const { assignment, error } of failures) {
  const { contestant, world, task, seed, budget } = assignment;
  console.error(`failed: ${world} ${task} seed ${seed} ${contestant.name} ${budget}: ${error}`);
}
if (failures.length > 0) process.exitCode = 1;
