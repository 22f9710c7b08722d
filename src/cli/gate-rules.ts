import type { Best, Job } from '../client/index.ts';
import { plain, score } from './format.ts';

/** A bound that the gate holds a metric of the winner to, on the sealed test rows. */
export interface Bound {
  readonly metric: string;
  readonly least: number | null;
  readonly most: number | null;
}

export interface GateOptions {
  /** Verdicts that pass besides `promote`. */
  readonly allow: readonly string[];
  readonly bounds: readonly Bound[];
}

export interface RuleResult {
  readonly rule: string;
  readonly passed: boolean;
  readonly detail: string;
}

/** Every rule of the gate, passed or not; the gate passes when all do. `best` is null when the job measured nothing. */
export function applyGate(
  job: Pick<Job, 'id' | 'status' | 'error' | 'stopReason'>,
  best: Best | null,
  { allow, bounds }: GateOptions,
): RuleResult[] {
  const verdict = best?.verdict ?? null;
  const test = best?.test ?? null;
  const ended: RuleResult = {
    rule: 'job',
    passed: job.status === 'succeeded',
    detail: `${job.id} ${job.status}${job.error ? `: ${plain(job.error)}` : ''}`,
  };
  const accepted = ['promote', ...allow];
  const decided: RuleResult = verdict
    ? {
        rule: 'verdict',
        passed: accepted.includes(verdict.decision),
        detail: `${verdict.decision}: ${plain(verdict.reason)}`,
      }
    : { rule: 'verdict', passed: false, detail: 'there is none: the winner was not confirmed on sealed rows' };
  return [ended, decided, ...bounds.map((bound) => applyBound(bound, test))];
}

function applyBound({ metric, least, most }: Bound, test: Best['test']): RuleResult {
  const rule = least !== null ? `${metric} ≥ ${least}` : `${metric} ≤ ${most}`;
  const value = test?.winner[metric];
  if (value === undefined || value === null) {
    const known = Object.keys(test?.winner ?? {});
    return {
      rule,
      passed: false,
      detail: `not measured on sealed rows${known.length > 0 ? ` (measured: ${known.join(', ')}; make ${metric} an objective of the job to have it measured)` : ''}`,
    };
  }
  const passed = (least === null || value >= least) && (most === null || value <= most);
  const interval = test?.intervals[metric];
  const range = interval
    ? `, ${Math.round(interval.level * 100)} % interval ${score(interval.low)} to ${score(interval.high)}`
    : '';
  return { rule, passed, detail: `${score(value)} on ${test?.rows} sealed test rows${range}` };
}
