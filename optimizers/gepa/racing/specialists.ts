import type { Candidate } from '../../../src/domain/candidate.ts';
import type { Entry } from './race.ts';

/** A child that lost its race, although it is right where the incumbent failed. */
export interface Specialist {
  readonly candidate: Candidate;
  readonly component: string;
  /** Failures of the incumbent that it solves. */
  readonly fixed: readonly string[];
  /** Rows that the incumbent passes and it does not. */
  readonly broken: readonly string[];
}

/** Expected share of its failures that a child must fix: a lead on fewer is explained by noise. */
const LEAD = 0.4;

/** What lost and knows something all the same: parents beside the incumbent. */
export class Specialists {
  readonly #kept: Specialist[] = [];

  keep({ candidate, verdict, fixed, broken }: Entry, component: string): void {
    if (verdict.fixes > LEAD && fixed.length > 0 && broken.length > 0)
      this.#kept.push({ candidate, component, fixed, broken });
  }

  /** Those whose text of this component solves one of these failures, the latest first. */
  solving(rowIds: readonly string[], component: string): readonly Specialist[] {
    return this.#kept
      .filter((each) => each.component === component && each.fixed.some((rowId) => rowIds.includes(rowId)))
      .toReversed();
  }
}
