import { evaluationRequestSchema } from '../../src/domain/evaluation.ts';
import { fieldTable, page } from './markdown.ts';
import { fieldRows, inputSchema } from './schema-table.ts';

/** The body of an evaluation; the parts that jobs have, too, are linked on their page. */
export function evaluationPage(): string {
  const { root, parts } = inputSchema(evaluationRequestSchema);
  const gate = [...parts].find(([name]) => name === 'Gate')?.[1];
  return page('Evaluation reference', 'the request schemas', [
    'The body of `POST /v1/evaluations`, and of the files that `paretune eval` and `paretune gate` take (YAML or JSON), where prompts, the suite and the rows may be files. Fields that are not listed here are refused by name. Parts that jobs have, too, are in [job.md](job.md).',
    `## EvaluationRequest\n\n${fieldTable(fieldRows(root)).replace(/\]\(#(?!gate\))/g, '](job.md#')}`,
    ...(gate ? [`## Gate\n\n${fieldTable(fieldRows(gate))}`] : []),
  ]);
}
