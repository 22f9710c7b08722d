import type { SearchTask } from '../../../src/search/contract.ts';
import type { EditStakes } from '../../../src/search/edit-posterior.ts';
import { interleaved } from '../../../src/search/interleaved.ts';
import type { KnownRow } from '../../../src/search/known-rows.ts';
import type { Random } from '../../../src/search/random.ts';
import type { Standing } from './standing.ts';

/** A row as the parent is known on it when the race begins: what its children show must not change that. */
export type CourseRow = Pick<KnownRow, 'rowId' | 'score' | 'luck'>;

/** Targets that the hypotheses of one reflection are screened on. */
const SCREEN = 2;

/** What children of one reflection race over, against their parent's known results. */
export interface Course {
  /** Rows the edit was made for and failures like them, in the order in which they are measured. */
  readonly targets: readonly CourseRow[];
  /** Targets that a child is screened on before anything else. */
  readonly screen: number;
  /** Those of them that the author of the edit was not shown. */
  readonly unseen: readonly string[];
  /** Rows that the parent passes, in the order in which they are measured. */
  readonly passes: readonly CourseRow[];
  readonly stakes: EditStakes;
  /** How far the parent breaks the hard constraints. */
  readonly violation: number;
}

/** The course for children of the incumbent that were made for the rows shown, of this group of failures. */
export function courseOf(
  task: SearchTask,
  standing: Standing,
  { group, shown }: { readonly group: readonly string[]; readonly shown: readonly string[] },
  random: Random,
): Course {
  const { known } = standing;
  const rows = (ids: readonly string[]) => ids.flatMap((rowId) => known.get(rowId) ?? []);
  const failing = (ids: readonly string[]) => rows(ids).flatMap((row) => (row.fails ? [row.rowId] : []));
  const unseen = failing(group.filter((rowId) => !shown.includes(rowId)));
  const passing = [...known.values()].filter((row) => !row.fails).map((row) => row.rowId);
  const own = [...known.values()].filter((row) => row.age === 0).map((row) => row.rowId);
  return {
    targets: rows(interleaved(failing(shown), unseen)),
    screen: SCREEN,
    unseen,
    passes: rows(spread(task, passing, random)),
    stakes: {
      targets: Math.max(group.length, shown.length) / known.size,
      passes: passing.length / known.size,
      room: standing.room,
    },
    violation: task.lab.violation(standing.incumbent, own),
  };
}

/** Rows so that the first few have as many different expected answers as can be. */
function spread(task: SearchTask, rowIds: readonly string[], random: Random): string[] {
  const expected = new Map([...task.train, ...task.validation].map((row) => [row.id, row.expected]));
  const kinds = new Map<string, string[]>();
  for (const rowId of rowIds) {
    const kind = expected.get(rowId) ?? '';
    kinds.set(kind, [...(kinds.get(kind) ?? []), rowId]);
  }
  return interleaved(...random.shuffle([...kinds.values()]));
}
