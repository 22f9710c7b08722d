import type { Comparison, Evaluation } from '../../client/index.ts';
import { clip, count, plain, score, table, usd } from '../format.ts';
import { type Confusion, confusionTable } from './confusion.ts';

/** Cohorts of the prompt in question that fail most: the rest is in the JSON. */
const MOST_COHORTS = 8;

type Candidate = Evaluation['candidates'][number];
type Metric = NonNullable<Candidate['metrics']>[string];

/** What was measured, for people: a table of metrics, the decisions, the cohorts that fail most, the noise. */
export function evaluationText(evaluation: Evaluation, columns: number): string {
  const { candidates, dataset, spent, aa } = evaluation;
  const metrics = [...new Set(candidates.flatMap((each) => Object.keys(each.metrics ?? {})))].filter((metric) =>
    candidates.some((each) => each.metrics?.[metric]?.value != null),
  );
  const cells = metrics.map((metric) => [metric, ...candidates.map((each) => cell(each.metrics?.[metric]))]);
  const last = candidates.at(-1);
  return [
    table([`METRIC (${count(dataset.rows)} rows)`, ...candidates.map(({ name }) => name)], cells, columns),
    last ? cohorts(last, columns) : '',
    last?.confusion ? confusionText(last.confusion, columns) : '',
    ...candidates.map(({ name, decision }) => decisionText(name, decision)),
    aa ? noiseText(aa) : '',
    `spent: ${count(spent.rollouts)} rollouts, ${count(spent.tokens)} tokens, ${usd(spent.usd)}\n`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function decisionText(name: string, decision: Candidate['decision']): string {
  if (!decision) return '';
  const sign = { pass: 'PASS', fail: 'FAIL', inconclusive: 'OPEN' };
  return [
    ...decision.rules.map(({ outcome, text }) => `${sign[outcome]} ${plain(text)}\n`),
    `${plain(name)}: ${plain(decision.reason)}\n`,
  ].join('');
}

function noiseText({ noise, decision }: NonNullable<Evaluation['aa']>): string {
  const against = `baseline against itself: ${plain(decision.reason)}\n`;
  if (!noise) return `noise: no row has a score from both runs\n${against}`;
  const { flipRate, rows, sdOfMean, minimumDetectableEffect: effect } = noise;
  const shows =
    effect === null
      ? 'no gain can be shown on them'
      : `a true gain of ${score(effect)} is shown on them with a power of 80 %`;
  return `noise: ${(flipRate * 100).toFixed(1)} % of ${count(rows)} rows turn out differently when run again (± ${score(sdOfMean)} of the mean); ${shows}\n${against}`;
}

function confusionText(confusion: Confusion, columns: number): string {
  const shown = confusionTable(confusion);
  if (!shown || shown.rows.length === 0) return '';
  const upper = (text: string) => text.toUpperCase();
  return table([upper(shown.title), ...shown.head], shown.rows, columns);
}

function cell(metric: Metric | undefined): string {
  if (!metric || metric.value === null) return 'not measured';
  const range = metric.interval ? ` (${number(metric.interval.low)} to ${number(metric.interval.high)})` : '';
  return `${number(metric.value)}${range}${metric.missing > 0 ? `, ${metric.missing} missing` : ''}`;
}

/** Scores to three digits, tokens and milliseconds without, tiny costs with as many as they need. */
function number(value: number | null): string {
  if (value === null) return 'not measured';
  const size = Math.abs(value);
  if (size >= 100 || (size > 1 && Number.isInteger(value))) return count(value).replace('-', '−');
  return size > 0 && size < 0.01 ? value.toPrecision(2).replace('-', '−') : score(value);
}

function cohorts({ cohorts: all = [] }: Candidate, columns: number): string {
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

/** Two candidates from the record, and the rows that the second one loses. */
export function comparisonText({ a, b, metrics, metric, rows }: Comparison, columns: number): string {
  const cells = metrics.map((each) => [
    each.metric,
    number(each.baseline),
    number(each.candidate),
    number(each.difference),
    each.interval ? `${number(each.interval.low)} to ${number(each.interval.high)}` : '–',
    `${each.wins} won, ${each.losses} lost, ${each.ties} tied${each.missing > 0 ? `, ${each.missing} missing` : ''}`,
  ]);
  return [
    `A  ${plain(a.subject)} (${plain(a.dataset)})\nB  ${plain(b.subject)} (${plain(b.dataset)})\n`,
    table(['METRIC', 'A', 'B', 'BETTER BY', 'INTERVAL', 'ROWS'], cells, columns),
    lossesText(metric, rows.items, columns, rows.nextCursor !== null),
  ].join('\n');
}

/** Texts of rows are shown in part, also where there is room. */
const MAX_LINE = 200;

/** Rows that are lost, with both answers. */
function lossesText(metric: string, rows: Comparison['rows']['items'], columns: number, more: boolean): string {
  if (rows.length === 0) return `no row is lost in ${metric}\n`;
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
  const width = Math.max(40, Math.min(columns, MAX_LINE) - 12);
  const line = (name: string, value: unknown) =>
    `  ${name.padEnd(9)} ${clip(plain(text(value)).replace(/\s+/g, ' '), width)}\n`;
  return [
    `rows lost in ${metric}:\n`,
    ...rows.map(
      (row) =>
        `${plain(row.rowId)}  ${number(row.a)} → ${number(row.b)}\n${line('input', row.input)}${row.expected === undefined ? '' : line('expected', row.expected)}${line('before', row.outputs.a)}${line('after', row.outputs.b)}`,
    ),
    ...(more ? ['and more: see --json and --limit\n'] : []),
  ].join('');
}
