import { type EvaluatorTools, type Graded, JudgeFailed, type Prepared, type Sample } from './evaluator.ts';

/**
 * The score that several verdicts make: each judge of a panel, as often as it is asked. The value is the median of those that measured
 * something (of verdicts of 0 and 1: the majority); category and feedback are those of a verdict that says so. How far they disagree
 * stands in `details`: `verdicts` in the order of the judges, null where one was missing.
 *
 * Rejects with JudgeFailed when half or more of the judges failed: what is left would be the opinion of a few.
 */
export async function gradeWithAll(
  score: Prepared,
  sample: Sample,
  judges: readonly EvaluatorTools[],
): Promise<Graded> {
  const [only] = judges;
  if (judges.length === 1 && only) return score(sample, only);
  const settled = await Promise.allSettled(judges.map(async (judge) => score(sample, judge)));
  const failures: JudgeFailed[] = [];
  const verdicts: (Graded | null)[] = [];
  for (const result of settled) {
    if (result.status === 'fulfilled') verdicts.push(result.value);
    else if (result.reason instanceof JudgeFailed) {
      failures.push(result.reason);
      verdicts.push(null);
    } else throw result.reason;
  }
  const [failure] = failures;
  if (failure && failures.length * 2 >= judges.length) {
    throw new JudgeFailed(
      `${failures.length} of ${judges.length} verdicts failed: ${failure.message}`,
      failure.category,
    );
  }
  return combined(verdicts);
}

function combined(verdicts: readonly (Graded | null)[]): Graded {
  const given = verdicts.filter((verdict) => verdict !== null);
  const details = { verdicts: verdicts.map((verdict) => verdict?.value ?? null) };
  const ordered = given
    .flatMap((verdict) => (verdict.value === null ? [] : [{ verdict, value: verdict.value }]))
    .sort((a, b) => a.value - b.value);
  const unmeasured = given.find(({ value }) => value === null);
  if (unmeasured && ordered.length * 2 <= given.length) return withDetails(unmeasured, details);
  const lower = ordered[Math.floor((ordered.length - 1) / 2)];
  const upper = ordered[Math.floor(ordered.length / 2)];
  const [least, most] = [ordered.at(0), ordered.at(-1)];
  if (!lower || !upper || !least || !most) throw new JudgeFailed('no judge gave a verdict');
  const spread = most.value - least.value;
  const graded = withDetails(lower.verdict, { ...details, spread });
  if (spread === 0) return graded;
  const alike = ordered.filter(({ value }) => value === lower.value).length;
  return {
    ...graded,
    value: (lower.value + upper.value) / 2,
    feedback: `${graded.feedback}\n(${alike} of ${ordered.length} verdicts say so; they range from ${short(least.value)} to ${short(most.value)})`,
  };
}

const withDetails = (graded: Graded, details: NonNullable<Graded['details']>): Graded => ({
  ...graded,
  details: { ...graded.details, ...details },
});

const short = (value: number) => String(Math.round(value * 100) / 100);
