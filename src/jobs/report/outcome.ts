import { formatDifference, formatInterval, formatMetric } from '../../domain/figures.ts';
import type { ShownFacts } from './headline.ts';
import { standsOn } from './seen.ts';

export interface Outcome {
  readonly kind: 'promote' | 'do_not_promote' | 'inconclusive' | 'not-confirmed' | 'no-gain' | 'unfinished';
  /** A few words for a badge. */
  readonly title: string;
  /** One sentence: the verdict's reason, or why there is no verdict. */
  readonly sentence: string;
  /** One line: baseline → shown candidate, with interval and the rows it stands on. */
  readonly figures: string;
}

const TITLES = { promote: 'Promote', do_not_promote: 'Do not promote', inconclusive: 'Inconclusive' } as const;

/** What came of the job, in words that say on which rows they stand. */
export function outcomeOf(facts: ShownFacts): Outcome {
  const { job, verdict, winnerId, baselineId } = facts;
  const figures = figuresOf(facts);
  if (verdict) {
    return { kind: verdict.decision, title: TITLES[verdict.decision], sentence: verdict.reason, figures };
  }
  if (job.status !== 'succeeded') {
    const sentence = {
      failed: `The job failed before a verdict: ${job.error ?? job.stopReason ?? 'no cause was recorded'}.`,
      cancelled: 'The job was cancelled before a verdict; what it found until then is below.',
      running: 'The job is still running: every figure here is provisional.',
      queued: 'The job has not started yet.',
    }[job.status].replace(/\.\.$/, '.');
    return { kind: 'unfinished', title: `Job ${job.status}`, sentence, figures };
  }
  if (winnerId === baselineId) {
    const sentence =
      'No candidate beat the baseline on the validation rows; the baseline stays, and the sealed rows were not read.';
    return { kind: 'no-gain', title: 'Baseline stays', sentence, figures };
  }
  const why =
    job.budget.confirmationRollouts === 0
      ? 'budget.confirmationRollouts is 0'
      : 'the budget ended before the confirmation';
  const sentence = `No verdict (${why}): the gain is measured on rows that the winner was chosen on, so part of it is luck.`;
  return { kind: 'not-confirmed', title: 'Not confirmed', sentence, figures };
}

function figuresOf({ headline, baselineId, shownId, winnerId, job }: ShownFacts): string {
  const { metric, sealed, seen } = headline;
  const who = shownId === winnerId ? shownId : `${shownId}, not adopted`;
  if (sealed) {
    const change = `${formatMetric(metric, sealed.baseline)} → ${formatMetric(metric, sealed.winner)} (${who})`;
    const gain = `${formatDifference(metric, sealed.difference)}, ${formatInterval(metric, sealed.interval, formatDifference)}`;
    return `${metric} ${change}: ${gain}, on ${sealed.rows} sealed test rows`;
  }
  const { baseline, shown } = seen;
  if (!baseline) return `${metric}: the baseline was not measured on all ${job.rows.validation} validation rows`;
  const before = `${formatMetric(metric, baseline.value)} (${formatInterval(metric, baseline.interval)})`;
  if (shownId === baselineId || !shown) return `${metric} ${before} on ${standsOn(baseline)}, baseline`;
  const after = `${formatMetric(metric, shown.value)} (${formatInterval(metric, shown.interval)})`;
  // Screening looks at more rows of a candidate the longer it leads: the two figures are then of different rows.
  const first = baseline.kind === shown.kind && baseline.rows === shown.rows ? '' : ` on ${standsOn(baseline)}`;
  return `${metric} ${before}${first} → ${after} (${who}) on ${standsOn(shown)}, unconfirmed`;
}
