import { plain, score, shortCount, usd } from '../format.ts';
import type { Io } from '../io.ts';
import type { ProgressView } from './live-view.ts';
import { standsOn, type WatchState } from './state.ts';

/** For logs: a line when another candidate leads, with the reason, and nothing in between. */
export function plainView(io: Io): ProgressView {
  let shown: string | null = null;
  /** A new leader whose reason is still to come: some searches decide after the measurement, others before. */
  let waiting: WatchState | null = null;
  const tell = (state: WatchState) => {
    waiting = null;
    shown = state.points.at(-1)?.best ?? null;
    io.err(`${leaderLine(state)}\n`);
  };
  return {
    update: (state) => {
      if (waiting && state.points.length > waiting.points.length) tell(waiting);
      const best = state.points.at(-1)?.best;
      if (best === undefined || best === shown) return;
      if (best === 'c0' || state.accepted?.candidateId === best) tell(state);
      else waiting ??= state;
    },
    say: (text) => {
      if (waiting) tell(waiting);
      io.err(`${text}\n`);
    },
    end: () => {
      if (waiting) tell(waiting);
    },
  };
}

function leaderLine({ points, accepted, headline, tokens, usd: spent }: WatchState): string {
  const point = points.at(-1);
  if (!point) return '';
  const what = point.best === 'c0' ? 'baseline' : `new best ${point.best}`;
  const why = accepted?.candidateId === point.best ? `: ${plain(accepted.reason)}` : '';
  // Without a price there is no cost, which the warnings have said; it is not zero.
  const cost = spent === 0 ? '' : `, ${usd(spent)}`;
  return `${what}: ${headline} ${score(point.score)} ${standsOn(point)} (${point.rollouts} rollouts, ${shortCount(tokens)} tokens${cost})${why}`;
}
