import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { graded, missing, right, wrong } from '../evaluators/common/grade.ts';
import { quote } from '../evaluators/common/text.ts';
import { fieldError } from './domain/errors.ts';
import { jsonObjectSchema } from './domain/json.ts';
import { type CatalogueEvaluator, defineEvaluator, type Graded, JudgeFailed, SAMPLE_FIELDS } from './lab/evaluator.ts';

/** What a module of an operator is given: it imports nothing of ours, so that it may stand anywhere. */
const KIT = { z, defineEvaluator, graded, right, wrong, missing, quote } as const;
export type EvaluatorKit = typeof KIT;
/** The default export of a module: makes one evaluator, or several. */
export type EvaluatorModule = (kit: EvaluatorKit) => CatalogueEvaluator | readonly CatalogueEvaluator[];

const moduleSchema = z.object({ default: z.custom<EvaluatorModule>((value) => typeof value === 'function') });
const isFunction = z.custom<CatalogueEvaluator['prepare']>((value) => typeof value === 'function');
const declaredSchema = z.looseObject({
  type: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be kebab-case'),
  title: z.string().min(1),
  description: z.string().min(1),
  needs: z.array(z.enum(SAMPLE_FIELDS)),
  defaultThreshold: z.number().min(0).max(1),
  prepare: isFunction,
});
const gradedSchema = z.object({
  value: z.number().min(0).max(1).nullable(),
  feedback: z.string(),
  category: z.string().nullable(),
  details: jsonObjectSchema.optional(),
});

/** Time that one score of a module may take; what blocks the process cannot be stopped. */
const LIMIT_MS = 30_000;

/**
 * Loads the evaluators of `PARETUNE_EVALUATORS`, once, at the start. Throws `invalid_request` naming the file and what is wrong with it:
 * a service does not start with half of its evaluators.
 */
export async function loadOwnEvaluators(
  files: readonly string[],
  known: readonly CatalogueEvaluator[],
): Promise<readonly CatalogueEvaluator[]> {
  const own: CatalogueEvaluator[] = [];
  for (const file of files) {
    const path = resolve(file);
    const refuse = (message: string) => fieldError('PARETUNE_EVALUATORS', `${file}: ${message}`, 'invalid_request');
    let made: readonly CatalogueEvaluator[];
    let code: string;
    try {
      code = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      const loaded: unknown = await import(pathToFileURL(path).href);
      const { default: make } = moduleSchema.parse(loaded);
      made = [make(KIT)].flat();
    } catch (error) {
      if (error instanceof z.ZodError) throw refuse('the default export must be a function that takes the kit');
      throw refuse(`cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
    }
    for (const evaluator of made) {
      const declared = declaredSchema.safeParse(evaluator);
      if (!declared.success) throw refuse(`does not give an evaluator: ${z.prettifyError(declared.error)}`);
      if ([...known, ...own].some(({ type }) => type === evaluator.type))
        throw refuse(`there is an evaluator "${evaluator.type}" already; give it another type`);
      own.push(contained(evaluator, code));
    }
  }
  return own;
}

/** What a module throws, and what it returns against the contract, is a missing score, never the end of a job. */
function contained(evaluator: CatalogueEvaluator, code: string): CatalogueEvaluator {
  return {
    ...evaluator,
    code,
    prepare: (options) => {
      const score = evaluator.prepare(options);
      return async (sample, tools): Promise<Graded> => {
        let timer: NodeJS.Timeout | undefined;
        const late = new Promise<never>((_resolve, reject) => {
          timer = setTimeout(
            () => reject(new JudgeFailed(`"${evaluator.type}" took more than ${LIMIT_MS / 1000} s`, 'timeout')),
            LIMIT_MS,
          );
        });
        try {
          const given: unknown = await Promise.race([Promise.resolve().then(() => score(sample, tools)), late]);
          return checked(evaluator.type, given);
        } catch (error) {
          if (error instanceof JudgeFailed || askedForMore(error)) throw error;
          throw new JudgeFailed(`"${evaluator.type}" threw: ${error instanceof Error ? error.message : String(error)}`);
        } finally {
          clearTimeout(timer);
        }
      };
    },
  };
}

function checked(type: string, given: unknown): Graded {
  const parsed = gradedSchema.safeParse(given);
  if (!parsed.success) throw new JudgeFailed(`"${type}" gave no score: ${z.prettifyError(parsed.error)}`);
  const { value, feedback, category, details } = parsed.data;
  return { value, feedback, category, ...(details && { details }) };
}

/** Ends of a job that pass through an evaluator which asks a model: they are not its own doing. */
const askedForMore = (error: unknown): boolean =>
  error instanceof Error && ['ModelCallError', 'BudgetExhausted', 'ParetuneError', 'AbortError'].includes(error.name);
