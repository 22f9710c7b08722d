import { AGGREGATES, type Aggregate, OPERATIONAL_METRICS, objectiveSchema } from '../../src/domain/objective.ts';
import { fieldTable, page, table } from './markdown.ts';
import { fieldRows, inputSchema } from './schema-table.ts';

const AGGREGATE_MEANINGS: Readonly<Record<Aggregate, string>> = {
  mean: 'Mean over the rows; what a bare name means.',
  median: 'Median over the rows.',
  passRate: 'Share of rows on which the evaluator passes its threshold.',
  passAt:
    'Chance that at least one of k runs of a row passes (pass@k): `routing.passAt[3]`. Rows with fewer than k scored runs are missing.',
  passAll:
    'Chance that all of k runs of a row pass (pass^k): `routing.passAll[3]`. Rows with fewer than k scored runs are missing.',
  p50: '50th percentile.',
  p90: '90th percentile.',
  p95: '95th percentile.',
  p99: '99th percentile.',
  precision: 'Of the rows answered with a label, the share that has it: `routing.precision[escalate]`.',
  recall: 'Of the rows that have a label, the share answered with it: `routing.recall[escalate]`.',
  f1: 'Harmonic mean of precision and recall of a label: `routing.f1[escalate]`.',
  macroF1: 'Mean F1 of all labels, each counting the same.',
  microF1: 'F1 over all decisions, each row counting the same.',
};

const OPERATIONAL_MEANINGS: Readonly<Record<(typeof OPERATIONAL_METRICS)[number], string>> = {
  promptTokens: 'Tokens of the prompt texts, placeholders unfilled; known without a call.',
  outputTokens: 'Output tokens of one rollout, all steps together.',
  costPerCall: 'USD of one rollout, all steps together; missing without a price.',
  latency: 'Milliseconds of one rollout, all steps together.',
  errorRate: 'Share of rollouts without a usable answer.',
};

export function metricsPage(): string {
  return page('Objectives and metrics', 'the objective schema', [
    'A metric name is `base[.aggregate][@cohort[field=value]]`. The base is the id of an evaluator of the suite, or an operational metric. Rows whose score is missing are left out of every aggregate and counted; they are never 0.',
    `## Objectives\n\n${fieldTable(fieldRows(inputSchema(objectiveSchema).root))}`,
    'A candidate that breaks a hard constraint (`limit`, `notWorseThanBaseline`) on validation never wins, whatever its headline; a constrained metric that could not be measured counts as broken.',
    `## Operational metrics\n\n${table(
      ['metric', 'what'],
      OPERATIONAL_METRICS.map((name) => [`\`${name}\``, OPERATIONAL_MEANINGS[name]]),
    )}`,
    `## Aggregates\n\n${table(
      ['aggregate', 'what'],
      AGGREGATES.map((name) => [`\`${name}\``, AGGREGATE_MEANINGS[name]]),
    )}`,
    '## Cohorts\n\n`routing@cohort[tier=gold]` is the metric on the rows whose `metadata.tier` is `gold`; `cohort` as the field is the row’s own cohort, and a dotted path reaches into nested metadata. `language` (of the input, told from its first 300 characters) and `label` (the expected answer) are fields of every row, unless its metadata has one of that name. Fields joined by `&` are one field: `routing@cohort[tier&language=gold&de]`. It takes any aggregate: `routing.passRate@cohort[tier=gold]`.',
  ]);
}
