import type { Best, Comparison, Evaluation, Job } from '../../client/index.ts';
import type { RuleResult } from '../gate-rules.ts';
import type { Confusion } from './confusion.ts';

/** One rule of a gate and how it went. */
export interface ReportedRule {
  readonly name: string;
  readonly outcome: 'pass' | 'fail' | 'inconclusive';
  readonly text: string;
}

interface ReportedMetric {
  readonly metric: string;
  readonly baseline: number | null;
  readonly candidate: number | null;
  readonly difference: number | null;
  readonly interval: Comparison['metrics'][number]['interval'];
  readonly rows: number;
}

interface ReportedCandidate {
  readonly name: string;
  readonly decision: string;
  readonly reason: string;
  readonly passed: boolean;
  readonly rules: readonly ReportedRule[];
  readonly metrics: readonly ReportedMetric[];
  /** Expected labels against answers, where rows expect labels. */
  readonly confusion: Confusion | null;
}

/** What a gate says, of whatever it judges; each format is made from this. */
export interface GateReport {
  readonly subject: string;
  readonly passed: boolean;
  readonly candidates: readonly ReportedCandidate[];
}

/** Every candidate of an evaluation must pass. `allow`: decisions that do besides `promote`. */
export function reportOfEvaluation(evaluation: Evaluation, allow: readonly string[]): GateReport {
  const accepted = ['promote', ...allow];
  const candidates = evaluation.candidates.flatMap(({ name, isBaseline, decision, comparison, confusion = null }) => {
    if (isBaseline) return [];
    const made = decision ?? {
      decision: 'inconclusive',
      reason: 'inconclusive: no gate and no baseline judge it',
      rules: [],
    };
    return [
      {
        name,
        decision: made.decision,
        reason: made.reason,
        passed: accepted.includes(made.decision),
        rules: made.rules.map(({ rule, metric, slice, outcome, text }) => ({
          name: `${slice === 'ood' ? 'ood ' : ''}${rule} ${metric}`,
          outcome,
          text,
        })),
        metrics: comparison?.metrics ?? [],
        confusion,
      },
    ];
  });
  const passed = candidates.length > 0 && candidates.every((each) => each.passed);
  return { subject: evaluation.id, passed, candidates };
}

/** The winner of a job, by its verdict on the sealed rows and the bounds of the command line. */
export function reportOfJob(
  subject: string,
  job: Pick<Job, 'id'>,
  best: Best | null,
  results: readonly RuleResult[],
): GateReport {
  const passed = results.every((each) => each.passed);
  const verdict = best?.verdict ?? null;
  return {
    subject,
    passed,
    candidates: [
      {
        name: `${job.id}/${best?.candidateId ?? 'none'}`,
        decision: verdict?.decision ?? 'inconclusive',
        reason: verdict
          ? `${verdict.decision}: ${verdict.reason}`
          : 'inconclusive: the winner was not confirmed on sealed rows',
        passed,
        rules: results.map(({ rule, passed: ok, detail }) => ({
          name: rule,
          outcome: ok ? 'pass' : 'fail',
          text: detail,
        })),
        metrics: (verdict?.metrics ?? []).map(({ winner, ...metric }) => ({ ...metric, candidate: winner })),
        confusion: null,
      },
    ],
  };
}
