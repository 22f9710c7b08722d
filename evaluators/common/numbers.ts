/** Grouped (`1,234,567`) or plain digits with an optional fraction and exponent. A minus glued to a word (`GPT-4`) is a hyphen. */
const NUMBER = /(?:(?<![\p{L}\p{N})\]])[-−+])?(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?/gu;

function parseNumber(text: string): number {
  return Number(text.replaceAll(',', '').replace('−', '-'));
}

/** The first or the last number that a text states, undefined when there is none. Percent and currency signs are ignored. */
export function extractNumber(text: string, take: 'first' | 'last'): { value: number; text: string } | undefined {
  let found: string | undefined;
  for (const match of text.matchAll(NUMBER)) {
    found = match[0];
    if (take === 'first') break;
  }
  return found === undefined ? undefined : { value: parseNumber(found), text: found };
}

/** Writes every number the same way: no thousands separators, no leading zeros, no zeros at the end of a fraction (`1,200.50` → `1200.5`). */
export function normalizeNumbers(text: string): string {
  return text.replace(/(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?/g, (number) => {
    const [whole = '', fraction = ''] = number.replaceAll(',', '').split('.');
    let start = 0;
    while (start < whole.length - 1 && whole[start] === '0') start += 1;
    let end = fraction.length;
    while (end > 0 && fraction[end - 1] === '0') end -= 1;
    return end === 0 ? whole.slice(start) : `${whole.slice(start)}.${fraction.slice(0, end)}`;
  });
}
