/** What one prompt answered to a row in one run, as the headline evaluator saw it. */
export interface Answer {
  readonly candidateId: string;
  /** Trimmed; long ones cut. */
  readonly output: string;
  readonly pass: boolean;
  /** Failure category of the evaluator, or of the run that went wrong. */
  readonly category: string | null;
}

/** Everything that the record knows about a row which the prompt in question gets wrong. */
export interface RowEvidence {
  readonly rowId: string;
  /** The right answer as text; null without one. */
  readonly expected: string | null;
  readonly context: readonly string[];
  /** The answer of the prompt in question, or of its nearest ancestor that was measured here. */
  readonly own: Answer;
  /** First runs of every prompt that was measured here, `own` among them. */
  readonly answers: readonly Answer[];
  /** Pairs of runs of one and the same prompt. */
  readonly twins: readonly (readonly [Answer, Answer])[];
  /** Prompts among them of which none descends from another. */
  readonly independent: number;
  /** Reflections that were shown this row. */
  readonly tries: number;
  /** Open rows with the same input and another expected answer. */
  readonly contradictedBy: readonly string[];
}

/** How the prompt in question does on the rows that expect a label. */
export interface LabelRecord {
  readonly rows: number;
  readonly passing: number;
}

/** By expected answer; only answers that several rows expect are labels. */
export type Labels = ReadonlyMap<string, LabelRecord>;

export const sameAnswer = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
