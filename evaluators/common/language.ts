import type { eld } from 'eld/small';

/** ISO 639-1 codes of the languages that are told apart; `no` is both forms of Norwegian. */
export const LANGUAGES = [
  ...['am', 'ar', 'az', 'be', 'bg', 'bn', 'ca', 'cs', 'da', 'de', 'el', 'en', 'es', 'et', 'eu', 'fa', 'fi', 'fr', 'gu'],
  ...['he', 'hi', 'hr', 'hu', 'hy', 'is', 'it', 'ja', 'ka', 'kn', 'ko', 'ku', 'lo', 'lt', 'lv', 'ml', 'mr', 'ms', 'nl'],
  ...['no', 'or', 'pa', 'pl', 'pt', 'ro', 'ru', 'sk', 'sl', 'sq', 'sr', 'sv', 'ta', 'te', 'th', 'tl', 'tr', 'uk', 'ur'],
  ...['vi', 'yo', 'zh'],
] as const;
export type Language = (typeof LANGUAGES)[number];

const KNOWN: ReadonlySet<string> = new Set(LANGUAGES);
export const isLanguage = (code: string): code is Language => KNOWN.has(code);

const NAMES = new Intl.DisplayNames(['en'], { type: 'language' });
/** `German (de)` */
export const languageName = (code: Language): string => `${NAMES.of(code) ?? code} (${code})`;

/** A piece of a text whose language could be told. */
export interface LanguagePiece {
  readonly language: Language;
  /** Other languages that it might as well be in: Norwegian beside Danish, Portuguese beside Spanish in a few words. */
  readonly near: readonly Language[];
  readonly letters: number;
  readonly text: string;
}

/** Characters of a piece, about what the detector reads at a time. */
const PIECE = 300;
const MAX_PIECES = 40;
/** Letters without which a piece says nothing. A character of a script without an alphabet counts as four. */
const MIN_LETTERS = 20;
/** Scores (0 to 1) this close do not tell two languages apart. */
const NEAR = 0.03;

let detector: typeof eld | undefined;

/** Loads the n-gram tables (1.6 MB of source): they are not needed by jobs that do not ask for a language. */
export async function loadLanguages(): Promise<void> {
  detector ??= (await import('eld/small')).eld;
}

/**
 * The languages of a text, piece by piece: the first 12,000 characters, without code blocks, code spans and links. Pieces whose language
 * cannot be told are left out. Needs `loadLanguages` to have been awaited.
 */
export function languagesOf(text: string): readonly LanguagePiece[] {
  const { detect } = loadedDetector();
  return piecesOf(text).flatMap((piece): LanguagePiece[] => {
    const letters = countLetters(piece);
    if (letters < MIN_LETTERS) return [];
    const result = detect(piece);
    const { language } = result;
    if (!isLanguage(language) || !result.isReliable()) return [];
    const scores = result.getScores();
    const best = scores[language] ?? 0;
    const near = LANGUAGES.filter((code) => code !== language && (scores[code] ?? 0) >= best - NEAR);
    return [{ language, near, letters, text: piece }];
  });
}

function loadedDetector(): typeof eld {
  if (!detector) throw new Error('the languages are not loaded');
  return detector;
}

/** Cut at white space where there is some in the second half of a piece. */
function piecesOf(text: string): readonly string[] {
  const prose = text
    .slice(0, 2 * PIECE * MAX_PIECES)
    .replace(/```[\s\S]*?(?:```|$)/g, ' ')
    .replace(/`[^`\n]{0,500}`/g, ' ')
    .replace(/https?:\/\/\S{1,2000}/g, ' ')
    .slice(0, PIECE * MAX_PIECES);
  const pieces: string[] = [];
  for (let start = 0; start < prose.length; ) {
    const whole = prose.slice(start, start + PIECE);
    const cut = whole.length < PIECE ? -1 : whole.search(/\s\S*$/);
    const piece = cut > PIECE / 2 ? whole.slice(0, cut) : whole;
    pieces.push(piece);
    start += piece.length;
  }
  return pieces;
}

function countLetters(text: string): number {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const dense =
    text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}]/gu)
      ?.length ?? 0;
  return letters + 3 * dense;
}
