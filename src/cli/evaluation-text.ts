import type { EvaluatedPrompt, Evaluation } from '../jobs/evaluate.ts';
import { count, plain, score, table, usd } from './format.ts';

/** Cohorts of the prompt in question that fail most: the rest is in the JSON. */
const MOST_COHORTS = 8;

/** What was measured, for people: a table of metrics, the comparison, the cohorts that fail most, the gates. */
export function evaluationText(evaluation: Evaluation, columns: number): string {
  const { prompts, rows, spent } = evaluation;
  const metrics = Object.keys(prompts[0]?.metrics ?? {}).filter((metric) =>
    prompts.some((prompt) => prompt.metrics[metric]?.value != null),
  );
  const cells = metrics.map((metric) => [metric, ...prompts.map((prompt) => cell(prompt, metric))]);
  const last = prompts.at(-1);
  return [
    table([`METRIC (${rows} rows)`, ...prompts.map(({ name }) => name)], cells, columns),
    ...prompts.flatMap(({ name, comparison }) =>
      comparison ? [`${plain(name)}: ${comparison.decision}: ${plain(comparison.reason)}\n`] : [],
    ),
    last ? cohorts(last, columns) : '',
    ...(last?.gates ?? []).map(({ metric, min, max, value, passed }) => {
      const rule = [min === null ? '' : `≥ ${min}`, max === null ? '' : `≤ ${max}`]
        .filter((each) => each !== '')
        .join(', ');
      return `${passed ? 'PASS' : 'FAIL'} ${metric} ${rule}: ${number(value)}\n`;
    }),
    `spent: ${count(spent.rollouts)} rollouts, ${count(spent.tokens)} tokens, ${usd(spent.usd)}\n`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function cell(prompt: EvaluatedPrompt, metric: string): string {
  const summary = prompt.metrics[metric];
  if (!summary || summary.value === null) return 'not measured';
  const range = summary.interval ? ` (${number(summary.interval.low)} to ${number(summary.interval.high)})` : '';
  return `${number(summary.value)}${range}${summary.missing > 0 ? `, ${summary.missing} missing` : ''}`;
}

/** Scores to three digits, tokens and milliseconds without, tiny costs with as many as they need. */
const number = (value: number | null): string =>
  value === null
    ? 'not measured'
    : Math.abs(value) >= 100
      ? count(value)
      : value !== 0 && Math.abs(value) < 0.01
        ? value.toPrecision(2)
        : score(value);

function cohorts({ cohorts: all }: EvaluatedPrompt, columns: number): string {
  const rates = all
    .flatMap(({ field, value, evaluators }) => evaluators.map((rate) => ({ ...rate, cohort: `${field} = ${value}` })))
    .filter(({ failRate }) => failRate !== null && failRate > 0)
    .sort((a, b) => (b.failRate ?? 0) - (a.failRate ?? 0))
    .slice(0, MOST_COHORTS)
    .map((rate) => [
      rate.cohort,
      rate.evaluator,
      `${((rate.failRate ?? 0) * 100).toFixed(0)} %`,
      `${rate.rows}${rate.underPowered ? ' (too few to judge)' : ''}`,
    ]);
  return rates.length === 0 ? '' : table(['FAILS MOST', 'EVALUATOR', 'FAIL RATE', 'ROWS'], rates, columns);
}
