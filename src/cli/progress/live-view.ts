import { renderCurveAscii } from '../../jobs/report/curve-ascii.ts';
import { wrap } from '../../jobs/report/terminal.ts';
import type { Io } from '../io.ts';
import type { WatchState } from './state.ts';
import { statusLines } from './status-lines.ts';

/** Shows how a job goes on. */
export interface ProgressView {
  update(state: WatchState): void;
  /** A line that stays. */
  say(text: string): void;
  /** Leaves the last state on the screen (`keep`) or nothing. */
  end(keep: boolean): void;
}

const FRAME_MS = 100;
const CURVE_HEIGHT = 10;

/** Curve and status lines, redrawn in place at most ten times a second. */
export function liveView(io: Io): ProgressView {
  let state: WatchState | null = null;
  let drawn: readonly string[] = [];
  let last = 0;
  let timer: NodeJS.Timeout | null = null;

  /** A terminal that became narrower has broken what was drawn into more lines. */
  const height = () => {
    const columns = io.progress.columns();
    return drawn.reduce((lines, line) => lines + Math.max(1, Math.ceil(line.length / columns)), 0);
  };
  const erase = () => (drawn.length === 0 ? '' : `\u001b[${height()}A\u001b[0J`);
  const draw = () => {
    timer = null;
    if (!state) return;
    last = io.now();
    const columns = io.progress.columns() - 1;
    const status = statusLines(state, columns, last);
    const curve =
      state.points.length > 1 && io.progress.rows() > CURVE_HEIGHT + status.length + 2
        ? [...renderCurveAscii(state.points, { width: Math.min(columns, 76), height: CURVE_HEIGHT }).split('\n'), '']
        : [];
    const lines = [...curve, ...status];
    io.err(`${erase()}${lines.join('\n')}\n`);
    drawn = lines;
  };
  return {
    update: (next) => {
      state = next;
      if (timer) return;
      const wait = last + FRAME_MS - io.now();
      if (wait <= 0) draw();
      else timer = setTimeout(draw, wait);
    },
    say: (text) => {
      io.err(`${erase()}${wrap(text, io.progress.columns() - 1).join('\n')}\n`);
      drawn = [];
      if (state) draw();
    },
    end: (keep) => {
      if (timer) clearTimeout(timer);
      if (keep) draw();
      else io.err(erase());
      drawn = [];
      state = null;
    },
  };
}
