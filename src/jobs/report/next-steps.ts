import { counted } from '../../domain/counted.ts';
import type { ShownFacts } from './headline.ts';

/** Where to look next: first what this result asks for, then the commands that show the rest. */
export function nextSteps(facts: ShownFacts): string[] {
  const { job, winnerId, baselineId, verdict, headline } = facts;
  const steps: string[] = [];
  const found = winnerId !== baselineId;
  if (verdict?.decision === 'promote') steps.push(`Import ${winnerId} as a draft version: paretune pull ${job.id}`);
  if (verdict?.decision === 'inconclusive') steps.push(whatDecides(facts));
  if (found && !verdict && job.status === 'succeeded') {
    steps.push('Give budget.confirmationRollouts at least twice the number of test rows to get a verdict.');
  }
  if (headline.sealed && headline.sealed.missing > 0) {
    steps.push(
      `${counted(headline.sealed.missing, 'sealed row')} without a score: GET /v1/jobs/${job.id}/rollouts?candidate=${facts.shownId} shows the errors.`,
    );
  }
  const refused = new Map<string, number>();
  for (const { refusal } of facts.refusals) refused.set(refusal, (refused.get(refusal) ?? 0) + 1);
  const [reason, count] = [...refused].sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
  if (count >= 3 && count >= facts.candidates.length) {
    steps.push(
      `Most proposals were refused (${reason}, ${count} times): loosen that rule or use a stronger reflection model.`,
    );
  }
  if (job.stopReason === 'budget' && verdict?.decision !== 'promote') {
    steps.push('The search ended with its budget, not with its ideas: a larger budget.rollouts may find more.');
  }
  const weak = facts.cohorts?.candidate.filter((cohort) => cohort.underPowered).length ?? 0;
  if (weak > 0)
    steps.push(`Cohorts with too few rows to judge: ${weak}; add rows there before relying on their rates.`);
  const worst = worstCohort(facts);
  if (worst !== null) steps.push(worst);
  if (found && verdict?.decision !== 'promote') steps.push(`The best prompt in full: paretune best ${job.id}`);
  steps.push(`Every candidate with its diff and fate: GET /v1/jobs/${job.id}/candidates`);
  return steps;
}

/** How to get a decision next time: more rows, or more runs of each where noise is in the way. */
function whatDecides({ verdict, job }: ShownFacts): string {
  const { rows = null, repeats = null } = verdict?.needed ?? {};
  const more = rows === null ? 'Add rows to the test split' : `Add rows to the test split (about ${rows} in all)`;
  if (!verdict || repeats === null) return `${more}, then run the job again.`;
  const rollouts = repeats * job.rows.test * (1 + verdict.finalists.length);
  return `${more}, or give budget.confirmationRollouts ${rollouts} for ${repeats} runs of each test row; then run the job again.`;
}

/** The largest cohort-wise loss against the baseline that is more than noise between the two intervals. */
function worstCohort({ cohorts }: ShownFacts): string | null {
  if (!cohorts) return null;
  let worst: { readonly loss: number; readonly text: string } | null = null;
  for (const cohort of cohorts.candidate) {
    const before = cohorts.baseline.find((each) => each.field === cohort.field && each.value === cohort.value);
    for (const rate of cohort.evaluators) {
      const base = before?.evaluators.find((each) => each.evaluator === rate.evaluator);
      if (!rate.interval || !base?.interval || rate.interval.low <= base.interval.high) continue;
      const loss = (rate.failRate ?? 0) - (base.failRate ?? 0);
      if (worst !== null && loss <= worst.loss) continue;
      const rates = `${((base.failRate ?? 0) * 100).toFixed(0)} % to ${((rate.failRate ?? 0) * 100).toFixed(0)} %`;
      worst = {
        loss,
        text: `Look at ${cohort.field} = ${cohort.value}: its ${rate.evaluator} fail rate rose from ${rates} on ${rate.rows} ${cohorts.split} rows.`,
      };
    }
  }
  return worst?.text ?? null;
}
