import { z } from 'zod';
import { optimizers as catalogue } from '../optimizers/index.ts';
import { jsonObjectSchema } from '../src/domain/json.ts';
import type { ListedOptimizer } from '../src/search/contract.ts';
import { climb } from './climb.ts';

/** An optimizer as the comparison runs it. Plain data: it travels to the worker processes. */
export const contestantSchema = z.strictObject({
  name: z.string(),
  type: z.string(),
  options: jsonObjectSchema,
  /** Rollouts whatever `--budgets` says. */
  budget: z.int().optional(),
  /** Uses only the first of the validation rows. */
  validationRows: z.int().optional(),
});
export type Contestant = z.infer<typeof contestantSchema>;

/** Everything that can be run: the product's optimizers and the yardstick. */
export const optimizers: readonly ListedOptimizer[] = [...catalogue, climb];

const NAMED: Readonly<Record<string, Omit<Contestant, 'name'>>> = {
  racing: { type: 'gepa', options: { preset: 'racing' } },
  reference: { type: 'gepa', options: { preset: 'reference' } },
  'reference-val20': { type: 'gepa', options: { preset: 'reference' }, validationRows: 20 },
  protegi: { type: 'protegi', options: { preset: 'default' } },
  'protegi-paper-scaled': { type: 'protegi', options: { preset: 'paper' } },
  // The paper's own numbers: six steps of a beam of four need about 14,000 rollouts whatever the job allows.
  'protegi-paper': { type: 'protegi', options: { preset: 'paper', scale: 'paper' }, budget: 15_000 },
  climb: { type: 'climb', options: {} },
};

export const CONTESTANTS = Object.keys(NAMED);

/**
 * The optimizers of `--optimizers`, then the variants of `--set name={"base":"racing","option":…}`: the options of the base (default:
 * the first optimizer) with these over them. One whose options this version does not know is left out, and `leftOut` is told why.
 */
export function contestantsOf(
  names: readonly string[],
  variants: readonly string[],
  leftOut: (message: string) => void,
): Contestant[] {
  const chosen = names.map((name) => ({ name, ...baseOf(name) }));
  const varied = variants.map((text) => variant(text, names[0] ?? 'reference'));
  return [...chosen, ...varied].filter((each) => {
    const optimizer = optimizers.find(({ type }) => type === each.type);
    try {
      if (!optimizer) throw new Error(`there is no optimizer "${each.type}"`);
      optimizer.prepare(each.options);
      return true;
    } catch (error) {
      const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
      leftOut(`${each.name} is left out, this version does not accept its options: ${reason}`);
      return false;
    }
  });
}

function baseOf(name: string): Omit<Contestant, 'name'> {
  const base = NAMED[name];
  if (!base) throw new Error(`unknown optimizer "${name}"; known are ${CONTESTANTS.join(', ')}`);
  return base;
}

const variantSchema = z.looseObject({
  base: z.string().optional(),
  validationRows: z.int().optional(),
});

function variant(text: string, first: string): Contestant {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`--set ${text}: write name={"option": value}`);
  const { base = first, validationRows, ...own } = variantSchema.parse(JSON.parse(text.slice(at + 1)));
  const { options, ...rest } = baseOf(base);
  return {
    ...rest,
    name: text.slice(0, at),
    options: jsonObjectSchema.parse({ ...options, ...own }),
    ...(validationRows !== undefined && { validationRows }),
  };
}
