import type { GateDecision, GateRuleResult } from '../../domain/views/evaluation-view.ts';

/** A broken threshold is the plainest thing to say, the lack of a gain the least alarming. */
const FIRST: readonly GateRuleResult['rule'][] = ['min', 'max', 'not-worse', 'coverage', 'better'];

/** What the rules come to: any failed one stops a promotion, any undecided one leaves it open. */
export function decisionOf(rules: readonly GateRuleResult[]): GateDecision {
  const failed = inOrder(rules, 'fail');
  if (failed[0])
    return { decision: 'do_not_promote', reason: `do_not_promote: ${told(failed, 'fails')}`, rules: [...rules] };
  const open = inOrder(rules, 'inconclusive');
  if (open[0]) return { decision: 'inconclusive', reason: `inconclusive: ${told(open, 'is open')}`, rules: [...rules] };
  return { decision: 'promote', reason: `promote: ${passed(rules)}`, rules: [...rules] };
}

const inOrder = (rules: readonly GateRuleResult[], outcome: GateRuleResult['outcome']) =>
  rules.filter((rule) => rule.outcome === outcome).sort((a, b) => FIRST.indexOf(a.rule) - FIRST.indexOf(b.rule));

function told(rules: readonly GateRuleResult[], verb: 'fails' | 'is open'): string {
  const more = rules.length - 1;
  const others =
    more === 0
      ? ''
      : more === 1
        ? `; one more rule ${verb}`
        : `; ${more} more rules ${verb === 'fails' ? 'fail' : 'are open'}`;
  return `${rules[0]?.text ?? ''}${others}`;
}

function passed(rules: readonly GateRuleResult[]): string {
  const [gain, ...rest] = [...rules].sort((a, b) => FIRST.indexOf(b.rule) - FIRST.indexOf(a.rule));
  const weak = rules.filter(({ underPowered }) => underPowered).length;
  const others =
    rest.length === 0 ? '' : rest.length === 1 ? '; one more rule holds' : `; ${rest.length} more rules hold`;
  const doubt = weak === 0 ? '' : `, ${weak === 1 ? 'one of them' : `${weak} of them`} on too few rows to prove it`;
  return `${gain?.text ?? 'no rule was asked'}${others}${doubt}`;
}
