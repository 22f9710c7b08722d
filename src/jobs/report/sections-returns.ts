import { formatCount, formatMetric, formatUsd } from '../../domain/figures.ts';
import { type Block, muted, numbers, section, text } from './block.ts';
import type { Report } from './report.ts';

/** Levels in the documents; the JSON report has all. */
const MOST_LEVELS = 12;

/** What each level of the score had cost when the search first got there, and what more would bring. */
export function returns({ returns: { levels, further }, headline: { metric } }: Report): Block[] {
  if (levels.length === 0) return [];
  const shown = levels.length > MOST_LEVELS ? [...levels.slice(0, 1), ...levels.slice(1 - MOST_LEVELS)] : levels;
  return section(
    'What the score cost',
    {
      kind: 'table',
      label: 'What each level of the score had cost',
      columns: [...text('candidate'), ...numbers(metric, 'search rollouts', 'tokens', 'cost')],
      rows: shown.map(({ score, candidateId, rollouts, tokens, usd }) => [
        candidateId,
        formatMetric(metric, score),
        formatCount(rollouts),
        formatCount(tokens),
        formatUsd(usd),
      ]),
    },
    muted(`Expected of more: ${expected(metric, further)} ${further.why}`),
  );
}

/** What more of the same search would bring, in half a sentence. */
export function expected(metric: string, { per100Rollouts, perUsd }: Report['returns']['further']): string {
  if (per100Rollouts === null) return 'unknown.';
  const money = perUsd === null ? '' : `, ${formatMetric(metric, perUsd)} per dollar`;
  return `about ${formatMetric(metric, per100Rollouts)} per 100 search rollouts${money}.`;
}
