import { evaluators } from '../../evaluators/index.ts';
import type { Row } from '../../src/domain/dataset.ts';
import type { Target } from '../../src/domain/rollout.ts';
import { type EvaluatorSpec, type Score, suiteSchema } from '../../src/domain/suite.ts';
import { EvaluatorEngine } from '../../src/lab/engine.ts';
import { prepareSuite } from '../../src/lab/suite.ts';
import { type Bench, createBench } from '../../src/models/testing.ts';

export const ROW: Row = {
  id: 'r0',
  input: 'How long?',
  expected: 'thirty days',
  context: [],
  metadata: { tier: 'gold' },
};

export type Setting = NonNullable<Parameters<typeof createBench>[0]> & {
  readonly output?: string;
  readonly row?: Row;
};

/** What one evaluator gives for one output, asked through the engine and a gateway that really calls. */
export async function scored(
  spec: Omit<EvaluatorSpec, 'id'>,
  { output = 'thirty days', row = ROW, ...gateway }: Setting = {},
): Promise<{ readonly score: Score | undefined; readonly bench: Bench }> {
  const bench = createBench(gateway);
  const target: Target = {
    components: ['prompt'],
    bound: () => ({ inputTokens: 0, outputTokens: 10, cost: 0 }),
    run: async () => ({ output, steps: [] }),
  };
  const engine = new EvaluatorEngine({
    target,
    suite: prepareSuite(suiteSchema.parse({ evaluators: [{ id: 'own', ...spec }] }), evaluators),
    objectives: [{ metric: 'own', goal: 'maximize' }],
    row: () => row,
    promptTokens: () => 1,
    ledger: bench.ledger,
    gateway: bench.gateway,
    judge: undefined,
    record: { rollout: () => {} },
  });
  const candidate = { id: 'c0', components: { prompt: '' }, parents: [], operator: 'given', reason: '' };
  const [measured] = await engine.measure(candidate, [row.id]);
  return { score: measured?.rollout.scores['own'], bench };
}
