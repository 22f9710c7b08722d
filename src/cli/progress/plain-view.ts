import { score, shortCount, usd } from '../format.ts';
import type { Io } from '../io.ts';
import type { ProgressView } from './live-view.ts';
import { scores } from './state.ts';

/** For logs: a line when something was decided, and nothing in between. */
export function plainView(io: Io): ProgressView {
  let shown: number | null | undefined;
  return {
    update: (state) => {
      const { best } = scores(state);
      if (state.points.length === 0 || best === shown) return;
      shown = best;
      const point = state.points.at(-1);
      const what = point?.candidateId === 'c0' ? 'baseline' : `new best ${point?.candidateId}`;
      const spent = `${state.points.at(-1)?.rollouts ?? 0} rollouts, ${shortCount(state.tokens)} tokens, ${usd(state.usd)}`;
      io.err(`${what}: ${state.headline} ${score(best)} on validation rows (${spent})\n`);
    },
    say: (text) => io.err(`${text}\n`),
    end: () => undefined,
  };
}
