import type { FieldRow } from './schema-table.ts';

/** A table cell: one line, no bar that would end it. */
function cell(text: string): string {
  return text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/(?<!\\)\|/g, '\\|')
    .trim();
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Fields with type, default and meaning. */
export function fieldTable(rows: readonly FieldRow[]): string {
  if (rows.length === 0) return 'No options.';
  return table(
    ['field', 'type', 'default', 'meaning'],
    rows.map((row) => [
      `\`${row.path}\``,
      row.type,
      row.required ? '**required**' : row.byDefault === '' ? '' : `\`${row.byDefault}\``,
      row.description,
    ]),
  );
}

/** A page: title, where it comes from, and its parts with an empty line between them. */
export function page(title: string, source: string, parts: readonly string[]): string {
  return `${[`# ${title}`, `<!-- Generated from ${source} by \`npm run docs\`. Do not edit. -->`, ...parts].join('\n\n')}\n`;
}
