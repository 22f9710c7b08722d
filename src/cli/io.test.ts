import { expect, it } from 'vitest';
import { asciiMarks, table } from './format.ts';
import { terminalOf } from './io.ts';

it('writes plainly for pipes, CI and dumb terminals, without colour on request, in ASCII where the locale is not UTF-8', () => {
  const at = (environment: Record<string, string>, isTTY = true) => terminalOf({ isTTY }, environment);
  expect(at({})).toMatchObject({ live: true, color: true, unicode: true });
  expect(at({ NO_COLOR: '1' })).toMatchObject({ live: true, color: false });
  expect(at({}, false)).toMatchObject({ live: false, color: false, unicode: true });
  expect(at({ CI: 'true' }).live).toBe(false);
  expect(at({ TERM: 'dumb' }).live).toBe(false);
  expect(at({ LC_ALL: 'C', LANG: 'en_US.UTF-8' }).unicode).toBe(false);
  expect(at({ LANG: 'de_DE.ISO-8859-1' }).unicode).toBe(false);
  expect(at({ LC_ALL: '', LC_CTYPE: 'C.utf8' }).unicode).toBe(true);
  // A file is read in another locale than it was written in.
  expect(at({ LC_ALL: 'C' }, false).unicode).toBe(true);
});

it('cuts nothing off in files and pipes, which have no edge', () => {
  const row = 'x'.repeat(500);
  const written = (stream: { isTTY?: boolean; columns?: number }) =>
    table(['A'], [[row]], terminalOf(stream, {}).columns());
  expect(written({})).toContain(row);
  expect(written({ isTTY: true, columns: 100 })).toContain(`${'x'.repeat(99)}…`);
  expect(written({ isTTY: true })).toContain(`${'x'.repeat(79)}…`);
});

it('keeps the texts of others when it draws in ASCII', () => {
  expect(asciiMarks('0.375 → 0.800 · ██░░ ╭──╯ é')).toBe('0.375 -> 0.800 . ##.. +--+ é');
});
