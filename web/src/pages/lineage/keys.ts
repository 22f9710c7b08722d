import type { KeyboardEvent } from 'react';

const rowsOf = (grid: HTMLElement): HTMLElement[] => [
  ...grid.querySelectorAll<HTMLElement>('[role="row"][aria-level]'),
];
const levelOf = (row: HTMLElement): number => Number(row.getAttribute('aria-level'));

/** The keys of a tree grid, as the ARIA practices have them: one row has the focus, and Tab goes on to the controls in it. */
export function moveByKey(event: KeyboardEvent<HTMLElement>): void {
  if (!(event.target instanceof HTMLElement) || event.target.getAttribute('role') !== 'row') return;
  const row = event.target;
  const rows = rowsOf(event.currentTarget);
  const at = rows.indexOf(row);
  const toggle = row.querySelector<HTMLElement>('[data-toggle]');
  const isOpen = row.getAttribute('aria-expanded') === 'true';
  const go = (to: HTMLElement | undefined) => {
    if (!to) return;
    for (const each of rows) each.tabIndex = each === to ? 0 : -1;
    to.focus();
  };
  const moves: Readonly<Record<string, () => void>> = {
    ArrowDown: () => go(rows[at + 1]),
    ArrowUp: () => go(rows[at - 1]),
    Home: () => go(rows[0]),
    End: () => go(rows.at(-1)),
    ArrowRight: () => (isOpen ? go(rows[at + 1]) : toggle?.click()),
    ArrowLeft: () =>
      isOpen ? toggle?.click() : go(rows.slice(0, at).findLast((each) => levelOf(each) < levelOf(row))),
    Enter: () => row.querySelector('a')?.click(),
  };
  const move = moves[event.key];
  if (!move) return;
  event.preventDefault();
  move();
}
