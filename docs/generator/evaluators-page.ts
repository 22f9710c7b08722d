import { evaluators } from '../../evaluators/index.ts';
import { COUNTS_AGAINST_CANDIDATE, ERROR_CATEGORIES } from '../../src/domain/suite.ts';
import type { CatalogueEvaluator } from '../../src/lab/evaluator.ts';
import { fieldTable, page, table } from './markdown.ts';
import { fieldRows, inputSchema } from './schema-table.ts';

export function evaluatorsPage(): string {
  return page('Evaluators', 'the catalogue in `evaluators/index.ts`', [
    'Every evaluator gives a value in [0, 1] where 1 is good, passes at its threshold (`value ≥ threshold`), and can be negated. A value that cannot be measured is missing, never 0.',
    table(
      ['type', 'title', 'needs', 'threshold', 'graded by'],
      evaluators.map((each) => [
        `[${each.type}](#${each.type})`,
        each.title,
        each.needs.map((need) => `\`${need}\``).join(', '),
        String(each.defaultThreshold),
        each.grader ? 'a judge model' : each.remote ? 'a call' : 'code',
      ]),
    ),
    ...evaluators.map(section),
    ...namedParts(),
    `## Error categories\n\nWhen a rollout has no usable answer, its scores carry one of these.\n\n${table(
      ['category', 'effect on the score'],
      ERROR_CATEGORIES.map((name) => [
        `\`${name}\``,
        COUNTS_AGAINST_CANDIDATE.has(name) ? 'counts against the candidate: 0' : 'missing',
      ]),
    )}`,
  ]);
}

function section(evaluator: CatalogueEvaluator): string {
  const { grader } = evaluator;
  return [
    `## ${evaluator.type}`,
    evaluator.description,
    fieldTable(fieldRows(inputSchema(evaluator.options).root)),
    ...(grader ? [`Grader prompt \`${grader.id}@${grader.version}\`, SHA-256 \`${grader.hash.slice(0, 12)}…\`.`] : []),
  ].join('\n\n');
}

/** What options refer to by name. */
function namedParts(): readonly string[] {
  const parts = new Map(evaluators.flatMap(({ options }) => [...inputSchema(options).parts]));
  return [...parts].flatMap(([name, part]) =>
    part.properties ? [`## ${name}\n\n${fieldTable(fieldRows(part))}`] : [],
  );
}
