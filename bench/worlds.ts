/**
 * The worlds of the comparison: what of the simulated models, the rows and the job differs from the plain one. README.md says what each
 * of them is hard for.
 */
export interface BenchWorld {
  readonly rows: { readonly train: number; readonly validation: number };
}

const PLAIN: BenchWorld = { rows: { train: 120, validation: 60 } };

export const WORLDS: Readonly<Record<string, BenchWorld>> = {
  plain: PLAIN,
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
