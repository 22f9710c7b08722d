import { counted } from '../../domain/counted.ts';
import type { HunkNeed } from '../ablation-needs.ts';
import { type Block, type ChangeGroup, clipped, muted, section } from './block.ts';
import type { Report } from './report.ts';
import type { ExplainedHunk } from './why.ts';

/** Changes in the documents; the JSON report has all of them, and those of the other finalists. */
const MOST_CHANGES = 40;

/** Each change of the shown prompt under the candidate that introduced it, with the critique and the rows that it came from. */
export function why({ why: explanations, shownId }: Pick<Report, 'why' | 'shownId'>): Block[] {
  const hunks = explanations.find(({ candidateId }) => candidateId === shownId)?.hunks ?? [];
  if (hunks.length === 0) return [];
  const components = new Set(hunks.map(({ component }) => component)).size;
  const rest = hunks.length - MOST_CHANGES;
  const asked = hunks.some(({ need }) => need !== null);
  return section(
    'Where each change came from',
    muted('Sentence by sentence against the baseline: the candidate that introduced it, and what became of that one.'),
    ...(asked
      ? [muted('Needed: open rows that turn out worse without the change, one run of each with and without.')]
      : []),
    { kind: 'changes', groups: groupsOf(hunks.slice(0, MOST_CHANGES), components > 1, asked) },
    ...(rest > 0 ? [muted(`${counted(rest, 'more change')} in the JSON report.`)] : []),
  );
}

/** Changes in their order in the prompt; neighbours that one candidate introduced are told together. */
function groupsOf(hunks: readonly ExplainedHunk[], named: boolean, asked: boolean): ChangeGroup[] {
  const groups: { origin: string; group: ChangeGroup }[] = [];
  for (const hunk of hunks) {
    const change = {
      text: `${named ? `${hunk.component}: ` : ''}${clipped(changeText(hunk), 320)}`,
      need: asked ? needText(hunk.need) : null,
    };
    const last = groups.at(-1);
    if (last && last.origin === hunk.originId) {
      groups[groups.length - 1] = { ...last, group: { ...last.group, changes: [...last.group.changes, change] } };
    } else groups.push({ origin: hunk.originId, group: { ...originOf(hunk), changes: [change] } });
  }
  return groups.map(({ group }) => group);
}

function originOf({ originId, operator, fate, fateReason, reflectedOn, reason }: ExplainedHunk) {
  // Some optimizers name the rows in their reason.
  const named = reflectedOn.length > 0 && reflectedOn.every((row) => reason.includes(row));
  return {
    origin: `${originId} (${operator})`,
    fate: [fate, fateReason].filter((part) => part !== null && part !== '').join(': ') || null,
    rows: named ? null : clipped(reflectedOn.join(', '), 160) || null,
    reason: clipped(reason, 320) || null,
  };
}

/** What the rows say of a change. */
function needText(need: HunkNeed | null): string {
  if (need === null || need.rows === 0) return 'not measured (no budget left)';
  const { rows, needing, betterWithout } = need;
  const worse = betterWithout.length > 0 ? `, ${betterWithout.length} better without it` : '';
  if (needing.length === 0) return `no measured row needs it (${rows} measured${worse})`;
  return `${counted(needing.length, 'row')} of ${rows} ${needing.length === 1 ? 'needs' : 'need'} it: ${clipped(needing.join(', '), 120)}${worse}`;
}

/** What a change does, in one line. */
export function changeText({ removed, added }: Pick<ExplainedHunk, 'removed' | 'added'>): string {
  const [before, after] = [removed, added].map((part) => part.replace(/\s+/g, ' ').trim());
  if (!before && !after) return 'white space';
  if (!before) return `+ ${after}`;
  return after ? `− ${before} → + ${after}` : `− ${before}`;
}
