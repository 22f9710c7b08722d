import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { graded, missing, right, wrong } from '../evaluators/common/grade.ts';
import { clip, quote } from '../evaluators/common/text.ts';
import { fieldError } from './domain/errors.ts';
import { deeperThan, jsonObjectSchema } from './domain/json.ts';
import {
  type CatalogueEvaluator,
  defineEvaluator,
  type EvaluatorTools,
  type Graded,
  JudgeFailed,
  SAMPLE_FIELDS,
} from './lab/evaluator.ts';

/** What a module of an operator is given: it imports nothing of ours, so that it may stand anywhere. */
const KIT = { z, defineEvaluator, graded, right, wrong, missing, quote } as const;
export type EvaluatorKit = typeof KIT;
type Made = CatalogueEvaluator | readonly CatalogueEvaluator[];
/** The default export of a module: makes one evaluator, or several. */
export type EvaluatorModule = (kit: EvaluatorKit) => Made | Promise<Made>;

const moduleSchema = z.object({ default: z.custom<EvaluatorModule>((value) => typeof value === 'function') });
const isFunction = z.custom<CatalogueEvaluator['prepare']>((value) => typeof value === 'function', 'is not there');
const declaredSchema = z.looseObject({
  type: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be kebab-case'),
  title: z.string().min(1),
  description: z.string().min(1),
  needs: z.array(z.enum(SAMPLE_FIELDS)),
  options: z.custom<z.ZodType>(isListable, 'must be a schema of the kit\'s "z", such as z.strictObject({})'),
  defaultThreshold: z.number().min(0).max(1),
  // What the kit's defineEvaluator adds.
  prepare: isFunction,
  needsFor: isFunction,
  combines: isFunction,
  judgeCalls: isFunction,
  reaches: isFunction,
});
/** Deepest nesting of the details of a score. */
const MAX_DEPTH = 64;

const gradedSchema = z.object({
  value: z.number().min(0).max(1).nullable(),
  feedback: z.string(),
  category: z.string().nullable(),
  // A circle has no end.
  details: jsonObjectSchema
    .refine((details) => !deeperThan(details, MAX_DEPTH), `is nested deeper than ${MAX_DEPTH} levels`)
    .optional(),
});

/** Time that loading a module, and one score of it, may take; what blocks the process cannot be stopped. */
const LIMIT_MS = 30_000;
/** Characters of what a module says that are kept: its feedback, its category, its error. */
const LONGEST = { feedback: 4_000, category: 200, error: 500 } as const;

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
      made = await inTime(madeBy(path), () => new Error(`it is not ready after ${LIMIT_MS / 1000} s`));
    } catch (error) {
      throw refuse(`cannot be loaded: ${hint(error) ?? said(error)}`);
    }
    for (const evaluator of made) {
      const declared = declaredSchema.safeParse(evaluator);
      if (!declared.success)
        throw refuse(
          `does not give an evaluator; make it with the kit's defineEvaluator: ${z.prettifyError(declared.error)}`,
        );
      if ([...known, ...own].some(({ type }) => type === evaluator.type))
        throw refuse(`there is an evaluator "${evaluator.type}" already; give it another type`);
      own.push(contained(evaluator, code));
    }
  }
  return own;
}

async function madeBy(path: string): Promise<readonly CatalogueEvaluator[]> {
  const loaded: unknown = await import(pathToFileURL(path).href);
  const parsed = moduleSchema.safeParse(loaded);
  if (!parsed.success) throw new Error('the default export must be a function that takes the kit');
  return [await parsed.data.default(KIT)].flat();
}

/** What to do about an error of the runtime whose words do not say it. */
const hint = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION'
    ? 'this Node.js reads no TypeScript; give it JavaScript, or run Node.js 22.18 or later'
    : null;

/** Whether the catalogue can show the options. */
function isListable(options: unknown): boolean {
  if (!(options instanceof z.ZodType)) return false;
  try {
    return z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' }) !== undefined;
  } catch {
    return false;
  }
}

/** What a module throws, and what it returns against the contract, is a missing score, never the end of a job. */
function contained(evaluator: CatalogueEvaluator, code: string): CatalogueEvaluator {
  const { type } = evaluator;
  return {
    ...evaluator,
    code,
    prepare: (options) => {
      const score = evaluator.prepare(options);
      return async (sample, tools): Promise<Graded> => {
        // Of what it throws, only this is not its own doing: a judge that failed, a budget that ended, a job that was cancelled.
        const ofTools = new Set<unknown>();
        const late = () => new JudgeFailed(`"${type}" took more than ${LIMIT_MS / 1000} s`, 'timeout');
        const scoring = Promise.resolve().then(() => score(sample, noting(tools, ofTools)));
        try {
          return checked(type, await inTime<unknown>(scoring, late));
        } catch (error) {
          if (error instanceof JudgeFailed || ofTools.has(error)) throw error;
          throw new JudgeFailed(`"${type}" threw: ${said(error)}`);
        }
      };
    },
  };
}

/** The tools, with a note of every error that they give. */
function noting(tools: EvaluatorTools, errors: Set<unknown>): EvaluatorTools {
  const noted = async <T>(asked: Promise<T>): Promise<T> => {
    try {
      return await asked;
    } catch (error) {
      errors.add(error);
      throw error;
    }
  };
  return {
    judge: (request) => noted(tools.judge(request)),
    post: (endpoint, body, schema) => noted(tools.post(endpoint, body, schema)),
    embed: (model, text) => noted(tools.embed(model, text)),
  };
}

async function inTime<T>(work: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      work,
      new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(late()), LIMIT_MS);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

function checked(type: string, given: unknown): Graded {
  const parsed = gradedSchema.safeParse(given);
  if (!parsed.success) throw new JudgeFailed(`"${type}" gave no score: ${z.prettifyError(parsed.error)}`);
  const { value, feedback, category, details } = parsed.data;
  return {
    value,
    feedback: clip(feedback, LONGEST.feedback),
    category: category === null ? null : clip(category, LONGEST.category),
    ...(details && { details }),
  };
}

/** What was thrown, in words; anything can be. */
const said = (error: unknown): string =>
  clip(error instanceof Error ? error.message : typeof error === 'string' ? error : 'no error', LONGEST.error);
