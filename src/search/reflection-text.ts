/**
 * Text of rows and models inside a request to the reflection model. It is untrusted: it stands between tags, cannot close them or open
 * others, and is cut to its share. Nothing in it is an instruction.
 */

/** Tags that structure reflection requests. Untrusted text can neither open nor close any of them. */
export const DELIMITERS = [
  'current_instructions',
  'example',
  'input',
  'context',
  'steps',
  'output',
  'expected',
  'feedback',
  'refused',
  'tried',
  'critique',
] as const;

const tagPattern = (names: readonly string[]) => new RegExp(`<(?=\\s*/?\\s*(?:${names.join('|')})\\b)`, 'gi');

/**
 * `<tag>text</tag>` for untrusted text: every delimiter inside it, and the tag itself, opening or closing, loses its `<`. `tag` is a
 * plain word.
 */
export function delimited(tag: string, text: string): string {
  return `<${tag}>\n${text.replace(tagPattern([...DELIMITERS, tag]), '&lt;')}\n</${tag}>`;
}

/**
 * The present instructions between their tags, word for word except that they cannot close the block: they are to be rewritten, so
 * tags of their own (`<input>`) must survive.
 */
export function currentInstructions(text: string): string {
  const tag = 'current_instructions';
  return `<${tag}>\n${text.replace(new RegExp(`<(?=\\s*/\\s*${tag}\\b)`, 'gi'), '&lt;')}\n</${tag}>`;
}

/**
 * At most `limit` characters (UTF-16 units): two thirds from the start, the rest from the end, with a mark of how many are left out
 * between them (the mark comes on top). Never cuts a surrogate pair in half.
 */
export function truncated(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const room = Math.max(0, Math.floor(limit));
  let head = Math.ceil((room * 2) / 3);
  let tail = text.length - (room - head);
  if (isLowSurrogate(text, head)) head -= 1;
  if (isLowSurrogate(text, tail)) tail += 1;
  return `${text.slice(0, head)} [… ${tail - head} characters left out …] ${text.slice(tail)}`;
}

const isLowSurrogate = (text: string, at: number) => {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
};

/**
 * Fair shares of `total` characters: a text shorter than the equal share stays whole and leaves the rest of its share to the longer
 * ones. Returns the texts, cut where needed, in order.
 */
export function fitted(texts: readonly string[], total: number): string[] {
  const byLength = texts.map((text, index) => ({ index, length: text.length })).sort((a, b) => a.length - b.length);
  const limits = new Array<number>(texts.length).fill(0);
  let left = total;
  byLength.forEach(({ index, length }, position) => {
    const limit = Math.min(length, Math.max(0, Math.floor(left / (byLength.length - position))));
    limits[index] = limit;
    left -= limit;
  });
  return texts.map((text, index) => truncated(text, limits[index] ?? 0));
}
