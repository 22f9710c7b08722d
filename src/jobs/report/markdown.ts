import type { Block, ChangeGroup } from './block.ts';
import { renderCurveAscii } from './curve-ascii.ts';
import { documentOf } from './document.ts';
import { escapeMarkdown, fenced } from './escape.ts';
import type { Report } from './report.ts';

const SIGNS = { same: ' ', added: '+', removed: '-' } as const;

/** The report as GitHub-flavoured Markdown. Every text of users and models is escaped or fenced so that it cannot end its place. */
export function renderMarkdown(report: Report): string {
  const blocks = documentOf(report).map((block) => renderBlock(block, report));
  return `# ${escapeMarkdown(report.job.name)}: optimization report\n\n${blocks.join('\n\n')}\n`;
}

function renderBlock(block: Block, report: Report): string {
  switch (block.kind) {
    case 'heading':
      return `## ${escapeMarkdown(block.text)}`;
    case 'text':
      return block.muted ? `_${escapeMarkdown(block.text)}_` : escapeMarkdown(block.text);
    case 'outcome': {
      const { title, sentence, figures } = report.outcome;
      return `**${escapeMarkdown(title)}.** ${escapeMarkdown(sentence)}\n\n${escapeMarkdown(figures)}`;
    }
    case 'curve':
      return fenced(renderCurveAscii(report.curve, { width: 76, height: 14 }), 'text');
    case 'frontier':
      return frontierText(report);
    case 'changes':
      return block.groups.map(groupText).join('\n');
    case 'list':
      return block.items.map((item) => `- ${escapeMarkdown(item)}`).join('\n');
    case 'table': {
      const line = (cells: readonly string[]) => `| ${cells.map((cell) => escapeMarkdown(cell)).join(' | ')} |`;
      const rule = `| ${block.columns.map(({ numeric }) => (numeric ? '---:' : '---')).join(' | ')} |`;
      return [line(block.columns.map(({ title }) => title)), rule, ...block.rows.map(line)].join('\n');
    }
    case 'prompt': {
      const { component, changed, lines, after } = block.change;
      const body = changed
        ? fenced(lines.map(({ kind, text }) => `${SIGNS[kind]}${text}`).join('\n'), 'diff')
        : fenced(after, 'text');
      return `**${escapeMarkdown(component)}**\n\n${body}`;
    }
  }
}

/** The picture's place: the table below has the figures. */
const frontierText = ({ pareto }: Report) =>
  escapeMarkdown(`On the front: ${(pareto?.front ?? []).map(({ candidateId }) => candidateId).join(', ')}.`);

function groupText({ origin, fate, rows, reason, changes }: ChangeGroup): string {
  const parts = [fate, rows && `reflected on ${rows}`, reason].filter((part) => part !== null);
  const head = `- **${escapeMarkdown(origin)}**${parts.length > 0 ? `: ${escapeMarkdown(parts.join('; '))}` : ''}`;
  const lines = changes.map(({ text, need }) => `  - ${escapeMarkdown(need === null ? text : `${text} — ${need}`)}`);
  return [head, ...lines].join('\n');
}
