/** One answer of a multiple-choice question: a label (`B`, `escalate`), with its text when the label is a letter. */
export interface Choice {
  readonly label: string;
  readonly text: string | null;
}

/** The choices of a question with their names as they are looked for. */
export interface Choices {
  readonly all: readonly Choice[];
  /** Labels and texts in lower case, longest first. */
  readonly names: readonly { readonly name: string; readonly choice: Choice }[];
  readonly whole: ReadonlyMap<string, Choice>;
}

export type Extraction =
  | { readonly kind: 'chosen'; readonly choice: Choice }
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous'; readonly labels: readonly string[] };

/** Only the beginning and the end of a long output are searched for the choice, this many characters each. */
export const SEARCHED = 2_000;

export function prepareChoices(all: readonly Choice[]): Choices {
  const names = all
    .flatMap((choice) =>
      [choice.label, ...(choice.text === null ? [] : [choice.text])].map((name) => ({ name, choice })),
    )
    .map(({ name, choice }) => ({ name: clean(name), choice }))
    .filter(({ name }) => name !== '')
    .sort((a, b) => b.name.length - a.name.length);
  const whole = new Map<string, Choice>();
  for (const { name, choice } of names) {
    for (const form of [name, bare(name)]) if (form !== '' && !whole.has(form)) whole.set(form, choice);
  }
  return { all, names, whole };
}

const ANNOUNCED =
  /(?:\b(?:answer|choice|option|label|category|class|verdict|decision)\b(?: (?:choice|option|letter|label))?(?: (?:is|are|would be|should be|must be)\b|\s?[:=])\s*(?:option |choice |letter )?|\\boxed\{|\b(?:i choose|i pick|i would choose|i'd choose|i select) (?:option |choice |letter )?)/g;

/**
 * Finds the choice that an output makes. In this order: the whole output; the last announcement (`The answer is (B).`, `Answer: B`,
 * `\boxed{B}`); a label that is set off at the start (`B) Paris`); the last line; the only choice that is mentioned at all.
 */
export function extractChoice(output: string, choices: Choices): Extraction {
  const short = output.length <= 2 * SEARCHED;
  const quick = short ? choices.whole.get(output.trim().toLowerCase()) : undefined;
  if (quick) return { kind: 'chosen', choice: quick };
  const text = clean(short ? output : `${output.slice(0, SEARCHED)}\n${output.slice(-SEARCHED)}`);
  const chosen =
    exactly(text, choices) ??
    announced(text, choices) ??
    atStart(text, choices, true) ??
    exactly(text.slice(text.lastIndexOf('\n') + 1), choices);
  if (chosen) return { kind: 'chosen', choice: chosen };
  const mentioned = mentions(text, choices);
  const [only] = mentioned;
  if (only && mentioned.length === 1) return { kind: 'chosen', choice: only };
  return mentioned.length === 0 ? { kind: 'none' } : { kind: 'ambiguous', labels: mentioned.map(({ label }) => label) };
}

/** Lower case, without Markdown emphasis, code marks and doubled white space; line ends stay. */
function clean(text: string): string {
  return text
    .toLowerCase()
    .replace(/[*`]|_{2}/g, '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[\n ]*/g, '\n')
    .trim();
}

/** Without brackets, quotation marks and punctuation around it. */
const bare = (text: string) => text.replace(/^[\s("'[{<“‘]{1,20}/, '').replace(/[\s)"'\]}>”’.,;:!]{1,20}$/, '');

const startsInWord = (text: string) => /^[\p{L}\p{N}_]/u.test(text);

/** The text is a label, a text, or a label followed by its text (`B) Rome`). */
function exactly(text: string, { whole, all }: Choices): Choice | undefined {
  const got = bare(text);
  const found = whole.get(got);
  if (found) return found;
  return all.find((choice) => {
    const label = choice.label.toLowerCase();
    if (choice.text === null || !got.startsWith(label) || startsInWord(got.slice(label.length))) return false;
    return bare(got.slice(label.length).replace(/^[).:\]–-]{0,2} ?/, '')) === bare(clean(choice.text));
  });
}

function announced(text: string, choices: Choices): Choice | undefined {
  let last: Choice | undefined;
  for (const match of text.matchAll(ANNOUNCED)) {
    last = atStart(text.slice(match.index + match[0].length), choices, false) ?? last;
  }
  return last;
}

/** The longest name at the start that ends with its word. `setOff`: it must be in brackets or before punctuation, so that "A dog" is no choice. */
function atStart(text: string, choices: Choices, setOff: boolean): Choice | undefined {
  const start = text.replace(/^[\s("'[{<“‘:-]{1,20}/, '');
  const opened = /[([{"'“‘]/.test(text.slice(0, text.length - start.length));
  for (const { name, choice } of choices.names) {
    if (!start.startsWith(name)) continue;
    const after = start.slice(name.length, name.length + 200);
    if (startsInWord(after)) continue;
    if (setOff && !opened && !/^(?:$|[).:\]\n,;}-])/.test(after)) continue;
    return namesAnother(after, choice, choices) ? undefined : choice;
  }
  return undefined;
}

/** True when the text goes on like "… or (B)", "…, technical", "… / B". */
function namesAnother(rest: string, first: Choice, { names }: Choices): boolean {
  const joined = /^[)\]"'’”.]? ?(?:,? ?(?:or|and)\b|[,/&]) ?(?:\(|option |choice )?/.exec(rest);
  if (!joined) return false;
  const next = rest.slice(joined[0].length);
  return names.some(
    ({ name, choice }) => choice !== first && next.startsWith(name) && !startsInWord(next.slice(name.length)),
  );
}

/** Choices named anywhere as whole words, longest first, so that "not urgent" does not mention "urgent". Letters count in brackets only. */
function mentions(text: string, { all, names }: Choices): Choice[] {
  const found = new Set<Choice>();
  let rest = text;
  for (const { choice, name } of names) {
    const wanted = name.length === 1 ? `(${name})` : name;
    let kept = '';
    let from = 0;
    for (let at = rest.indexOf(wanted); at >= 0; at = rest.indexOf(wanted, at + wanted.length)) {
      const before = rest.slice(Math.max(0, at - 2), at);
      if (/[\p{L}\p{N}_]$/u.test(before) || startsInWord(rest.slice(at + wanted.length, at + wanted.length + 2)))
        continue;
      found.add(choice);
      kept += `${rest.slice(from, at)}\u0000`;
      from = at + wanted.length;
    }
    rest = kept + rest.slice(from);
  }
  return all.filter((choice) => found.has(choice));
}
