import type { Graded } from '../../src/lab/evaluator.ts';
import { graded } from '../common/grade.ts';
import { said } from './untrusted.ts';

/** One step of a scale on which a judge places the whole: what it is worth, and what to say of it. */
export interface Level {
  readonly value: number;
  /** Null for the best one. */
  readonly category: string | null;
  /** The beginning of the feedback: "the task is partly done". */
  readonly says: string;
}

/**
 * The score of a level.
 *
 * @param shortfalls - What is wrong, one line each; shown below the reason when the level is not the best.
 */
export function gradeLevel(
  level: Level,
  reason: string,
  details: Readonly<Record<string, string>>,
  shortfalls: readonly string[] = [],
): Graded {
  const lines = level.value === 1 ? [] : shortfalls.slice(0, 12).map((line) => `\n${line}`);
  return graded(level.value, level.category, `${level.says}: ${said(reason)}${lines.join('')}`, details);
}
