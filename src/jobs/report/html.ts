import type { Block } from './block.ts';
import { documentOf } from './document.ts';
import { escapeHtml } from './escape.ts';
import { renderBlock } from './html-blocks.ts';
import { renderHead } from './html-head.ts';
import { REPORT_STYLE } from './html-style.ts';
import type { Report } from './report.ts';

interface Section {
  readonly id: string;
  readonly title: string;
  readonly folded: boolean;
  readonly blocks: readonly Block[];
}

/**
 * The report as one self-contained HTML page: no script, nothing loaded from elsewhere (its own policy forbids both), every text escaped.
 */
export function renderHtml(report: Report): string {
  const title = escapeHtml(`${report.job.name}: optimization report`);
  const sections = sectionsOf(documentOf(report));
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
${renderHead(report)}
<nav aria-label="Sections">
<ul>${sections.map(({ id, title: text }) => `<li><a href="#${id}">${escapeHtml(text)}</a></li>`).join('')}</ul>
</nav>
<main>
${sections.map((section) => renderSection(section, report)).join('\n')}
</main>
<footer><p>Paretune report of ${escapeHtml(report.job.id)}. The same as data: GET /v1/jobs/${escapeHtml(report.job.id)}/report with Accept: application/json.</p></footer>
</body>
</html>
`;
}

function sectionsOf(blocks: readonly Block[]): Section[] {
  const sections: Section[] = [];
  for (const block of blocks) {
    const last = sections.at(-1);
    if (block.kind === 'heading') {
      const id = `s-${block.text.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
      sections.push({ id, title: block.text, folded: block.folded === true, blocks: [] });
    } else if (last && block.kind !== 'outcome') {
      sections[sections.length - 1] = { ...last, blocks: [...last.blocks, block] };
    }
  }
  return sections;
}

function renderSection({ id, title, folded, blocks }: Section, report: Report): string {
  const heading = `<h2 id="${id}">${escapeHtml(title)}</h2>`;
  const body = blocks.map((block) => renderBlock(block, report)).join('\n');
  const inside = folded ? `<details>\n<summary>${heading}</summary>\n${body}\n</details>` : `${heading}\n${body}`;
  return `<section aria-labelledby="${id}">\n${inside}\n</section>`;
}
