import { z } from 'zod';
import { type Json, jsonObjectSchema, jsonSchema } from '../../src/domain/json.ts';
import type { CatalogueEvaluator, EvaluatorTools, Graded, Prepared, Sample } from '../../src/lab/evaluator.ts';
import { graded, missing } from './grade.ts';

const MAX_CHECKS = 100;
const SHOWN = 5;

const common = {
  weight: z.number().min(0).max(1_000).default(1),
  threshold: z.number().min(0).max(1).optional(),
  /** Counts as 1 or 0, by its threshold. */
  passOnly: z.boolean().default(false),
  name: z.string().max(200).optional(),
};

/** One evaluator of the catalogue, with what this row asks of it. */
const leafSchema = z.strictObject({
  ...common,
  type: z.string().min(1).max(100),
  options: jsonObjectSchema.optional(),
  negate: z.boolean().default(false),
  expected: jsonSchema.optional(),
});

interface Group {
  readonly weight: number;
  readonly threshold?: number | undefined;
  readonly passOnly: boolean;
  readonly name?: string | undefined;
  readonly checks: readonly (z.infer<typeof leafSchema> | Group)[];
}

/** `metadata.checks` of a row. */
const groupSchema: z.ZodType<Group> = z.strictObject({
  ...common,
  get checks() {
    return z
      .array(z.union([leafSchema, groupSchema]))
      .min(1)
      .max(MAX_CHECKS);
  },
});

interface Result {
  readonly value: number;
  readonly pass: boolean;
  /** What is short of 1, for the reflection model. */
  readonly failures: readonly { readonly category: string; readonly feedback: string }[];
}
/** A check that could not be measured. */
interface Unmeasured {
  readonly why: string;
}
type Run = (sample: Sample, tools: EvaluatorTools) => Result | Unmeasured | Promise<Result | Unmeasured>;

/** An evaluator that checks of rows may use; undefined for others. */
export type FindCheck = (type: string) => Pick<CatalogueEvaluator, 'prepare' | 'defaultThreshold'> | undefined;

export const reportSchema = z
  .enum(['score', 'pass'])
  .default('score')
  .describe('`score`: the weighted mean. `pass`: 1 or 0, by the rule of the row.');

/** Scores rows by the checks that they bring along in `metadata.checks`. */
export type RowScorer = (
  sample: Sample,
  report: z.infer<typeof reportSchema>,
  tools: EvaluatorTools,
) => Graded | Promise<Graded>;

export function rowScorer(findByType: FindCheck): RowScorer {
  const find = preparedOnce(findByType);
  const prepared = new WeakMap<object, Run>();
  const runOf = (checks: object): Run => {
    const known = prepared.get(checks) ?? groupRun(groupSchema.parse(checks), find);
    prepared.set(checks, known);
    return known;
  };
  return (sample, report, tools) => {
    // Read here: what has no output fails by its own fault, whatever the checks look at.
    const { output: _output, metadata } = sample;
    const checks = metadata['checks'];
    if (checks === null || typeof checks !== 'object' || Array.isArray(checks))
      return missing('the row has no metadata.checks');
    let run: Run;
    try {
      run = runOf(checks);
    } catch (error) {
      return missing(`metadata.checks cannot be used: ${error instanceof Error ? error.message.slice(0, 300) : error}`);
    }
    const done = run(sample, tools);
    return done instanceof Promise ? done.then((result) => told(result, report)) : told(done, report);
  };
}

/** Sets of options that are kept ready. */
const READY = 500;

/** Rows often ask the same: a schema or an expression is compiled for the first of them. */
function preparedOnce(find: FindCheck): FindCheck {
  const ready = new Map<string, Prepared>();
  return (type) => {
    const evaluator = find(type);
    return (
      evaluator && {
        ...evaluator,
        prepare: (options) => {
          const key = JSON.stringify([type, options ?? null]);
          const known = ready.get(key) ?? evaluator.prepare(options);
          ready.set(key, known);
          const [oldest] = ready.keys();
          if (ready.size > READY && oldest !== undefined) ready.delete(oldest);
          return known;
        },
      }
    );
  };
}

function told(result: Result | Unmeasured, report: 'score' | 'pass'): Graded {
  if ('why' in result) return missing(result.why);
  const { value, pass, failures } = result;
  const details = { pass, score: value };
  const shown = report === 'pass' ? Number(pass) : value;
  const [first] = failures;
  if (shown >= 1 || !first) return graded(shown, null, 'all checks of the row pass', details);
  const more = failures.length > SHOWN ? `; and ${failures.length - SHOWN} more` : '';
  const said = failures.slice(0, SHOWN).map(({ feedback }) => feedback);
  return graded(shown, first.category, `${said.join('; ')}${more}`, details);
}

function groupRun(group: Group, find: FindCheck): Run {
  const members = group.checks.map((check) => ({
    weight: check.weight,
    run: 'checks' in check ? groupRun(check, find) : leafRun(check, find),
  }));
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  const combine = (results: readonly (Result | Unmeasured)[]): Result | Unmeasured => {
    let sum = 0;
    let all = true;
    const failures: Result['failures'][number][] = [];
    for (const [i, result] of results.entries()) {
      const weight = members[i]?.weight ?? 0;
      // What has no weight is looked at, and decides nothing.
      if (weight === 0) continue;
      if ('why' in result) return result;
      sum += weight * result.value;
      all &&= result.pass;
      failures.push(...result.failures);
    }
    const mean = total === 0 ? 1 : sum / total;
    const pass = group.threshold === undefined ? all : mean >= group.threshold;
    return { value: group.passOnly ? Number(pass) : mean, pass, failures };
  };
  return (sample, tools) => {
    const results = members.map(({ run }) => run(sample, tools));
    const now = results.filter((result): result is Result | Unmeasured => !(result instanceof Promise));
    return now.length === results.length ? combine(now) : Promise.all(results).then(combine);
  };
}

function leafRun(check: z.infer<typeof leafSchema>, find: FindCheck): Run {
  const evaluator = find(check.type);
  if (!evaluator) throw new Error(`"${check.type}" cannot be a check of a row here`);
  const score = evaluator.prepare(check.options);
  const threshold = check.threshold ?? evaluator.defaultThreshold;
  const finish = ({ value: raw, feedback, category }: Graded): Result | Unmeasured => {
    if (raw === null) return { why: `${check.type}: ${feedback}` };
    const positive = raw >= threshold;
    // Not to pass is what a negated check asks for.
    const pass = check.negate ? !positive : positive;
    const value = check.passOnly ? Number(pass) : check.negate ? 1 - raw : raw;
    const negated = check.negate ? `not ${check.type}` : check.type;
    return {
      value,
      pass,
      failures: value >= 1 ? [] : [{ category: category ?? negated, feedback: `${negated}: ${feedback}` }],
    };
  };
  return (sample, tools) => {
    const graded = score('expected' in check ? expecting(sample, check.expected) : sample, tools);
    return graded instanceof Promise ? graded.then(finish) : finish(graded);
  };
}

/** The sample with another expected answer; what it computes on first use stays so. */
const expecting = (sample: Sample, expected: Json | undefined): Sample =>
  Object.create(sample, { expected: { value: expected, enumerable: true } });
