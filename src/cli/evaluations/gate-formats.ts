import { plain, score } from '../format.ts';
import { type Confusion, confusionTable } from './confusion.ts';
import type { GateReport, ReportedRule } from './gate-report.ts';

const SIGN = { pass: 'PASS', fail: 'FAIL', inconclusive: 'OPEN' } as const;

/** For a terminal or a log. */
export function gateText({ candidates }: GateReport): string {
  return candidates
    .flatMap(({ name, reason, rules }) => [
      ...rules.map((rule) => `${SIGN[rule.outcome]} ${plain(rule.name)}: ${plain(rule.text)}\n`),
      `${plain(name)}: ${plain(reason)}\n`,
    ])
    .join('');
}

const WORDS = { pass: 'passed', fail: '**failed**', inconclusive: '**open**' } as const;

/** For a pull request. */
export function gateMarkdown({ subject, passed, candidates }: GateReport): string {
  return [
    `### Prompt gate: ${passed ? 'passed' : 'failed'} (${cell(subject)})`,
    ...candidates.flatMap(({ name, reason, rules, metrics, confusion }) => [
      '',
      `**${cell(name)}** ${cell(reason)}`,
      '',
      '| Rule | Result | Found |',
      '| --- | --- | --- |',
      ...rules.map((rule) => `| ${cell(rule.name)} | ${WORDS[rule.outcome]} | ${cell(rule.text)} |`),
      ...(metrics.length === 0
        ? []
        : [
            '',
            '| Metric | Baseline | Candidate | Better by | Interval | Rows |',
            '| --- | --- | --- | --- | --- | --- |',
            ...metrics.map(({ metric, baseline, candidate, difference, interval, rows }) => {
              const range = interval ? `${figure(interval.low)} to ${figure(interval.high)}` : '–';
              return `| ${cell(metric)} | ${figure(baseline)} | ${figure(candidate)} | ${figure(difference)} | ${range} | ${rows} |`;
            }),
          ]),
      ...confusionLines(confusion),
    ]),
    '',
  ].join('\n');
}

function confusionLines(confusion: Confusion | null): string[] {
  const shown = confusion && confusionTable(confusion);
  if (!shown || shown.rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  const head = [shown.title, ...shown.head];
  return ['', line(head), line(head.map(() => '---')), ...shown.rows.map(line)];
}

const cell = (text: string) => plain(text).replace(/[\\|]/g, '\\$&').replace(/\n/g, ' ').replace(/</g, '&lt;');

/** Costs of a call are far below what three digits show. */
const figure = (value: number | null) =>
  value !== null && value !== 0 && Math.abs(value) < 0.001 ? value.toPrecision(2).replace('-', '−') : score(value);

/** JUnit XML: a suite per candidate, a case per rule. An undecided rule counts as a failure, because nothing was shown. */
export function gateJUnit({ subject, candidates }: GateReport): string {
  const suites = candidates.map(({ name, passed, reason, rules }) => {
    const cases = [...rules.map(caseOf), decisionCase(passed, reason)];
    const failures = rules.filter(({ outcome }) => outcome !== 'pass').length + Number(!passed);
    return [
      `  <testsuite name="${xml(name)}" tests="${rules.length + 1}" failures="${failures}" errors="0" skipped="0">`,
      ...cases,
      '  </testsuite>',
    ].join('\n');
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${xml(`paretune gate ${subject}`)}">\n${suites.join('\n')}\n</testsuites>\n`;
}

function caseOf({ name, outcome, text }: ReportedRule): string {
  const open = `    <testcase classname="paretune.gate" name="${xml(name)}"`;
  if (outcome === 'pass') return `${open}/>`;
  return `${open}>\n      <failure type="${outcome}" message="${xml(text)}"/>\n    </testcase>`;
}

function decisionCase(passed: boolean, reason: string): string {
  const open = '    <testcase classname="paretune.gate" name="decision"';
  return passed ? `${open}/>` : `${open}>\n      <failure type="decision" message="${xml(reason)}"/>\n    </testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Text in an attribute. What XML cannot hold at all (control characters, halves of surrogate pairs) is replaced. */
const xml = (text: string) =>
  plain(text)
    .replace(/\p{Cs}|[\uFFFE\uFFFF]/gu, '\uFFFD')
    .replace(/[&<>"\n\t]/g, (found) => ENTITIES[found] ?? found);
