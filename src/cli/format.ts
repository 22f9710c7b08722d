/** `12,345` */
export const count = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** `1 row`, `12,345 rows` */
export const countOf = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** `812`, `12.3k`, `4.56M`: for a status line that must not grow. */
export function shortCount(value: number): string {
  if (value < 1_000) return String(Math.round(value));
  return value < 1_000_000 ? `${(value / 1_000).toFixed(1)}k` : `${(value / 1_000_000).toFixed(2)}M`;
}

export const usd = (value: number): string => `$${value.toFixed(value === 0 || value >= 1 ? 2 : 4)}`;

export const score = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toFixed(3).replace('-', '−');

/** Text of others cannot drive the terminal: control characters become visible. */
export const plain = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\uFFFD');

export const clip = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

/** Columns under their heads; the last column takes what is left. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const lines = [heads, ...rows].map((cells) => cells.map((cell) => plain(cell).replace(/\s+/g, ' ')));
  const widths = heads.map((_, at) => Math.max(...lines.map((cells) => cells[at]?.length ?? 0)));
  return lines
    .map((cells) =>
      clip(cells.map((cell, at) => (at === cells.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  '), width),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

const ASCII_MARKS: Readonly<Record<string, string>> = {
  '─': '-',
  '│': '|',
  '┤': '|',
  '└': '+',
  '╭': '+',
  '╮': '+',
  '╯': '+',
  '╰': '+',
  '█': '#',
  '░': '.',
  '·': '.',
  '−': '-',
  '–': '-',
  '—': '-',
  '…': '~',
  '→': '->',
  '≤': '<=',
  '≥': '>=',
};

/** The marks that this program draws with, for terminals that are not UTF-8. Texts of others stay as they are. */
export const asciiMarks = (text: string): string => text.replace(/\P{ASCII}/gu, (mark) => ASCII_MARKS[mark] ?? mark);
