// biome-ignore-all lint/a11y/useSemanticElements: rows that stand where the virtualizer puts them are no table of the browser's
// biome-ignore-all lint/a11y/useFocusableInteractive: a row is a row here, not a control
// biome-ignore-all lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './virtual-table.module.css';

export interface Column<Row> {
  readonly id: string;
  readonly head: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** A CSS grid track, such as `minmax(12rem, 2fr)` or `6rem`. */
  readonly width: string;
  /** Figures are aligned at their end. */
  readonly align?: 'start' | 'end';
  /** Which way the rows are sorted by this column now; absent where it cannot be sorted by. */
  readonly sorted?: 'ascending' | 'descending' | 'none';
  readonly onSort?: () => void;
}

const ROW_HEIGHT = 40;

/**
 * A table of any length: only the rows in sight exist. It scrolls in itself in both directions, so that the page never does sideways.
 * Rows may have any height. `onEnd` is called when the last rows come into sight: fetch more there.
 *
 * ```tsx
 * <VirtualTable label="Jobs" rows={jobs} rowKey={(job) => job.id} minWidth="50rem" columns={[
 *   { id: 'name', head: 'Job', width: 'minmax(12rem, 2fr)', cell: (job) => <Link to={job.id}>{job.name}</Link> },
 * ]} />
 * ```
 */
export function VirtualTable<Row>({
  label,
  rows,
  columns,
  rowKey,
  minWidth,
  maxHeight = 'max(20rem, calc(100dvh - 12rem))',
  onEnd,
  isCurrent,
}: {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  /** Narrower than this it scrolls sideways. */
  readonly minWidth: string;
  readonly maxHeight?: string;
  readonly onEnd?: (() => void) | undefined;
  /** The row that is looked at elsewhere on the page. */
  readonly isCurrent?: (row: Row) => boolean;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= rows.length - 1 && rows.length > 0) onEnd?.();
  }, [last, rows.length, onEnd]);
  const template = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') };
  return (
    <div ref={frame} className={classes.frame} style={{ maxHeight }} role="region" aria-label={label} tabIndex={0}>
      <div role="table" aria-label={label} aria-rowcount={rows.length + 1} style={{ minWidth }}>
        <div role="rowgroup" className={classes.head}>
          <div role="row" aria-rowindex={1} className={classes.row} style={template}>
            {columns.map((column) => (
              <div
                key={column.id}
                role="columnheader"
                className={classes.cell}
                data-align={column.align}
                {...(column.sorted && { 'aria-sort': column.sorted })}
              >
                {column.onSort ? (
                  <button type="button" className={classes.sort} onClick={column.onSort}>
                    {column.head}
                    <span aria-hidden>{{ ascending: ' ↑', descending: ' ↓', none: '' }[column.sorted ?? 'none']}</span>
                  </button>
                ) : (
                  column.head
                )}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <div
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                role="row"
                aria-rowindex={item.index + 2}
                {...(isCurrent?.(row) && { 'aria-current': true, 'data-current': true })}
                className={`${classes.row} ${classes.data}`}
                style={{ ...template, transform: `translateY(${item.start}px)` }}
              >
                {columns.map((column) => (
                  <div key={column.id} role="cell" className={classes.cell} data-align={column.align}>
                    {column.cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
