import type { World } from '../fixtures/simulated-model/index.ts';

/**
 * The worlds of the comparison: what of the simulated models, the rows and the job differs from the plain one. README.md says what each
 * of them is hard for.
 */
export interface BenchWorld {
  readonly world: Partial<World>;
  readonly rows: { readonly train: number; readonly validation: number };
  /** The task model at temperature 1, which redraws a share of its answers. */
  readonly noisy: boolean;
  /** A limit on the tokens of the prompt that leaves room for the optimum, times this; null = none. */
  readonly tokenRoom: number | null;
}

const PLAIN: BenchWorld = { world: {}, rows: { train: 120, validation: 60 }, noisy: false, tokenRoom: null };
const changed = (world: Partial<World>): BenchWorld => ({ ...PLAIN, world });

const WORLDS: Readonly<Record<string, BenchWorld>> = {
  plain: PLAIN,
  memorising: changed({ memorise: 0.5 }),
  rephrasing: changed({ rephrase: true }),
  global: changed({ globalShare: 0.3 }),
  temperature: { ...PLAIN, noisy: true },
  'judge-errors': changed({ judgeError: 0.1 }),
  'wrong-labels': changed({ wrongLabels: 0.1 }),
  opposed: changed({ opposedRules: 3 }),
  graded: changed({ parts: 3 }),
  rare: changed({ rareRules: 40, unseenRules: 10 }),
  'token-limit': { ...changed({ padding: 6 }), tokenRoom: 1.05 },
  small: { ...PLAIN, rows: { train: 20, validation: 15 } },
  large: { ...PLAIN, rows: { train: 1_333, validation: 667 } },
};

export function worldOf(name: string): BenchWorld {
  const world = WORLDS[name];
  if (!world) throw new Error(`unknown world "${name}"; known are ${Object.keys(WORLDS).join(', ')}`);
  return world;
}

/** `plain,small`, `all`, or `hard` = all but the plain one. */
export function worldsNamed(list: string): string[] {
  const all = Object.keys(WORLDS);
  if (list === 'all') return all;
  if (list === 'hard') return all.filter((name) => name !== 'plain');
  const names = list.split(',');
  for (const name of names) worldOf(name);
  return names;
}
