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
  const { scores, bench } = await scoredRows([{ id: 'own', ...spec }], [row], () => output, gateway);
  return { score: scores[0]?.['own'], bench };
}

/** What evaluators give for an output of each row, with a target that needs no model. */
export async function scoredRows(
  specs: readonly EvaluatorSpec[],
  rows: readonly Row[],
  outputOf: (row: Row) => string,
  gateway: Parameters<typeof createBench>[0] = {},
): Promise<{ readonly scores: readonly Readonly<Record<string, Score>>[]; readonly bench: Bench }> {
  const bench = createBench(gateway);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const rowOf = (id: string) => {
    const row = byId.get(id);
    if (row === undefined) throw new Error(`no row ${id}`);
    return row;
  };
  const target: Target = {
    components: ['prompt'],
    bound: () => ({ inputTokens: 0, outputTokens: 10, cost: 0 }),
    run: async (_components, { id }) => ({ output: outputOf(rowOf(id)), steps: [] }),
  };
  const engine = new EvaluatorEngine({
    target,
    suite: prepareSuite(suiteSchema.parse({ evaluators: specs }), evaluators),
    objectives: [{ metric: specs[0]?.id ?? '', goal: 'maximize' }],
    row: rowOf,
    promptTokens: () => 1,
    ledger: bench.ledger,
    gateway: bench.gateway,
    judge: undefined,
    record: { rollout: () => {} },
  });
  const candidate = { id: 'c0', components: { prompt: '' }, parents: [], operator: 'given', reason: '' };
  const measured = await engine.measure(candidate, [...byId.keys()]);
  return { scores: measured.map(({ rollout }) => rollout.scores), bench };
}
