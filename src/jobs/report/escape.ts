/** Control characters except newline and tab, direction overrides, lone surrogates and non-characters: never part of an honest report. */
const UNPRINTABLE = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Cs}/gu;

/** The text without characters that drive a terminal, reverse what is read, or break XML; each becomes U+FFFD. CRLF becomes LF. */
export function printable(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(UNPRINTABLE, '\ufffd');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For element content and quoted attributes of HTML and SVG. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** For running text and table cells of Markdown: one line, no markup, no HTML. */
export function escapeMarkdown(text: string): string {
  return printable(text)
    .replace(/\s*\n\s*/g, ' ')
    .replace(/[\\`*_[\]<>|~&]/g, (character) => `\\${character}`)
    .replace(/^(\s*)(\d*)(#{1,6}|[+.)-]|=+|-+)(?=\s|$)/, (all, space: string, digits: string, mark: string) =>
      (digits === '') === /[.)]/.test(mark) ? all : `${space}${digits}\\${mark}`,
    );
}

/** A fenced block whose fence is longer than any run of backticks inside, so that the text cannot end it. */
export function fenced(text: string, language = ''): string {
  const clean = printable(text);
  const longest = Math.max(0, ...Array.from(clean.matchAll(/`+/g), (match) => match[0].length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${clean.replace(/\n$/, '')}\n${fence}`;
}
