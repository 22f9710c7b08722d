import { NANO_USD } from '../domain/budget.ts';
import { canonicalJson, type Json } from '../domain/json.ts';
import type { CurvePoint } from '../domain/record.ts';
import type { JobView } from '../domain/views/job-view.ts';
import type { ReplayView } from '../domain/views/replay-view.ts';
import type { JobDetail } from '../store/jobs.ts';
import type { JobOutcome, RunProgress } from './run.ts';
import { curvePointView, jobView } from './views.ts';

type Difference = ReplayView['differences'][number];
type Found = Pick<ReplayView, 'stopReason' | 'spent' | 'noise' | 'baseline' | 'best' | 'verdict'>;

export interface Replayed {
  readonly outcome: JobOutcome;
  readonly spent: RunProgress['spent'];
  readonly curve: readonly CurvePoint[];
}

/** What a replay found, beside what the job had found: everything but the clock. */
export function compareReplay(
  row: JobDetail,
  recorded: readonly CurvePoint[],
  { outcome, spent, curve: replayed }: Replayed,
): Omit<ReplayView, 'jobId' | 'mode' | 'calls' | 'seconds'> {
  const { stopReason, winner, winnerValues, baselineValues, noise, verdict } = outcome;
  const before = jobView(row);
  const after = jobView({
    ...row,
    baseline: baselineValues && { scores: baselineValues },
    best: winnerValues && { candidateId: winner.id, scores: winnerValues },
    noise,
    verdict,
  });
  const had = foundOf(before, before.stopReason ?? stopReason, before.spent);
  const found = foundOf(after, stopReason, { ...spent, usd: spent.nanoUsd / NANO_USD });
  const whats = ['stopReason', 'spent', 'noise', 'baseline', 'best', 'verdict'] as const;
  const curve = replayed.map(withoutTime);
  const differences = [
    ...whats.flatMap((what) => differenceOf(what, null, had[what], found[what])),
    ...firstDifference(recorded.map(withoutTime), curve),
  ];
  return { identical: differences.length === 0, differences, ...found, curve };
}

function differenceOf(
  what: Difference['what'],
  seq: number | null,
  recorded: unknown,
  replayed: unknown,
): Difference[] {
  if (canonicalJson(recorded) === canonicalJson(replayed)) return [];
  return [{ what, seq, recorded: asJson(recorded), replayed: asJson(replayed) }];
}

function firstDifference(recorded: ReplayView['curve'], replayed: ReplayView['curve']): Difference[] {
  for (let seq = 0; seq < Math.max(recorded.length, replayed.length); seq++) {
    const [before, after] = [recorded[seq] ?? null, replayed[seq] ?? null];
    // An earlier version did not keep what it could have derived.
    const told =
      after && before?.intervals === null ? { ...after, intervals: null, hypervolume: null, front: [] } : after;
    const found = differenceOf('curve', seq, before, told);
    if (found.length > 0) return found;
  }
  return [];
}

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value));

function withoutTime(point: CurvePoint): ReplayView['curve'][number] {
  const { at: _at, ...rest } = curvePointView(point);
  return rest;
}

/** What is compared; of the spend what the answers cost: time, and the division by role, are not the search's. */
function foundOf(
  { noise, baseline, best, verdict }: JobView,
  stopReason: Found['stopReason'],
  { rollouts, confirmationRollouts, tokens, reflectionTokens, usd }: Found['spent'],
): Found {
  const spent = { rollouts, confirmationRollouts, tokens, reflectionTokens, usd };
  return { stopReason, spent, noise, baseline, best, verdict };
}
