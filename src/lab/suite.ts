import { insideFence } from '../domain/code-fence.ts';
import type { Json } from '../domain/json.ts';
import type { TargetRun } from '../domain/rollout.ts';
import { COUNTS_AGAINST_CANDIDATE, type EvaluatorSpec, type Score, type Suite } from '../domain/suite.ts';
import type { CatalogueEvaluator, EvaluatorTools, Prepared, Reach, Sample, SampleField } from './evaluator.ts';
import { JudgeFailed } from './evaluator.ts';
import { gradeWithAll } from './verdicts.ts';

/** A suite with its options parsed, ready to score. */
export interface PreparedSuite {
  readonly evaluators: readonly PreparedEvaluator[];
  readonly needsJudge: boolean;
}

export interface PreparedEvaluator {
  readonly spec: EvaluatorSpec;
  readonly evaluator: CatalogueEvaluator;
  readonly score: Prepared;
  readonly threshold: number;
  /** What it reads with its options. */
  readonly needs: readonly SampleField[];
  /** Calls to a judge that one score takes. */
  readonly judgeCalls: number;
  /** What it calls besides. */
  readonly reach: Reach;
}

/** Prepares a suite whose types and options were checked when it was accepted; throws ZodError otherwise. */
export function prepareSuite(suite: Suite, catalogue: readonly CatalogueEvaluator[]): PreparedSuite {
  const evaluators = suite.evaluators.map((spec) => {
    const evaluator = catalogue.find((known) => known.type === spec.type);
    if (!evaluator) throw new Error(`unknown evaluator "${spec.type}"`);
    return {
      spec,
      evaluator,
      score: evaluator.prepare(spec.options),
      threshold: spec.threshold ?? evaluator.defaultThreshold,
      needs: evaluator.needsFor(spec.options),
      judgeCalls: evaluator.judgeCalls(spec.options),
      reach: evaluator.reaches(spec.options),
    };
  });
  return { evaluators, needsJudge: evaluators.some((each) => each.evaluator.grader !== undefined) };
}

/** What a candidate that fails by itself does not give. */
const OUTPUTS: ReadonlySet<SampleField> = new Set(['output', 'parsed', 'toolCalls']);

/** The tools of one evaluator: one for each verdict that makes its score. */
export type ToolsFor = (spec: EvaluatorSpec) => readonly EvaluatorTools[];

/**
 * Scores one run with every evaluator of the suite, in its order. Those that combine others come last, one after the other, and see in
 * `sample.scores` what those before them gave.
 */
export async function gradeAll(
  suite: PreparedSuite,
  run: TargetRun,
  sampleWith: (scores: Readonly<Record<string, Score>>) => Sample,
  toolsFor: ToolsFor,
): Promise<Readonly<Record<string, Score>>> {
  const scores: Record<string, Score> = {};
  const sample = sampleWith(scores);
  const [combining, own] = partition(suite.evaluators, ({ evaluator }) => evaluator.needs.includes('scores'));
  const graded = await Promise.all(own.map((each) => grade(each, run, sample, toolsFor)));
  own.forEach(({ spec }, index) => {
    const score = graded[index];
    if (score) scores[spec.id] = score;
  });
  for (const each of combining) scores[each.spec.id] = await grade(each, run, sample, toolsFor);
  return Object.fromEntries(suite.evaluators.flatMap(({ spec: { id } }) => (scores[id] ? [[id, scores[id]]] : [])));
}

function partition<T>(items: readonly T[], matches: (item: T) => boolean): readonly [T[], T[]] {
  return [items.filter(matches), items.filter((item) => !matches(item))];
}

/**
 * Scores one run with one evaluator. The candidate's own failures (truncated, refused, filtered) score 0 wherever the output is judged;
 * failures of the infrastructure or of the evaluator make the score missing, never 0 and never a pass.
 */
async function grade(prepared: PreparedEvaluator, run: TargetRun, sample: Sample, toolsFor: ToolsFor): Promise<Score> {
  const judgesOutput = prepared.evaluator.needs.some((need) => OUTPUTS.has(need));
  if (run.error) {
    if (!COUNTS_AGAINST_CANDIDATE.has(run.error.category)) return missing(run.error.category, run.error.message);
    // A refusal by the provider is what the evaluator of refusals looks for: negated, it is right.
    const wanted =
      run.error.category === 'refusal' && prepared.evaluator.type === 'refusal' && prepared.spec.negate === true;
    if (judgesOutput)
      return {
        value: Number(wanted),
        pass: wanted,
        feedback: run.error.message,
        category: wanted ? null : run.error.category,
      };
  }
  try {
    const graded = await gradeWithAll(prepared.score, sample, toolsFor(prepared.spec));
    if (graded.value === null) return { ...graded, pass: false };
    if (!(graded.value >= 0 && graded.value <= 1))
      return missing('evaluator-error', `"${prepared.spec.id}" returned ${graded.value}, which is not in [0, 1]`);
    const value = prepared.spec.negate ? 1 - graded.value : graded.value;
    return { ...graded, value, pass: value >= prepared.threshold };
  } catch (error) {
    if (error instanceof JudgeFailed) return missing(error.category, error.message);
    throw error;
  }
}

function missing(category: Score['category'], feedback: string): Score {
  return { value: null, pass: false, feedback, category };
}

/** The output as JSON: the text itself, or the inside of the one code fence that surrounds it. Undefined when it is not JSON. Linear time. */
export function parseOutput(output: string): Json | undefined {
  try {
    const parsed: Json = JSON.parse(insideFence(output.trim()));
    return parsed;
  } catch {
    return undefined;
  }
}
