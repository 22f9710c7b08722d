import { CAUSES, type Cause, causeOf } from './causes.ts';
import type { Labels, RowEvidence } from './evidence.ts';

export interface DiagnosedRow {
  readonly rowId: string;
  readonly cause: Cause;
  readonly why: string;
}

/** What is left to fix, and by what. */
export interface Diagnosis {
  /** Rows that the prompt, or its nearest measured ancestor, has a score on. */
  readonly rows: number;
  readonly failures: number;
  /** Causes that occur, the most frequent first. */
  readonly causes: readonly { readonly cause: Cause; readonly rows: readonly string[] }[];
  readonly failing: readonly DiagnosedRow[];
  /**
   * Share of the failures that another prompt could mend: `low` counts those that a prompt was seen to mend, `high` also those of which
   * too little is known. Null without failures.
   */
  readonly fixable: { readonly low: number; readonly high: number } | null;
  readonly sentence: string;
}

/** Below this share of failures that a prompt could mend, prompt tuning is the wrong tool. */
const WRONG_TOOL = 0.5;

/** What helps, by cause. */
const REMEDY: Readonly<Record<Exclude<Cause, 'prompt' | 'unsorted'>, string>> = {
  'missing-knowledge':
    'give the model the knowledge (context, examples, another model), or check whether the expected answers are right',
  retrieval: 'mend the retrieval',
  tool: 'mend the tools',
  parser: 'use an output schema or a more tolerant parser',
  'label-error': 'check the expected answers of the rows named here',
  'grader-error': 'calibrate the grader',
  ambiguous: 'lower the temperature, or say in the data what is right',
};

/** Sorts the failures of a prompt by what would mend them. The same evidence always gives the same answer. */
export function diagnose(rows: number, evidence: readonly RowEvidence[], labels: Labels): Diagnosis {
  const failing = evidence.map((row) => ({ rowId: row.rowId, ...causeOf(row, labels) }));
  const causes = CAUSES.map((cause) => ({
    cause,
    rows: failing.filter((row) => row.cause === cause).map(({ rowId }) => rowId),
  }))
    .filter((each) => each.rows.length > 0)
    .sort((a, b) => b.rows.length - a.rows.length);
  const share = (...of: readonly Cause[]) =>
    failing.filter(({ cause }) => of.includes(cause)).length / Math.max(1, failing.length);
  const fixable = failing.length === 0 ? null : { low: share('prompt'), high: share('prompt', 'unsorted') };
  return {
    rows,
    failures: failing.length,
    causes,
    failing,
    fixable,
    sentence: sentenceOf(rows, failing.length, causes, fixable),
  };
}

function sentenceOf(
  rows: number,
  failures: number,
  causes: Diagnosis['causes'],
  fixable: Diagnosis['fixable'],
): string {
  if (fixable === null)
    return `No failure is left on the ${rows} open rows that are known: nothing here asks for another prompt.`;
  const { low, high } = fixable;
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const shares = low === high ? percent(low) : `${percent(low)} to ${percent(high)}`;
  const could = `Another prompt could mend ${shares} of the ${failures} failures on ${rows} open rows`;
  const first = causes.flatMap(({ cause, rows: of }) =>
    cause === 'prompt' || cause === 'unsorted' ? [] : [`${of.length} ${cause}: ${REMEDY[cause]}`],
  );
  const rest = first.length > 0 ? ` (${first.slice(0, 2).join('; ')})` : '';
  if (high < WRONG_TOOL) return `${could}: prompt tuning is the wrong tool for most of what is left${rest}.`;
  if (low >= WRONG_TOOL)
    return `${could}: a larger budget or a better mix of these prompts is the way to go on${rest}.`;
  return `${could}; for the others too little is known, or something else is to be mended${rest}.`;
}
