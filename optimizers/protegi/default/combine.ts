import type { Candidate } from '../../../src/domain/candidate.ts';
import type { SearchTask } from '../../../src/search/contract.ts';
import type { Successor } from './critic.ts';
import type { Finding } from './judge.ts';
import { applyEdit } from './text-edit.ts';

/** A successor that fixes rows it was made for. */
export interface Survivor {
  readonly successor: Successor;
  readonly finding: Finding;
}

export interface Combined {
  readonly candidate: Candidate;
  readonly parts: readonly Survivor[];
}

/**
 * The edits of one step that fix different rows, applied to one text: they are small changes of known places, so that they can be had
 * together, whichever prompt of the beam they were made for. Null when there are not two that can, or when the text is refused.
 */
export function combine(task: SearchTask, leader: Candidate, survivors: readonly Survivor[]): Combined | null {
  const fixed = new Set<string>();
  const parts: Survivor[] = [];
  let components = leader.components;
  for (const survivor of survivors.toSorted((a, b) => b.finding.verdict.gain - a.finding.verdict.gain)) {
    const { component, edit } = survivor.successor;
    if (edit.operation === 'rewrite' || survivor.finding.fixed.every((rowId) => fixed.has(rowId))) continue;
    const applied = applyEdit(components[component] ?? '', edit);
    if (!applied.ok) continue;
    components = { ...components, [component]: applied.text };
    for (const rowId of survivor.finding.fixed) fixed.add(rowId);
    parts.push(survivor);
  }
  if (parts.length < 2) return null;
  const proposed = task.record.propose({
    components,
    parents: parts.map(({ successor }) => successor.candidate),
    operator: 'combine',
    reason: parts.map(({ finding }) => `${finding.candidate.id} fixes ${finding.fixed.join(', ')}`).join('; '),
  });
  return proposed.ok ? { candidate: proposed.candidate, parts } : null;
}
