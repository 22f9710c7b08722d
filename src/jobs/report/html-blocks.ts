import type { Block, ChangeGroup, Table } from './block.ts';
import { renderCurveSvg } from './curve-svg.ts';
import { escapeHtml } from './escape.ts';
import { renderFrontierSvg } from './frontier-svg.ts';
import { wordDiff } from './prompt-diff.ts';
import type { Report } from './report.ts';

const TAGS = { added: 'ins', removed: 'del' } as const;

export function renderBlock(block: Block, report: Report): string {
  switch (block.kind) {
    case 'heading':
    case 'outcome':
      return '';
    case 'text':
      return `<p${block.muted ? ' class="muted"' : ''}>${escapeHtml(block.text)}</p>`;
    case 'curve':
      return renderCurve(report);
    case 'frontier':
      return renderFrontier(report);
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
    case 'changes':
      return `<ul class="changes">\n${block.groups.map(renderGroup).join('\n')}\n</ul>`;
    case 'table':
      return renderTable(block);
    case 'prompt': {
      const { component, changed, before, after } = block.change;
      const body = changed ? renderWords(before, after) : escapeHtml(after);
      return `<h3>${escapeHtml(component)}</h3>\n<pre>${body}</pre>`;
    }
  }
}

function renderCurve({ curve, headline: { metric }, baselineId, outcome }: Report): string {
  const last = curve.at(-1);
  const baseline = curve.find((point) => point.candidateId === baselineId && point.kind === last?.kind);
  return renderCurveSvg(curve, {
    metric,
    description: `${outcome.figures}. ${curve.length} points; the table "What the score cost" has the levels.`,
    baseline: baseline?.candidateScore ?? null,
  });
}

function renderFrontier({ pareto, objectives, headline: { metric }, baselineId, shownId }: Report): string {
  if (!pareto) return '';
  const others = objectives.map(({ objective }) => objective.metric).filter((each) => each !== metric);
  return renderFrontierSvg(pareto, {
    metrics: [metric, ...others],
    baselineId,
    shownId,
    limits: Object.fromEntries(objectives.map(({ objective }) => [objective.metric, objective.limit])),
  }).join('\n');
}

function renderGroup({ origin, fate, rows, reason, changes }: ChangeGroup): string {
  const lines = changes.map(
    ({ text, need }) =>
      `<li>${escapeHtml(text)}${need === null ? '' : ` <span class="muted">${escapeHtml(need)}</span>`}</li>`,
  );
  const about = [fate, rows && `reflected on ${rows}`, reason]
    .filter((part) => part !== null && part !== '')
    .map((part) => `<p class="muted">${escapeHtml(String(part))}</p>`);
  return `<li><h3>${escapeHtml(origin)}</h3>\n<ul>${lines.join('')}</ul>\n${about.join('\n')}</li>`;
}

/** Columns with a sentence in them make a table of cards on a narrow screen; short ones scroll. */
const SENTENCE = 40;
/** Texts up to this many characters stay on one line. */
const SHORT = 26;

function renderTable({ label, columns, rows }: Table): string {
  const short = columns.map((_, index) => rows.every((row) => (row[index] ?? '').length <= SHORT));
  const attribute = (index: number) =>
    columns[index]?.numeric ? ' class="number"' : short[index] ? ' class="short"' : '';
  const titled = columns.some(({ title }) => title !== '');
  const head = titled
    ? `<thead><tr>${columns.map(({ title }, index) => `<th scope="col"${attribute(index)}>${escapeHtml(title)}</th>`).join('')}</tr></thead>`
    : '';
  const cards = rows.some((row) => row.some((cell) => cell.length > SENTENCE));
  const cell = (text: string, index: number) => {
    const name = cards && titled ? ` data-label="${escapeHtml(columns[index]?.title ?? '')}"` : '';
    return index === 0
      ? `<th scope="row"${attribute(index)}${name}>${escapeHtml(text)}</th>`
      : `<td${attribute(index)}${name}>${escapeHtml(text)}</td>`;
  };
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n');
  // A region that scrolls has to be reachable with the keyboard.
  return `<div class="scroll" role="group" tabindex="0" aria-label="${escapeHtml(label)}"><table${cards ? ' class="cards"' : ''}>${head}<tbody>\n${body}\n</tbody></table></div>`;
}

const renderWords = (before: string, after: string) =>
  wordDiff(before, after)
    .map(({ kind, text }) =>
      kind === 'same' ? escapeHtml(text) : `<${TAGS[kind]}>${escapeHtml(text)}</${TAGS[kind]}>`,
    )
    .join('');
