import type { Measured } from './contract.ts';

/** A row's expected answer and how it was measured. */
export interface Outcome {
  readonly expected: string;
  readonly measured: Measured;
}

/**
 * Steps of a chain that may be at fault for a failing row, in the order in which they run. A step that did not run is not at fault, nor
 * is one that put out the same as on a row that passes with the same expected answer: what follows can be right. Where every output is a
 * text of its own, nothing can be told apart and all steps that ran are suspects.
 */
export function suspects(failing: Outcome, passing: readonly Outcome[]): string[] {
  const ran = failing.measured.rollout.steps;
  const alike = passing.filter(({ expected }) => expected !== '' && expected === failing.expected);
  const right = new Set(alike.flatMap(({ measured }) => measured.rollout.steps.map(said)));
  const last = ran.at(-1);
  return ran.filter((step) => step === last || !right.has(said(step))).map((step) => step.component);
}

const said = ({ component, output }: { readonly component: string; readonly output: string }) =>
  JSON.stringify([component, output.trim()]);
