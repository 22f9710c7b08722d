/** The inside of the one Markdown code fence that surrounds a text; any other text as it is. Linear time. */
export function insideFence(text: string): string {
  const end = text.indexOf('\n');
  if (!text.startsWith('```') || !text.endsWith('```') || end < 0 || end > text.length - 3) return text;
  return text.slice(end + 1, -3);
}
