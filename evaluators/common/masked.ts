import { clip } from './text.ts';

/** The first and the last two characters of a finding: enough to find it again, not enough to use it. */
export const masked = (text: string): string =>
  text.length <= 6 ? '…' : `${clip(text, 2)}…${clip(text.slice(-2), 2)}`;
