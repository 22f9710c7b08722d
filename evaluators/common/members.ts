import { z } from 'zod';
import type { Score } from '../../src/domain/suite.ts';
import type { Graded } from '../../src/lab/evaluator.ts';
import { category, missing, wrong } from './grade.ts';

const MAX_MEMBERS = 50;
/** Characters of what a member says that are repeated. */
const SAID = 200;

const idSchema = z.string().min(1).max(50);
const differ = (ids: readonly string[]) => new Set(ids).size === ids.length;

export const memberIds = (description: string) =>
  z
    .array(idSchema)
    .min(1)
    .max(MAX_MEMBERS)
    .refine(differ, 'each id may be given once')
    .describe(`${description} They must stand before this one in the suite.`);

export const memberWeights = z
  .record(idSchema, z.number().gt(0).max(1_000))
  .refine((weights) => Object.keys(weights).length > 0, 'must name an evaluator')
  .refine((weights) => Object.keys(weights).length <= MAX_MEMBERS, `at most ${MAX_MEMBERS} evaluators`)
  .describe('Weight by id of evaluators. They must stand before this one in the suite.');

export const gateIds = z
  .array(idSchema)
  .max(MAX_MEMBERS)
  .refine(differ, 'each id may be given once')
  .default([])
  .describe(
    'Ids of evaluators that must pass, whatever the others say: when one fails the value is 0. They must stand before this one in the suite.',
  );

export interface Member {
  readonly id: string;
  readonly score: Score;
}

/** The scores of these evaluators; one that the suite does not have is missing. */
export function membersOf(scores: Readonly<Record<string, Score>>, ids: readonly string[]): readonly Member[] {
  return ids.map((id) => ({
    id,
    score: (Object.hasOwn(scores, id) ? scores[id] : undefined) ?? {
      value: null,
      pass: false,
      feedback: 'the suite has no such score',
      category: null,
    },
  }));
}

export const isMissing = ({ score }: Member): boolean => score.value === null;
export const hasFailed = ({ score }: Member): boolean => score.value !== null && !score.pass;

/** The score that the gates alone decide; null when all have passed. A gate that failed decides, a missing one leaves the score missing. */
export function gated(gates: readonly Member[]): Graded | null {
  const failed = gates.filter(hasFailed);
  const [first] = failed;
  if (first) {
    return wrong(
      category('gate', first.id),
      `${failed.map(({ id }) => `"${id}"`).join(', ')} must pass and did not, so the rest does not count: ${told(first)}`,
      { failed: failed.map(({ id }) => id) },
    );
  }
  const absent = gates.find(isMissing);
  return absent ? missing(`"${absent.id}" must pass and could not be measured: ${said(absent)}`) : null;
}

const said = ({ score }: Member) => score.feedback.slice(0, SAID);

/** A member with its value and what it says. */
export const told = (member: Member): string =>
  `${member.id} ${member.score.value === null ? 'is missing' : member.score.value.toFixed(2)} (${said(member)})`;
