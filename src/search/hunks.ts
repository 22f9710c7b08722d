import { diffArrays } from 'diff';
import type { Components } from '../domain/prompt.ts';

/** One place at which a text differs from an older one: at most one old sentence against at most one new one, as far as they can be told apart. */
export interface Hunk {
  readonly component: string;
  /** Characters of the old text before it. */
  readonly at: number;
  readonly removed: string;
  readonly added: string;
}

/** A text as sentences with the white space before each; `rest` is the white space at its end. Put together again they are the text. */
interface Pieces {
  readonly sentences: readonly { readonly gap: string; readonly text: string }[];
  readonly rest: string;
}

/** Edits beyond this leave too little in common to speak of single changes; a limit of time would make the answer depend on the machine. */
const MOST_EDITS = 2_000;
/** Pairs of sentences between two unchanged ones that are compared for likeness. */
const MOST_PAIRS = 10_000;
/** Share of common words from which a new sentence counts as the old one, reworded. */
const ALIKE = 0.5;

/** What has to be done to `before` to make it `after`: applied together they give exactly that text, and each can be left out. */
export function hunksBetween(before: Components, after: Components): Hunk[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((component) =>
    textHunks(before[component] ?? '', after[component] ?? '').map((hunk) => ({ component, ...hunk })),
  );
}

/** The texts with these of their hunks made. */
export function withHunks(before: Components, hunks: readonly Hunk[]): Components {
  const texts = { ...before };
  for (const component of new Set(hunks.map((hunk) => hunk.component))) {
    const text = before[component] ?? '';
    let at = 0;
    let made = '';
    for (const hunk of hunks) {
      if (hunk.component !== component) continue;
      made += text.slice(at, hunk.at) + hunk.added;
      at = hunk.at + hunk.removed.length;
    }
    texts[component] = made + text.slice(at);
  }
  return texts;
}

/** The texts with all of the hunks made but one: sentences that would touch where it was are set apart by a line break. */
export function withoutHunk(before: Components, hunks: readonly Hunk[], left: number): Components {
  const hunk = hunks[left];
  if (!hunk) return withHunks(before, hunks);
  const { component, removed } = hunk;
  const others = hunks.filter((each, index) => index !== left && each.component === component);
  const text = before[component] ?? '';
  const made = (of: readonly Hunk[], part: string) => withHunks({ [component]: part }, of)[component] ?? '';
  const earlier = others.filter((each) => hunks.indexOf(each) < left);
  const end = hunk.at + removed.length;
  const later = others.filter((each) => hunks.indexOf(each) > left).map((each) => ({ ...each, at: each.at - end }));
  const parts = [made(earlier, text.slice(0, hunk.at)), removed, made(later, text.slice(end))];
  const joined = parts.reduce((all, part) => all + (/\S$/.test(all) && /^\S/.test(part) ? '\n' : '') + part);
  return { ...withHunks(before, hunks), [component]: joined };
}

/** The sentences of a text, without the white space around them. A line ends a sentence, and so do `.`, `!` and `?` before white space. */
export function sentencesOf(text: string): string[] {
  return piecesOf(text).sentences.map((sentence) => sentence.text);
}

function piecesOf(text: string): Pieces {
  const sentences = [...text.matchAll(/(\s*)(\S(?:.*?[.!?]["')\]]*(?=\s)|.*))/g)].map(([, gap = '', rest = '']) => {
    const sentence = rest.trimEnd();
    return { gap, text: sentence, after: rest.slice(sentence.length) };
  });
  let carried = '';
  const pieces = sentences.map(({ gap, text: sentence, after }) => {
    const piece = { gap: carried + gap, text: sentence };
    carried = after;
    return piece;
  });
  const covered = pieces.reduce((sum, piece) => sum + piece.gap.length + piece.text.length, 0);
  return { sentences: pieces, rest: text.slice(covered) };
}

type Change = Omit<Hunk, 'component'>;

function textHunks(before: string, after: string): Change[] {
  if (before === after) return [];
  const [old, now] = [piecesOf(before), piecesOf(after)];
  const parts = diffArrays(
    old.sentences.map(({ text }) => text),
    now.sentences.map(({ text }) => text),
    { maxEditLength: MOST_EDITS },
  );
  if (!parts) return [{ at: 0, removed: before, added: after }];
  const changes: Change[] = [];
  let [i, j, at] = [0, 0, 0];
  let from = { i: 0, j: 0 };
  const between = (oldRest: string, nowRest: string) => {
    const removed = { sentences: old.sentences.slice(from.i, i), rest: oldRest };
    const added = { sentences: now.sentences.slice(from.j, j), rest: nowRest };
    changes.push(...regionChanges(at, removed, added));
    at += textOf(removed).length;
  };
  for (const part of parts) {
    if (part.removed) i += part.value.length;
    else if (part.added) j += part.value.length;
    else
      for (const sentence of part.value) {
        between(old.sentences[i]?.gap ?? '', now.sentences[j]?.gap ?? '');
        at += sentence.length;
        i += 1;
        j += 1;
        from = { i, j };
      }
  }
  between(old.rest, now.rest);
  return changes;
}

const textOf = ({ sentences, rest }: Pieces) => sentences.map(({ gap, text }) => gap + text).join('') + rest;

/** The changes between two unchanged sentences. Each takes the white space before its sentence, or behind it where that is what came with it. */
function regionChanges(start: number, old: Pieces, now: Pieces): Change[] {
  if (textOf(old) === textOf(now)) return [];
  const pairs = pairsOf(old, now);
  const leading = laidOut(start, old, now, pairs, 0);
  return leading ?? laidOut(start, old, now, pairs, 1) ?? laidOut(start, old, now, pairs, 0, true) ?? [];
}

/** Sentences of a region with the white space before (`side` 0) or behind (1) each, and what white space is left over. */
function tokensOf({ sentences, rest }: Pieces, side: 0 | 1): { tokens: string[]; head: string; tail: string } {
  if (side === 0) return { tokens: sentences.map(({ gap, text }) => gap + text), head: '', tail: rest };
  const tokens = sentences.map(({ text }, index) => text + (sentences[index + 1]?.gap ?? rest));
  return { tokens, head: sentences[0]?.gap ?? rest, tail: '' };
}

/** Null when white space differs that belongs to no sentence; `force` gives it to the last change. */
function laidOut(
  start: number,
  old: Pieces,
  now: Pieces,
  pairs: ReadonlyMap<number, number>,
  side: 0 | 1,
  force = false,
): Change[] | null {
  const [before, after] = [tokensOf(old, side), tokensOf(now, side)];
  if (before.head !== after.head || (!force && before.tail !== after.tail)) return null;
  const changes: Change[] = [];
  let at = start + before.head.length;
  let j = 0;
  const insertUntil = (end: number) => {
    for (; j < end; j++) changes.push({ at, removed: '', added: after.tokens[j] ?? '' });
  };
  before.tokens.forEach((removed, i) => {
    const partner = pairs.get(i);
    if (partner === undefined) changes.push({ at, removed, added: '' });
    else {
      insertUntil(partner);
      const added = after.tokens[partner] ?? '';
      if (added !== removed) changes.push({ at, removed, added });
      j = partner + 1;
    }
    at += removed.length;
  });
  insertUntil(after.tokens.length);
  if (before.tail === after.tail) return changes;
  const last = changes.at(-1);
  if (last === undefined || last.at + last.removed.length !== at)
    return [...changes, { at, removed: before.tail, added: after.tail }];
  return [
    ...changes.slice(0, -1),
    { at: last.at, removed: last.removed + before.tail, added: last.added + after.tail },
  ];
}

/** Which new sentence is which old one reworded, in order: the pairs that have most in common together. */
function pairsOf(old: Pieces, now: Pieces): ReadonlyMap<number, number> {
  const [rows, columns] = [old.sentences.length, now.sentences.length];
  const pairs = new Map<number, number>();
  if (rows * columns === 0 || rows * columns > MOST_PAIRS) return pairs;
  if (rows === 1 && columns === 1) return pairs.set(0, 0);
  const words = (pieces: Pieces) => pieces.sentences.map(({ text }) => wordsOf(text));
  const [left, right] = [words(old), words(now)];
  const likeness = left.map((one) => right.map((other) => jaccard(one, other)));
  const gain = (i: number, j: number) => {
    const alike = likeness[i]?.[j] ?? 0;
    return alike >= ALIKE ? alike : 0;
  };
  const best = Array.from({ length: rows + 1 }, () => new Array<number>(columns + 1).fill(0));
  const at = (i: number, j: number) => best[i]?.[j] ?? 0;
  for (let i = rows - 1; i >= 0; i--)
    for (let j = columns - 1; j >= 0; j--) {
      const row = best[i];
      if (row) row[j] = Math.max(at(i + 1, j), at(i, j + 1), gain(i, j) > 0 ? gain(i, j) + at(i + 1, j + 1) : 0);
    }
  let [i, j] = [0, 0];
  while (i < rows && j < columns) {
    if (gain(i, j) > 0 && at(i, j) === gain(i, j) + at(i + 1, j + 1)) pairs.set(i++, j++);
    else if (at(i, j) === at(i + 1, j)) i += 1;
    else j += 1;
  }
  return pairs;
}

const wordsOf = (sentence: string) => new Set(sentence.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

function jaccard(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const common = [...one].filter((word) => other.has(word)).length;
  const all = one.size + other.size - common;
  return all === 0 ? 0 : common / all;
}
