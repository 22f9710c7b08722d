/**
 * What the diagnosis of a report makes of labels that are wrong on purpose: whole jobs on support-triage with some open rows given another
 * label, and as many without. Of the failures that are left it counts, by cause, those whose label was changed.
 *
 *   node --import tsx bench/diagnosis.ts --seeds 6 --flips 6
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { z } from 'zod';
import { startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { generateRows, loadTask } from '../fixtures/tasks/index.ts';
import { createClient } from '../src/client/index.ts';
import { readConfig } from '../src/config.ts';
import { promptContentSchema } from '../src/domain/prompt.ts';
import { suiteSchema } from '../src/domain/suite.ts';
import { startService } from '../src/main.ts';
import { createRandom } from '../src/search/random.ts';
import { table } from './table.ts';

const { values: args } = parseArgs({
  options: { seeds: { type: 'string', default: '6' }, flips: { type: 'string', default: '6' } },
});
const LABELS = ['billing', 'technical', 'account', 'shipping', 'feedback', 'sales'];
const ROWS = { open: 100, train: 60, all: 140 };
const diagnosisSchema = z.object({
  diagnosis: z.object({ failing: z.array(z.object({ rowId: z.string(), cause: z.string() })) }),
});

const model = await startSimulatedModel();
const dataDir = mkdtempSync(join(tmpdir(), 'paretune-bench-'));
const service = await startService({
  config: readConfig({ PORT: '0', PARETUNE_DATA_DIR: dataDir }),
  environment: { OPENAI_API_KEY: 'none' },
  log: pino({ level: 'silent' }),
});
const client = createClient({ url: service.url });

async function failuresOf(seed: number, flips: number) {
  const { prompt, suite } = loadTask('support-triage');
  const random = createRandom(seed, 'bench', 'flips');
  const flipped = new Set<number>(
    random.sample(
      Array.from({ length: ROWS.open }, (_, index) => index),
      flips,
    ),
  );
  const rows = generateRows('support-triage', { seed: 77, count: ROWS.all }).map((row, index) => ({
    id: row.id,
    input: row.input,
    expected: flipped.has(index) ? random.pick(LABELS.filter((label) => label !== row.expected)) : row.expected,
    split: index < ROWS.train ? ('train' as const) : index < ROWS.open ? ('validation' as const) : ('test' as const),
  }));
  const named = (name: string) => ({ provider: 'openai' as const, model: name, baseUrl: `${model.url}/v1` });
  const { id } = await client.jobs.submit({
    prompt: promptContentSchema.parse(prompt),
    suite: suiteSchema.parse(suite),
    dataset: { rows },
    optimizer: { type: 'gepa', options: { stop: { maxProposals: 60 } } },
    models: {
      task: { ...named('sim-task'), temperature: 0, maxOutputTokens: 60 },
      reflection: { ...named('sim-reflect'), temperature: 1, seed, maxOutputTokens: 2000 },
    },
    budget: { rollouts: 1500, confirmationRollouts: 120 },
    seed,
    force: true,
  });
  for await (const _event of client.jobs.events(id)) {
    // The stream ends with the job.
  }
  const { diagnosis } = diagnosisSchema.parse(await client.jobs.report(id));
  const wrong = new Set([...flipped].map((index) => rows[index]?.id));
  return diagnosis.failing.map(({ rowId, cause }) => ({ cause, flipped: wrong.has(rowId) }));
}

const counts = new Map<string, { flipped: number; right: number }>();
for (const flips of [Number(args.flips), 0]) {
  for (let seed = 1; seed <= Number(args.seeds); seed++) {
    for (const each of await failuresOf(seed, flips)) {
      const key = JSON.stringify([flips, each.cause]);
      const count = counts.get(key) ?? { flipped: 0, right: 0 };
      counts.set(key, each.flipped ? { ...count, flipped: count.flipped + 1 } : { ...count, right: count.right + 1 });
    }
  }
}
await service.close();
await model.close();
rmSync(dataDir, { recursive: true, force: true });
process.stdout.write(
  `${table(
    ['labels changed per job', 'cause', 'label changed', 'label right'],
    [...counts].map(([key, { flipped, right }]) => [
      ...z.array(z.unknown()).parse(JSON.parse(key)).map(String),
      String(flipped),
      String(right),
    ]),
  )}\n`,
);
