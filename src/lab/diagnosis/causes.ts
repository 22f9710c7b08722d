import { type Answer, type Labels, type RowEvidence, sameAnswer } from './evidence.ts';

export const CAUSES = [
  'prompt',
  'missing-knowledge',
  'retrieval',
  'tool',
  'parser',
  'label-error',
  'grader-error',
  'ambiguous',
  'unsorted',
] as const;
/** `unsorted`: too little was tried to say. */
export type Cause = (typeof CAUSES)[number];

export interface SortedFailure {
  readonly cause: Cause;
  /** The evidence in one sentence. */
  readonly why: string;
}

type Rule = (row: RowEvidence, labels: Labels) => SortedFailure | null;

/** Reflections on one row without a success after which another one is not expected to bring it. */
const MOST_TRIES = 3;
/** Prompts that must be measured before a label is suspected, how many of them no relatives, and the share that must agree against it. */
const AGREEING = { prompts: 3, independent: 2, share: 0.8 };
/** A label that is understood: on at least so many other rows, so large a share is right. */
const UNDERSTOOD = { rows: 3, share: 0.8 };
/** Share of the words of an answer below which a context does not have it. */
const LACKS = 0.5;

/** An answer in the wrong form, in the words of the evaluators and of the engine. */
const FORM =
  /^(not-json|not-an-object|no-number|wrong-type|missing-field|extra-field|schema-|too-deep|parse-error|truncated)/;
/** The same answer may well be too slow once and not again: the grader is not to blame. */
const OPERATIONAL = /^too-(slow|expensive|long)/;

const contradicted: Rule = ({ contradictedBy }) =>
  contradictedBy.length === 0
    ? null
    : {
        cause: 'label-error',
        why: `the same input stands in the data with another expected answer (${contradictedBy.join(', ')})`,
      };

/** One prompt, one output, two grades. Of two prompts it would prove nothing: some evaluators grade the output by the prompt. */
const gradedTwice: Rule = ({ twins }) => {
  const found = twins.find(
    ([one, other]) =>
      one.pass !== other.pass &&
      one.output !== '' &&
      one.output === other.output &&
      ![one, other].some(({ category }) => OPERATIONAL.test(category ?? '')),
  );
  if (!found) return null;
  return { cause: 'grader-error', why: `the same answer of ${found[0].candidateId} passed once and failed once` };
};

const undecided: Rule = ({ answers, twins }) => {
  const flipped = twins.find(([first, second]) => first.pass !== second.pass);
  if (!flipped || passing(answers).length >= 2) return null;
  return {
    cause: 'ambiguous',
    why: `${flipped[0].candidateId} got it right in one run and wrong in another: the task model is undecided`,
  };
};

const solvedElsewhere: Rule = ({ answers }) => {
  const ids = passing(answers);
  if (ids.length === 0) return null;
  const more = ids.length > 3 ? ` and ${ids.length - 3} more` : '';
  return { cause: 'prompt', why: `another prompt gets it right: ${ids.slice(0, 3).join(', ')}${more}` };
};

const badCall: Rule = ({ own }) =>
  /^(wrong-|missing-|no-)?tool/.test(own.category ?? '')
    ? { cause: 'tool', why: `the evaluator blames a tool call (${own.category})` }
    : null;

/** Prompts that do not descend from each other agree on another label, and both labels are understood elsewhere. */
const agreedAgainst: Rule = ({ expected, own, answers, independent }, labels) => {
  if (expected === null || sameAnswer(own.output, expected)) return null;
  if (answers.length < AGREEING.prompts || independent < AGREEING.independent) return null;
  const agree = answers.filter(({ output }) => sameAnswer(output, own.output)).length;
  if (agree / answers.length < AGREEING.share) return null;
  const understood = (label: string) => {
    const known = [...labels].find(([each]) => sameAnswer(each, label))?.[1];
    return known && known.rows >= UNDERSTOOD.rows && known.passing / known.rows >= UNDERSTOOD.share ? known : null;
  };
  const [right, named] = [understood(expected), understood(own.output)];
  if (!right || !named) return null;
  return {
    cause: 'label-error',
    why: `${agree} of ${answers.length} prompts answer "${own.output}" and none "${expected}", although ${right.passing} of ${right.rows} other rows with that label are right`,
  };
};

const wrongForm: Rule = ({ own }) =>
  FORM.test(own.category ?? '')
    ? { cause: 'parser', why: `the answer has the wrong form (${own.category}), not the wrong content` }
    : null;

const notRetrieved: Rule = ({ expected, context, answers, tries }, labels) => {
  const documents = context.filter((each) => each.trim() !== '');
  if (expected === null || documents.length === 0 || labels.has(expected) || (answers.length < 2 && tries === 0))
    return null;
  return wordsFound(expected, documents) < LACKS
    ? { cause: 'retrieval', why: 'its context does not have the expected answer, and no prompt got it right' }
    : null;
};

const triedInVain: Rule = ({ expected, context, tries }, labels) => {
  if (tries < MOST_TRIES) return null;
  const given = expected !== null && !labels.has(expected) && wordsFound(expected, context) >= LACKS;
  if (given) return null;
  return { cause: 'missing-knowledge', why: `${tries} reflections were made on it, and none brought the answer` };
};

/** In order: the first rule that has something to say decides. */
const RULES: readonly Rule[] = [
  contradicted,
  gradedTwice,
  undecided,
  solvedElsewhere,
  badCall,
  agreedAgainst,
  wrongForm,
  notRetrieved,
  triedInVain,
];

/** Why a row fails, as far as rules can tell from the record. */
export function causeOf(row: RowEvidence, labels: Labels): SortedFailure {
  for (const rule of RULES) {
    const found = rule(row, labels);
    if (found) return found;
  }
  const prompts = row.answers.length;
  return {
    cause: 'unsorted',
    why: `too little is known: ${prompts} ${prompts === 1 ? 'prompt' : 'prompts'} measured on it, ${row.tries} ${row.tries === 1 ? 'reflection' : 'reflections'} made on it`,
  };
}

const passing = (answers: readonly Answer[]) => [
  ...new Set(answers.filter(({ pass }) => pass).map(({ candidateId }) => candidateId)),
];

const wordsOf = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

/** Share of the words of a text that are in the documents; 1 for a text without words. */
function wordsFound(text: string, documents: readonly string[]): number {
  const words = [...wordsOf(text)];
  if (words.length === 0) return 1;
  const there = wordsOf(documents.join('\n'));
  return words.filter((word) => there.has(word)).length / words.length;
}
