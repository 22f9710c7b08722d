import type { Graded } from '../../src/lab/evaluator.ts';
import { graded, missing, right } from '../common/grade.ts';
import { said } from './untrusted.ts';

/** One of the things that a judge lists and decides on one by one: a claim, an instruction, a document. */
export interface JudgedItem<Verdict extends string> {
  /** Its words, as the judge gives them. */
  readonly text: string;
  readonly evidence: string;
  readonly verdict: Verdict;
}

/** How the judged items of one evaluator become a score. */
export interface ItemRules<Verdict extends string> {
  /** What each verdict is worth; null: the item does not count. */
  readonly values: Readonly<Record<Verdict, number | null>>;
  /** The verdicts below 1, the worst first, with the category of a score whose worst item has it. */
  readonly faults: readonly (readonly [verdict: Verdict, category: string])[];
  /** After "all 3 " when nothing is wrong. */
  readonly allRight: string;
  /** After "2 of 3 " otherwise. */
  readonly someWrong: string;
  /** Why the score is missing when no item counts. */
  readonly nothing: string;
}

/** Lines of feedback, and characters of each part of a line. */
const SHOWN = 10;
const PART = 200;

/** The mean value of the items that count; missing when there is none. The feedback quotes the faulty ones, the worst first. */
export function gradeItems<Verdict extends string>(
  items: readonly JudgedItem<Verdict>[],
  rules: ItemRules<Verdict>,
): Graded {
  const counting = items.flatMap((item) => {
    const value = rules.values[item.verdict];
    return value === null ? [] : [{ ...item, value }];
  });
  if (counting.length === 0) return missing(rules.nothing);
  const groups = rules.faults.map(([verdict, category]) => ({
    verdict,
    category,
    items: counting.filter((item) => item.verdict === verdict),
  }));
  const details = {
    items: counting.length,
    ...Object.fromEntries(groups.map(({ verdict, items: found }) => [verdict, found.length])),
  };
  const faulty = groups.flatMap(({ items: found }) => found);
  const worst = groups.find(({ items: found }) => found.length > 0);
  if (worst === undefined) return right(`all ${counting.length} ${rules.allRight}`, details);
  const lines = faulty
    .slice(0, SHOWN)
    .map(({ verdict, text, evidence }) => `- ${verdict}: "${said(text, PART)}" — ${said(evidence, PART)}`);
  return graded(
    counting.reduce((sum, { value }) => sum + value, 0) / counting.length,
    worst.category,
    `${faulty.length} of ${counting.length} ${rules.someWrong}:\n${lines.join('\n')}`,
    details,
  );
}
