import { counted } from '../../domain/counted.ts';
import { formatCount, formatDifference, formatMetric, formatUsd } from '../../domain/figures.ts';
import { renderCurveAscii } from './curve-ascii.ts';
import { printable } from './escape.ts';
import { type DiffLine, withoutDistantLines } from './prompt-diff.ts';
import type { Report } from './report.ts';
import { savedText } from './saved-text.ts';
import { expected } from './sections-returns.ts';
import { changeText } from './sections-why.ts';

export interface TerminalOptions {
  /** Columns; default 80. */
  readonly width?: number;
  /** Lines of the whole summary; default 40. The diff gives way first. */
  readonly height?: number;
  /** Colours by ANSI codes; default false. */
  readonly color?: boolean;
}

const CODES = { red: 31, green: 32, yellow: 33, bold: 1, dim: 2 } as const;
/** Changes that are explained on the screen. */
const MOST_CHANGES = 3;
/** Candidates of the front that are named on it. */
const MOST_FRONT = 4;
type Paint = (style: keyof typeof CODES, text: string) => string;

/** One screen for a person at a terminal: verdict, figures, curve, diff, spending, where to look next. Texts cannot drive the terminal. */
export function renderTerminal(report: Report, options: TerminalOptions = {}): string {
  const { width = 80, height = 40, color = false } = options;
  const paint: Paint = (style, text) => (color ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
  const { kind, title, sentence, figures } = report.outcome;
  const tone = kind === 'promote' ? 'green' : kind === 'do_not_promote' || kind === 'unfinished' ? 'red' : 'yellow';
  const head = [
    paint('bold', clip(oneLine(`${report.job.id} ${report.job.name}`), width)),
    ...wrap(`${title.toUpperCase()}: ${sentence}`, width).map((line) => paint(tone, line)),
    ...wrap(figures, width),
  ];
  const foot = [
    ...frontLines(report).flatMap((line) => wrap(line, width)),
    ...whyLines(report, width),
    ...wrap(report.diagnosis ? `what is left: ${report.diagnosis.sentence}` : '', width).filter((line) => line !== ''),
    ...trustLines(report).flatMap((line) => wrap(line, width)),
    ...spendLines(report).flatMap((line) => wrap(line, width)),
    ...moreLines(report).flatMap((line) => wrap(line, width)),
    ...report.warnings
      .slice(0, 2)
      .flatMap(({ message }) => wrap(`warning: ${message}`, width).map((line) => paint('yellow', line))),
    ...report.nextSteps.slice(0, 3).flatMap((step) => wrap(`→ ${step}`, width)),
  ];
  const curve =
    report.curve.length > 1
      ? renderCurveAscii(report.curve, { width: Math.min(width, 76), height: 8 }).split('\n')
      : [];
  const left = height - head.length - foot.length - curve.length - 3;
  const diff = diffLines(report, Math.max(4, left), width, paint);
  return [head, curve, diff, foot]
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n');
}

function diffLines(report: Report, most: number, width: number, paint: Paint): string[] {
  const changed = report.prompts.filter((change) => change.changed);
  const several = report.prompts.length > 1;
  const lines = changed.flatMap(({ component, lines: all }) => [
    ...(several ? [paint('bold', clip(oneLine(component), width))] : []),
    ...withoutDistantLines(all, 1).flatMap((line) =>
      line === null ? [paint('dim', '  …')] : diffLine(line, width, paint),
    ),
  ]);
  if (lines.length <= most) return lines;
  const rest = lines.length - most + 1;
  const all = `  … ${rest} more lines: paretune best`;
  const named = `${all} ${report.job.id}`;
  return [...lines.slice(0, most - 1), paint('dim', named.length <= width ? named : `${all} <job>`)];
}

function diffLine({ kind, text }: DiffLine, width: number, paint: Paint): string[] {
  const sign = { same: ' ', added: '+', removed: '-' }[kind];
  const lines = wrap(text, width - 2).map((part) => `${sign} ${part}`);
  return kind === 'same' ? lines : lines.map((line) => paint(kind === 'added' ? 'green' : 'red', line));
}

/** With several objectives: what no other candidate dominates. */
function frontLines({ pareto }: Report): string[] {
  if (!pareto) return [];
  const volume = pareto.hypervolume === null ? '' : `; hypervolume ${pareto.hypervolume.toPrecision(3)}`;
  const line = ({ candidateId, values }: (typeof pareto.front)[number]) =>
    `${candidateId} (${Object.entries(values)
      .map(([metric, { value }]) => `${metric} ${formatMetric(metric, value)}`)
      .join(', ')})`;
  const more = pareto.front.length > MOST_FRONT ? ` and ${pareto.front.length - MOST_FRONT} more` : '';
  return [`front: ${pareto.front.slice(0, MOST_FRONT).map(line).join(', ')}${more}${volume}`];
}

/** Where the first changes came from; the documents have all of them. */
function whyLines({ why, shownId, job }: Report, width: number): string[] {
  const hunks = why.find(({ candidateId }) => candidateId === shownId)?.hunks ?? [];
  const lines = hunks.slice(0, MOST_CHANGES).map((hunk) => {
    const { originId, operator, reflectedOn } = hunk;
    const rows = reflectedOn.length > 0 ? ` on ${counted(reflectedOn.length, 'row')}` : '';
    const from = clip(oneLine(` (${originId}, ${operator}${rows})`), Math.floor(width / 2));
    return `why: ${clip(oneLine(changeText(hunk)), width - 5 - from.length)}${from}`;
  });
  const rest = hunks.length - lines.length;
  const all = `why: ${counted(rest, 'more change')}: paretune report ${job.id} --format markdown`;
  return rest > 0 ? [...lines, ...wrap(all, width)] : lines;
}

/** What the figures are worth: the noise that they stand in, and how much of the gain was luck. */
function trustLines({ noise, headline: { metric, optimism } }: Report): string[] {
  const effect = noise?.minimumDetectableEffect;
  const flips =
    noise && `${(noise.flipRate * 100).toFixed(0)} % of ${noise.rows} rows turn out differently when run again`;
  const seen = effect ? `; true gains from ${formatMetric(metric, effect)} can be shown` : '';
  return [
    ...(flips ? [`noise: ${flips}${seen}`] : []),
    ...(optimism === null ? [] : [`optimism of the search: ${formatDifference(metric, optimism)}`]),
  ];
}

function spendLines({ job: { spent }, budget }: Report): string[] {
  const roles = Object.entries(spent.byRole).flatMap(([role, by]) =>
    by
      ? [
          `${role} ${formatCount(by.inputTokens + by.outputTokens)} tokens${by.usd === null ? '' : ` ${formatUsd(by.usd)}`}`,
        ]
      : [],
  );
  const used = budget
    .filter(({ limit }) => limit !== null && limit > 0)
    .map(({ resource, spent: amount, limit }) => `${resource} ${((amount / (limit ?? 1)) * 100).toFixed(0)} %`);
  return [
    `spent: ${formatCount(spent.rollouts)} search + ${formatCount(spent.confirmationRollouts)} confirmation rollouts, ${formatCount(spent.tokens)} tokens, ${formatUsd(spent.usd)}, ${formatCount(Math.round(spent.seconds))} s`,
    ...(roles.length > 0 ? [`by role: ${roles.join(', ')}`] : []),
    ...(spent.saved.calls > 0 ? [savedText(spent.saved)] : []),
    ...(used.length > 0 ? [`budget used: ${used.join(', ')}`] : []),
  ];
}

/** What further spending promises, where that can be said. */
function moreLines({ returns: { further }, headline: { metric } }: Report): string[] {
  return further.per100Rollouts === null ? [] : [`expected of more: ${expected(metric, further)}`];
}

const oneLine = (text: string) => printable(text).replace(/\s+/g, ' ');
const clip = (text: string, width: number) => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);

/** Breaks a text into lines of at most `width` characters, at spaces where there are any. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of printable(text).replace(/\t/g, '  ').split('\n')) {
    let rest = paragraph;
    while (rest.length > width) {
      const space = rest.lastIndexOf(' ', width);
      const at = space > width / 3 ? space : width;
      lines.push(rest.slice(0, at));
      rest = rest.slice(at).replace(/^ /, '');
    }
    lines.push(rest);
  }
  return lines;
}
