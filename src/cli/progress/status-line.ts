import { formatDuration } from '../../domain/figures.ts';
import { clip, score, shortCount, usd } from '../format.ts';
import { scores, secondsLeft, type WatchState } from './state.ts';

/** `██████░░░░░░` */
function bar(fraction: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** Where the job is, in one line of at most `columns` characters: the least important parts go first. */
export function statusLine(state: WatchState, columns: number, now: number): string {
  const { job, progress } = state;
  if (job.status === 'queued' && progress.rollouts === 0) return clip(`waiting for a worker: ${job.id}`, columns);
  const { baseline, best } = scores(state);
  const limit = job.budget.rollouts;
  const left = secondsLeft(state, now);
  const parts = [
    `${bar(progress.fraction, columns >= 100 ? 24 : 12)} ${String(Math.floor(progress.fraction * 100)).padStart(3)} %`,
    `${state.headline} ${score(baseline)} → ${score(best)}`,
    `${progress.rollouts}${limit === undefined ? '' : `/${limit}`} rollouts`,
    usd(state.usd),
    left === null ? 'ETA …' : `ETA ${formatDuration(left)}`,
    `${progress.proposals} proposals, ${progress.accepted} accepted`,
    `${shortCount(state.tokens)} tokens`,
  ];
  while (parts.length > 1 && parts.join(' · ').length > columns) parts.pop();
  return clip(parts.join(' · '), columns);
}
