import { formatDuration } from '../../domain/figures.ts';
import { clip, plain, score, shortCount, usd } from '../format.ts';
import { scores, secondsLeft, standsOn, type WatchState } from './state.ts';

/** `██████░░░░░░` */
function bar(fraction: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** Where the job is, what it has spent, who leads and why, what was decided last: lines of at most `columns` characters. */
export function statusLines(state: WatchState, columns: number, now: number): string[] {
  const { job, progress, accepted, decided } = state;
  if (job.status === 'queued' && progress.rollouts === 0) return [clip(`waiting for a worker: ${job.id}`, columns)];
  const lines = [where(state, columns, now), spending(state, columns)];
  const last = state.points.at(-1);
  if (last && last.best !== 'c0') {
    const why = accepted?.candidateId === last.best ? `: ${accepted.reason}` : '';
    lines.push(`best ${last.best}, ${standsOn(last)}${why}`);
  }
  if (decided && decided !== accepted) lines.push(`last ${decided.candidateId} ${decided.fate}: ${decided.reason}`);
  return lines.map((line) => clip(plain(line).replace(/\s+/g, ' '), columns));
}

function where(state: WatchState, columns: number, now: number): string {
  const { job, progress } = state;
  const { baseline, best } = scores(state);
  const limit = job.budget.rollouts;
  const left = secondsLeft(state, now);
  return fitting(
    [
      `${bar(progress.fraction, columns >= 100 ? 24 : 12)} ${String(Math.floor(progress.fraction * 100)).padStart(3)} %`,
      `${state.headline} ${score(baseline)} → ${score(best)}`,
      `${progress.rollouts}${limit === undefined ? '' : `/${limit}`} rollouts`,
      state.confirming ? 'confirming' : left === null ? 'ETA …' : `ETA ${formatDuration(left)}`,
    ],
    columns,
  );
}

function spending({ job, progress, tokens, usd: spent }: WatchState, columns: number): string {
  const { usd: most } = job.budget;
  const refused = progress.refused > 0 ? `, ${progress.refused} refused` : '';
  return fitting(
    [
      `spent ${shortCount(tokens)} tokens`,
      // Without a price there is no cost; it is not zero.
      ...(spent === 0 ? [] : [`${usd(spent)}${most === undefined ? '' : ` of ${usd(most)}`}`]),
      `${progress.proposals} proposals: ${progress.accepted} accepted${refused}`,
    ],
    columns,
  );
}

/** As many of the parts as fit: the least important ones are last, and go first. */
function fitting(parts: readonly string[], columns: number): string {
  const kept = [...parts];
  while (kept.length > 1 && kept.join(' · ').length > columns) kept.pop();
  return kept.join(' · ');
}
