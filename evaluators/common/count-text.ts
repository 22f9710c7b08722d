export const UNITS = ['words', 'characters', 'sentences'] as const;
export type Unit = (typeof UNITS)[number];

/** Counts words, characters (code points, white space at both ends aside) or sentences, in linear time. */
export function countOf(text: string, unit: Unit): number {
  switch (unit) {
    case 'words':
      return countMatches(text, WORD);
    case 'characters':
      return countCharacters(text.trim());
    case 'sentences':
      return countSentences(text);
  }
}

const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;

function countMatches(text: string, pattern: RegExp): number {
  let count = 0;
  for (const match of text.matchAll(pattern)) if (/[\p{L}\p{N}\p{S}]/u.test(match[0])) count += 1;
  return count;
}

function countCharacters(text: string): number {
  let count = 0;
  for (const _character of text) count += 1;
  return count;
}

const ENDS = new Set(['.', '!', '?', '…', '。', '！', '？', '\n']);
/** These end a sentence without white space after them. */
const ENDS_ALONE = new Set(['。', '！', '？', '\n']);
const CLOSING = new Set(['"', "'", ')', ']', '”', '’', '»']);

/** A scan by hand: a pattern with "terminators, then white space" is quadratic on a megabyte of dots. */
function countSentences(text: string): number {
  let count = 0;
  let hasWord = false;
  let ended = false;
  for (const character of text) {
    if (ENDS.has(character)) ended = true;
    const white = /\s/.test(character);
    if (ended && (white || ENDS_ALONE.has(character))) {
      if (hasWord) count += 1;
      hasWord = false;
      ended = false;
    } else if (!white && !ENDS.has(character) && !CLOSING.has(character)) {
      hasWord = true;
      ended = false;
    }
  }
  return hasWord ? count + 1 : count;
}
