import { renderCurveAscii } from '../../jobs/report/curve-ascii.ts';
import type { Io } from '../io.ts';
import type { WatchState } from './state.ts';
import { statusLine } from './status-line.ts';

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

/** Curve and status line, redrawn in place at most ten times a second. */
export function liveView(io: Io): ProgressView {
  let state: WatchState | null = null;
  let drawn = 0;
  let last = 0;
  let timer: NodeJS.Timeout | null = null;

  const erase = () => (drawn === 0 ? '' : `\u001b[${drawn}A\u001b[0J`);
  const draw = () => {
    timer = null;
    if (!state) return;
    last = io.now();
    const columns = io.progress.columns() - 1;
    const curve =
      state.points.length > 1 && io.progress.rows() > CURVE_HEIGHT + 3
        ? [...renderCurveAscii(state.points, { width: Math.min(columns, 76), height: CURVE_HEIGHT }).split('\n'), '']
        : [];
    const lines = [...curve, statusLine(state, columns, last)];
    io.err(`${erase()}${lines.join('\n')}\n`);
    drawn = lines.length;
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
      io.err(`${erase()}${text}\n`);
      drawn = 0;
      if (state) draw();
    },
    end: (keep) => {
      if (timer) clearTimeout(timer);
      if (keep) draw();
      else io.err(erase());
      drawn = 0;
      state = null;
    },
  };
}
