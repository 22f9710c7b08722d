import type { Block } from './block.ts';
import { renderCurveSvg } from './curve-svg.ts';
import { documentOf } from './document.ts';
import { escapeHtml } from './escape.ts';
import { REPORT_STYLE } from './html-style.ts';
import { wordDiff } from './prompt-diff.ts';
import type { Report } from './report.ts';

const TAGS = { added: 'ins', removed: 'del' } as const;

/**
 * The report as one self-contained HTML page: no script, nothing loaded from elsewhere (its own policy forbids both), every text escaped.
 */
export function renderHtml(report: Report): string {
  const title = escapeHtml(`${report.job.name}: optimization report`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<title>${title}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${documentOf(report)
  .map((block) => renderBlock(block, report))
  .join('\n')}
</main>
</body>
</html>
`;
}

function renderBlock(block: Block, report: Report): string {
  switch (block.kind) {
    case 'heading':
      return `<h2>${escapeHtml(block.text)}</h2>`;
    case 'text':
      return `<p${block.muted ? ' class="muted"' : ''}>${escapeHtml(block.text)}</p>`;
    case 'outcome': {
      const { kind, title, sentence, figures } = report.outcome;
      return `<div class="outcome ${kind}"><p><strong>${escapeHtml(title)}.</strong> ${escapeHtml(sentence)}</p><p>${escapeHtml(figures)}</p></div>`;
    }
    case 'curve':
      return renderCurveSvg(report.curve, {
        metric: report.headline.metric,
        description: `${report.outcome.figures}. ${report.curve.length} points.`,
      });
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
    case 'table':
      return renderTable(block);
    case 'prompt': {
      const { component, changed, before, after } = block.change;
      const body = changed ? renderWords(before, after) : escapeHtml(after);
      return `<h3>${escapeHtml(component)}</h3>\n<pre>${body}</pre>`;
    }
  }
}

function renderTable({ columns, rows }: Extract<Block, { readonly kind: 'table' }>): string {
  const attribute = (index: number) => (columns[index]?.numeric ? ' class="number"' : '');
  const cells = (tag: 'th' | 'td', texts: readonly string[]) =>
    texts.map((cell, index) => `<${tag}${attribute(index)}>${escapeHtml(cell)}</${tag}>`).join('');
  const titles = columns.map(({ title }) => title);
  const head = titles.some((title) => title !== '') ? `<thead><tr>${cells('th', titles)}</tr></thead>` : '';
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
  return `<div class="scroll"><table>${head}<tbody>\n${body}\n</tbody></table></div>`;
}

const renderWords = (before: string, after: string) =>
  wordDiff(before, after)
    .map(({ kind, text }) =>
      kind === 'same' ? escapeHtml(text) : `<${TAGS[kind]}>${escapeHtml(text)}</${TAGS[kind]}>`,
    )
    .join('');
