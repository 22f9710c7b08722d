import { z } from 'zod';
import type { Json } from '../src/domain/json.ts';
import { defineEvaluator, type Sample } from '../src/lab/evaluator.ts';
import { category, graded, missing, right } from './common/grade.ts';
import {
  isLanguage,
  LANGUAGES,
  type Language,
  type LanguagePiece,
  languageName,
  languagesOf,
  loadLanguages,
} from './common/language.ts';
import { asText, quote, quoteJson } from './common/text.ts';

const options = z
  .strictObject({
    languages: z
      .array(z.enum(LANGUAGES))
      .min(1)
      .optional()
      .describe(
        'The right languages by ISO 639-1 code. Default: the language in which the input of the row is written.',
      ),
    field: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('Field of the row’s metadata that holds the code of the right language (`de`, `de-AT`).'),
  })
  .refine(({ languages, field }) => languages === undefined || field === undefined, 'give "languages" or "field"');

export const language = defineEvaluator({
  type: 'language',
  title: 'Language',
  description:
    'Share of the letters of the output that are written in the right language, by character n-grams in pieces of 300 characters (ELD). Code, links, numbers and what comes after 12,000 characters do not count. ' +
    'A piece that is too short (20 letters), or as near to another language, says nothing; missing when none says anything.',
  needs: ['output'],
  alsoNeeds: ({ languages, field }) => (field !== undefined ? ['metadata'] : languages ? [] : ['input']),
  load: loadLanguages,
  options,
  defaultThreshold: 1,
  evaluate(sample, chosen) {
    const wanted = wantedLanguages(sample, chosen);
    if (typeof wanted === 'string') return missing(wanted);
    const names = wanted.map(languageName).join(' or ');
    const pieces = languagesOf(sample.output).flatMap((piece) => {
      if (wanted.includes(piece.language)) return [{ piece, is: true }];
      return piece.near.some((near) => wanted.includes(near)) ? [] : [{ piece, is: false }];
    });
    const sum = (of: typeof pieces) => of.reduce((total, { piece }) => total + piece.letters, 0);
    const foreign = pieces.filter(({ is }) => !is);
    const [first] = foreign;
    if (pieces.length === 0) {
      return missing(`the output has too little text to tell whether it is in ${names}: ${quote(sample.output, 80)}`);
    }
    if (!first) return right(`the output is in ${names}: ${quote(sample.output, 80)}`);
    const at = sample.output.indexOf(first.piece.text.trim());
    return graded(
      1 - sum(foreign) / sum(pieces),
      category('wrong-language', wanted[0] ?? '', first.piece.language),
      `expected ${names}, got ${languageName(first.piece.language)}${at > 0 ? ` from character ${at} on` : ''}: ${quote(first.piece.text.trim(), 120)}`,
      { languages: [...new Set(pieces.map(({ piece }) => piece.language))] },
    );
  },
});

/** The languages that are right for a row, or why that cannot be told. */
function wantedLanguages(sample: Sample, { languages, field }: z.infer<typeof options>): readonly Language[] | string {
  if (languages) return languages;
  if (field !== undefined) {
    const { metadata } = sample;
    const given = Object.hasOwn(metadata, field) ? metadata[field] : undefined;
    const code = typeof given === 'string' ? given.trim().toLowerCase().split(/[-_]/, 1)[0] : undefined;
    return code !== undefined && isLanguage(code)
      ? [code]
      : `the metadata field ${quote(field, 60)} is no known language code: ${quoteJson(given, 60)}`;
  }
  const found = mostLetters(languagesOf(inputText(sample.input)));
  return found ? [found.language, ...found.near] : 'the language of the input cannot be told: it has too little text';
}

const inputText = (input: Sample['input']) =>
  typeof input === 'string'
    ? input
    : Object.values(input)
        .filter((value: Json) => typeof value === 'string')
        .map(asText)
        .join('\n');

/** The language of most letters, with those that its pieces are near to. */
function mostLetters(pieces: readonly LanguagePiece[]): Pick<LanguagePiece, 'language' | 'near'> | undefined {
  const letters = new Map<Language, number>();
  for (const piece of pieces) letters.set(piece.language, (letters.get(piece.language) ?? 0) + piece.letters);
  const [most] = [...letters].sort(([, a], [, b]) => b - a);
  if (!most) return undefined;
  const own = pieces.filter((piece) => piece.language === most[0]);
  const [first, ...others] = own;
  const near = (first?.near ?? []).filter((code) => others.every((piece) => piece.near.includes(code)));
  return { language: most[0], near };
}
