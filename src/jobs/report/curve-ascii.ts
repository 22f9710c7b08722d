import { type CurveLike, curveRange } from './curve-shape.ts';

export interface AsciiCurveOptions {
  /** Columns of the whole picture; default 72. */
  readonly width?: number;
  /** Lines of the whole picture, axis included; default 12. */
  readonly height?: number;
  /** Plain ASCII for terminals without Unicode. */
  readonly ascii?: boolean;
}

const UNICODE = {
  flat: '─',
  wall: '│',
  riseFrom: '╯',
  riseTo: '╭',
  fallFrom: '╮',
  fallTo: '╰',
  dot: '·',
  corner: '└',
  side: '┤',
};
const ASCII: typeof UNICODE = {
  flat: '-',
  wall: '|',
  riseFrom: '+',
  riseTo: '+',
  fallFrom: '+',
  fallTo: '+',
  dot: '.',
  corner: '+',
  side: '|',
};

/**
 * The score curve as text: the step line of the best score so far over search rollouts, and a dot for each candidate that was measured
 * on the way. No line is longer than `width`, and there are `height` of them.
 */
export function renderCurveAscii(points: readonly CurveLike[], options: AsciiCurveOptions = {}): string {
  const width = Math.max(24, options.width ?? 72);
  const height = Math.max(4, options.height ?? 12);
  const marks = options.ascii ? ASCII : UNICODE;
  const ordered = [...points].sort((a, b) => a.rollouts - b.rollouts);
  const range = curveRange(ordered, false);
  if (range === null) return 'no score yet';
  const plotHeight = height - 2;
  const labels = [range.high, (range.high + range.low) / 2, range.low].map(label);
  const gutter = Math.max(...labels.map((text) => text.length)) + 2;
  const plotWidth = width - gutter;
  const line = (value: number) => Math.round(((range.high - value) / (range.high - range.low)) * (plotHeight - 1));
  const column = (rollouts: number) => Math.round((rollouts / range.right) * (plotWidth - 1));
  const grid = Array.from({ length: plotHeight }, () => new Array<string>(plotWidth).fill(' '));
  const put = (y: number, x: number, mark: string) => {
    const row = grid[y];
    if (row && x >= 0 && x < plotWidth) row[x] = mark;
  };

  for (const { rollouts, candidateScore } of ordered) {
    if (candidateScore !== null && candidateScore !== undefined) put(line(candidateScore), column(rollouts), marks.dot);
  }
  const best = new Map<number, number>();
  for (const { rollouts, score } of ordered) if (score !== null) best.set(column(rollouts), line(score));
  let at: number | null = null;
  for (let x = 0; x < plotWidth; x++) {
    const next: number | null = best.get(x) ?? at;
    if (next === null) continue;
    if (at === null || at === next) put(next, x, marks.flat);
    else {
      const rises = next < at;
      for (let y = Math.min(at, next) + 1; y < Math.max(at, next); y++) put(y, x, marks.wall);
      put(at, x, rises ? marks.riseFrom : marks.fallFrom);
      put(next, x, rises ? marks.riseTo : marks.fallTo);
    }
    at = next;
  }

  const labelled = new Map([
    [0, labels[0]],
    [Math.round((plotHeight - 1) / 2), labels[1]],
    [plotHeight - 1, labels[2]],
  ]);
  const plot = grid.map((cells, y) =>
    `${(labelled.get(y) ?? '').padStart(gutter - 2)} ${marks.side}${cells.join('')}`.trimEnd(),
  );
  const axis = `${' '.repeat(gutter - 1)}${marks.corner}${marks.flat.repeat(plotWidth)}`;
  const right = `${range.right} rollouts`;
  const foot = `${' '.repeat(gutter)}0${right.padStart(plotWidth - 1)}`;
  return [...plot, axis, foot].join('\n');
}

const label = (value: number): string => {
  const size = Math.abs(value);
  return size >= 1000 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(3);
};
