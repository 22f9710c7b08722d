import { insideFence } from '../../src/domain/code-fence.ts';
import type { Json } from '../../src/domain/json.ts';
import type { StepTrace } from '../../src/domain/rollout.ts';
import type {
  CatalogueEvaluator,
  EvaluatorTools,
  Graded,
  JudgeRequest,
  Prepared,
  Sample,
} from '../../src/lab/evaluator.ts';
import { JudgeFailed } from '../../src/lab/evaluator.ts';

/** As the engine reads an output: JSON, or JSON inside one code fence. */
function parseOutput(output: string): Json | undefined {
  try {
    return JSON.parse(insideFence(output.trim()));
  } catch {
    return undefined;
  }
}

/** A sample for tests: an output and whatever else the case is about. `parsed` is computed on first use, as in the engine. */
export function sampleOf(output: string, rest: Partial<Omit<Sample, 'parsed' | 'output'>> = {}): Sample {
  let parsed: { value: Json | undefined } | undefined;
  return {
    rowId: 'row-1',
    input: 'a question',
    expected: undefined,
    context: [],
    messages: [],
    trace: [],
    toolCalls: [],
    finish: 'stop',
    usage: { promptTokens: 10, inputTokens: 20, outputTokens: 5, cost: 0.001, latencyMs: 100 },
    metadata: {},
    scores: {},
    ...rest,
    output,
    get parsed() {
      parsed ??= { value: parseOutput(output) };
      return parsed.value;
    },
  };
}

const nobody = () => Promise.reject(new Error('a deterministic evaluator asked somebody'));
const noJudge: EvaluatorTools = { judge: nobody, post: nobody, embed: nobody };

/** Scores with a prepared deterministic evaluator, which must be synchronous. */
export function scoreSample(prepared: Prepared, sample: Sample): Graded {
  const graded = prepared(sample, noJudge);
  if (graded instanceof Promise) throw new Error('a deterministic evaluator is not synchronous');
  return graded;
}

/** Scores one output with a deterministic evaluator. */
export function score(
  evaluator: CatalogueEvaluator,
  output: string,
  options: unknown = {},
  expected?: Json,
  rest: Partial<Omit<Sample, 'parsed' | 'output'>> = {},
): Graded {
  return scoreSample(evaluator.prepare(options), sampleOf(output, { ...rest, expected }));
}

/** A judge that answers from a script and keeps what it was asked; an answer that breaks the schema fails like a real one. */
export function scriptedJudge(...answers: readonly unknown[]) {
  const asked: { schemaName: string; system: string; user: string }[] = [];
  const failed = () => Promise.reject(new JudgeFailed('nobody but the judge answers here'));
  const tools: EvaluatorTools = {
    post: failed,
    embed: failed,
    judge<T>(request: JudgeRequest<T>): Promise<T> {
      const text = (role: string) => request.messages.find((message) => message.role === role)?.content ?? '';
      asked.push({ schemaName: request.schemaName, system: text('system'), user: text('user') });
      const verdict = request.schema.safeParse(answers[asked.length - 1]);
      return verdict.success
        ? Promise.resolve(verdict.data)
        : Promise.reject(new JudgeFailed('the answer does not follow the schema'));
    },
  };
  return { tools, asked };
}

/** A step that was answered. */
export const STEP: StepTrace = {
  component: 'router',
  messages: [],
  output: 'a step',
  toolCalls: [],
  finish: 'stop',
  callId: 'call-1',
  usage: { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 },
  cost: null,
  latencyMs: 1,
};

/** Scores a sample with a model-graded evaluator whose judge answers this. */
export async function judged(
  evaluator: CatalogueEvaluator,
  verdict: unknown,
  options: unknown = {},
  sample: Sample = sampleOf('an output'),
): Promise<Graded> {
  return evaluator.prepare(options)(sample, scriptedJudge(verdict).tools);
}

/** Options of the model-graded evaluators that have no default for one. */
export const GRADER_OPTIONS: Readonly<Record<string, unknown>> = {
  rubric: { criteria: 'is right' },
  tone: { tone: 'friendly' },
  'closed-qa': { criterion: 'Is it right?' },
};
