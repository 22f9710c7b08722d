import { type Block, clipped, muted, numbers, section, text } from './block.ts';
import type { Report } from './report.ts';

/** Failing rows in the documents; the JSON report has all. */
const MOST_ROWS = 40;

/** What would mend the failures that are left, and when a prompt would not. */
export function diagnosis({ diagnosis: found, shownId }: Pick<Report, 'diagnosis' | 'shownId'>): Block[] {
  if (!found) return [];
  const { failing, causes, sealed, sentence } = found;
  const rest = failing.length - MOST_ROWS;
  const onSealed = sealed
    ? ` On the sealed rows ${sealed.failures} of ${sealed.rows} fail; those are not looked at.`
    : '';
  const blocks = section(
    'What is left, and what would mend it',
    { kind: 'text', text: sentence },
    muted(
      `Open rows that ${shownId} fails, or its nearest ancestor where it was not measured itself; sorted by rules from what every candidate answered.${onSealed}`,
    ),
  );
  if (failing.length === 0) return blocks;
  return [
    ...blocks,
    {
      kind: 'table',
      label: 'Failures by cause',
      columns: [...text('cause'), ...numbers('rows'), ...text('which')],
      rows: causes.map(({ cause, rows }) => [cause, String(rows.length), clipped(rows.join(', '), 240)]),
    },
    {
      kind: 'table',
      label: 'Failing rows',
      columns: text('row', 'cause', 'evidence'),
      rows: failing.slice(0, MOST_ROWS).map(({ rowId, cause, why }) => [rowId, cause, clipped(why, 240)]),
    },
    ...(rest > 0 ? [muted(`${rest} more rows are in the JSON report.`)] : []),
  ];
}
